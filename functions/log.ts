/** One line of JSON for each thing that happened. */
export interface Log {
  info(what: string, fields?: LogFields): void
  error(what: string, fields?: LogFields): void
}

export type LogFields = Record<string, unknown>

/** Field names whose values never reach a log. */
const SECRET_NAME = /pass|secret|token|authorization|cookie|api_?key|signing|signature/i

/**
 * @param write takes one finished line; what `console.log` and `console.error` are to a server
 * @param secrets values that are cut out of every line wherever they turn up, for example inside an error text of an SDK
 */
export function openLog(
  write: { info(line: string): void; error(line: string): void },
  secrets: readonly string[] = [],
  now: () => Date = () => new Date(),
): Log {
  const known = secrets.filter((secret) => secret.length >= 8)
  const line = (level: string, what: string, fields: LogFields = {}) => {
    let text = JSON.stringify({ at: now().toISOString(), level, what, ...fields }, redact)
    for (const secret of known) text = text.replaceAll(secret, '[redacted]')
    return text
  }
  return {
    info: (what, fields) => write.info(line('info', what, fields)),
    error: (what, fields) => write.error(line('error', what, fields)),
  }
}

function redact(key: string, value: unknown): unknown {
  if (SECRET_NAME.test(key) && value !== null && value !== undefined) return '[redacted]'
  if (value instanceof Error) return { name: value.name, message: value.message, stack: value.stack }
  return value
}

export const silentLog: Log = { info: () => {}, error: () => {} }
