const LONGEST = 2000
const PROBE = 'http://probe.invalid'

/**
 * Where to go after the sign-in, or null when the text is anything but a path of this site. Also refused: what becomes
 * another host once a browser normalises it or a proxy decodes it (`//`, `/\`, `/..//`, `%2f%2f`), and the sign-in itself.
 */
export function safeReturnPath(text: string | undefined): string | null {
  if (text === undefined || text.length > LONGEST || !isLocal(text)) return null
  const url = new URL(text, PROBE)
  if (url.origin !== PROBE || !isLocal(url.pathname)) return null
  // Something in between may decode once, or twice.
  const decoded = decode(url.pathname)
  if (!isLocal(decoded) || !isLocal(decode(decoded))) return null
  return /^\/(login|logout)(\/|$)/.test(url.pathname) ? null : url.pathname + url.search
}

/** Browsers drop tabs and line breaks from a URL (`/<tab>/evil.example` is `//evil.example`) and read `\` as `/`. */
function isLocal(text: string): boolean {
  return /^\/(?!\/)/.test(text) && ![...text].some((character) => character < ' ' || '\u007f\\'.includes(character))
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
