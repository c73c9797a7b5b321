/**
 * What a command answers. Strings are byte strings: one character a byte (latin1), so that lengths, ranges and the order of
 * sorted sets are those of Redis; the REST front converts from and to UTF-8.
 */
export type Reply = string | number | null | Status | Failure | Reply[]
export interface Status {
  ok: string
}
export interface Failure {
  err: string
}

export const OK: Status = { ok: 'OK' }

/** A command refuses: the message is the Redis error line, code word first. */
export class CommandError extends Error {
  override name = 'CommandError'
}

export function isFailure(reply: Reply): reply is Failure {
  return typeof reply === 'object' && reply !== null && !Array.isArray(reply) && 'err' in reply
}

export function isStatus(reply: Reply): reply is Status {
  return typeof reply === 'object' && reply !== null && !Array.isArray(reply) && 'ok' in reply
}

/** The one seam: our engine and a real redis-server both stand behind it. Arguments are byte strings; a refusal is a `Failure`, not an exception. */
export interface RedisBackend {
  exec(argv: string[]): Promise<Reply>
}
