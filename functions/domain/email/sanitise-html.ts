/** More than this is no answer to a sales mail; its text is shown. */
const MOST_CHARACTERS = 500_000
const MOST_DEPTH = 60

const KEPT = new Set(
  'p br div b strong i em u s blockquote ul ol li pre code table thead tbody tr td th hr a'.split(' '),
)
const EMPTY = new Set(['br', 'hr'])
/** What ends a paragraph that was not ended. */
const BLOCK = new Set('p div blockquote ul ol pre table hr'.split(' '))
/** A page has its own headings. */
const HEADING = /^h[1-6]$/
/** What stands inside is no text of the mail. */
const SWALLOWED = new Set(
  'script style title head noscript iframe object svg math template textarea select option xmp noembed noframes'.split(
    ' ',
  ),
)

/**
 * A stranger's HTML as a page may show it. Built anew from a short list of tags without attributes, and of links to http, https
 * and mailto: nothing of the original but its text is copied, so that what is misread comes out as text, never as markup. (The
 * library for this would add 105 kB to a Worker that has 60 left.) One pass, whatever the input.
 *
 * Earlier mails are folded away, and our own unsubscribe links in them are no links: they are not the reader's to press.
 *
 * @returns null for none, and for too much
 */
export function sanitiseHtml(html: string): string | null {
  if (html.trim() === '' || html.length > MOST_CHARACTERS) return null
  const lower = html.toLowerCase()
  const out: string[] = []
  const open: string[] = []
  for (let at = 0; at < html.length; ) {
    const start = html.indexOf('<', at)
    out.push(escapeText(html.slice(at, start === -1 ? html.length : start)))
    if (start === -1) break
    const tag = readTag(html, start)
    if (tag === 'text') {
      out.push('&lt;')
      at = start + 1
      continue
    }
    // A tag that never ends, a comment that never ends: a browser shows nothing of it.
    if (tag === 'endless') break
    at = tag.to
    if (tag.name === '') continue
    if (!tag.closes && SWALLOWED.has(tag.name)) {
      const end = lower.indexOf(`</${tag.name}`, at)
      if (end === -1) break
      at = end
    } else if (tag.closes) closeTag(tag.name, open, out)
    else openTag(tag, open, out)
  }
  while (open.length > 0) out.push(endOf(open.pop() ?? ''))
  const built = out.join('').replaceAll('\0', '').toWellFormed()
  return built.replace(/<[^>]*>|&nbsp;|\s/g, '') === '' ? null : built
}

interface Tag {
  /** lower case; empty for a comment */
  name: string
  closes: boolean
  attributes: string
  /** after its `>` */
  to: number
}

function readTag(html: string, start: number): Tag | 'text' | 'endless' {
  if (html.startsWith('<!--', start)) return ended(html.indexOf('-->', start + 4), 3)
  const next = html[start + 1] ?? ''
  if (next === '!' || next === '?') return ended(html.indexOf('>', start), 1)
  const name = /^<\/?([a-z][a-z0-9]*)/i.exec(html.slice(start, start + 40))
  if (name === null) return 'text'
  const from = start + name[0].length
  const end = endOfTag(html, from)
  if (end === -1) return 'endless'
  return { name: (name[1] ?? '').toLowerCase(), closes: next === '/', attributes: html.slice(from, end), to: end + 1 }
}

const ended = (end: number, length: number): Tag | 'endless' =>
  end === -1 ? 'endless' : { name: '', closes: false, attributes: '', to: end + length }

/** The `>` outside quotes. */
function endOfTag(html: string, from: number): number {
  let quote = ''
  for (let at = from; at < html.length; at++) {
    const character = html[at] ?? ''
    if (quote !== '') {
      if (character === quote) quote = ''
    } else if (character === '>') return at
    else if (character === '"' || character === "'") quote = character
  }
  return -1
}

function openTag({ name, attributes }: Tag, open: string[], out: string[]): void {
  const kept = HEADING.test(name) ? 'p' : name
  if (!KEPT.has(kept)) return
  if (open.at(-1) === 'p' && BLOCK.has(kept)) out.push(endOf(open.pop() ?? ''))
  if (EMPTY.has(kept)) out.push(`<${kept}>`)
  else if (open.length < MOST_DEPTH) {
    open.push(kept)
    if (kept === 'a') out.push(startOfLink(attributes))
    else out.push(kept === 'blockquote' ? '<details><summary>Earlier mail</summary><blockquote>' : `<${kept}>`)
  }
}

function closeTag(name: string, open: string[], out: string[]): void {
  const kept = HEADING.test(name) ? 'p' : name
  if (!open.includes(kept)) return
  for (let last = open.pop(); last !== undefined; last = open.pop()) {
    out.push(endOf(last))
    if (last === kept) return
  }
}

const endOf = (name: string) => (name === 'blockquote' ? '</blockquote></details>' : `</${name}>`)

function startOfLink(attributes: string): string {
  const [, double, single, bare] =
    /\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i.exec(attributes.slice(0, 4_000)) ?? []
  const href = safeUrl(double ?? single ?? bare ?? '')
  return href === undefined ? '<a>' : `<a href="${href}" rel="noopener noreferrer nofollow" target="_blank">`
}

function safeUrl(text: string): string | undefined {
  // Control characters inside a scheme are dropped by browsers, and here before the scheme is read.
  const plain = text.replaceAll('&amp;', '&').replace(/[\p{Cc}\s]+/gu, '')
  if (!/^(?:https?:\/\/|mailto:)/i.test(plain)) return undefined
  try {
    const url = new URL(plain)
    if (url.pathname.startsWith('/unsubscribe/')) return undefined
    return url.href
      .replaceAll('&', '&amp;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
  } catch {
    return undefined
  }
}

/** Entities stay, for they are text; every other `&` becomes one. */
function escapeText(text: string): string {
  return text
    .replace(/&(?!(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});)/gi, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}
