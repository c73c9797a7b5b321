import { type CommandTable, globPattern, parseCursor, parseInteger, SYNTAX_ERROR, scanOptions } from './arguments.ts'
import type { Keyspace } from './keyspace.ts'
import { CommandError, OK, type Reply } from './reply.ts'

export const KEY_COMMANDS: CommandTable = {
  del: { arity: -2, run: (db, keys) => keys.filter((key) => db.delete(key)).length },
  unlink: { arity: -2, run: (db, keys) => keys.filter((key) => db.delete(key)).length },
  exists: { arity: -2, run: countPresent },
  touch: { arity: -2, run: countPresent },
  type: { arity: 2, run: (db, [key]) => ({ ok: db.peek(key!)?.type ?? 'none' }) },
  keys: { arity: 2, run: (db, [glob]) => keysMatching(db, globPattern(glob!)) },
  randomkey: { arity: 1, run: randomkey },
  scan: { arity: -2, run: scan },
  ttl: { arity: 2, run: (db, [key]) => lifeLeft(db, key!, (ms) => Math.floor((ms + 500) / 1000)) },
  pttl: { arity: 2, run: (db, [key]) => lifeLeft(db, key!, (ms) => ms) },
  expiretime: { arity: 2, run: (db, [key]) => expiryReply(db, key!, (at) => Math.floor((at + 500) / 1000)) },
  pexpiretime: { arity: 2, run: (db, [key]) => expiryReply(db, key!, (at) => at) },
  expire: { arity: -3, run: (db, args, name) => expire(db, args, name, 1000, db.now_ms) },
  pexpire: { arity: -3, run: (db, args, name) => expire(db, args, name, 1, db.now_ms) },
  expireat: { arity: -3, run: (db, args, name) => expire(db, args, name, 1000, 0) },
  pexpireat: { arity: -3, run: (db, args, name) => expire(db, args, name, 1, 0) },
  persist: { arity: 2, run: persist },
  rename: { arity: 3, run: rename },
  renamenx: { arity: 3, run: renamenx },
  copy: { arity: -3, run: copy },
  dbsize: { arity: 1, run: (db) => db.keys().length },
  flushdb: { arity: -1, run: flush },
  flushall: { arity: -1, run: flush },
  ping: { arity: -1, run: (_db, args, name) => ping(args, name) },
  echo: { arity: 2, run: (_db, [text]) => text! },
  time: { arity: 1, run: time },
  select: { arity: 2, run: (_db, [index]) => select(index!) },
}

function countPresent(db: Keyspace, keys: string[]): Reply {
  return keys.filter((key) => db.peek(key) !== undefined).length
}

function keysMatching(db: Keyspace, pattern: RegExp): string[] {
  return db.keys().filter((key) => pattern.test(key))
}

function randomkey(db: Keyspace): Reply {
  const keys = db.keys()
  return keys[Math.floor(Math.random() * keys.length)] ?? null
}

/** Everything in one page, cursor 0: COUNT is only a hint, and a page number would skip keys when a script deletes while it scans. */
function scan(db: Keyspace, [cursor, ...options]: string[]): Reply {
  parseCursor(cursor!)
  const { match, type } = scanOptions(options)
  const found = db.keys().filter((key) => (match?.test(key) ?? true) && (type === null || db.peek(key)?.type === type))
  return ['0', found]
}

function lifeLeft(db: Keyspace, key: string, unit: (left_ms: number) => number): Reply {
  return expiryReply(db, key, (at_ms) => unit(at_ms - db.now_ms))
}

function expiryReply(db: Keyspace, key: string, unit: (at_ms: number) => number): Reply {
  const expires_at_ms = db.expiryOf(key)
  if (expires_at_ms === undefined) return -2
  return expires_at_ms === null ? -1 : unit(expires_at_ms)
}

function expire(db: Keyspace, args: string[], name: string, unit_ms: number, base_ms: number): Reply {
  const [key, amount, ...options] = args
  const allowed = expireCondition(options)
  const expires_at_ms = parseInteger(amount!) * unit_ms + base_ms
  if (Math.abs(expires_at_ms) > 2 ** 63) throw new CommandError(`ERR invalid expire time in '${name}' command`)
  const current = db.expiryOf(key!)
  if (current === undefined || !allowed(current, expires_at_ms)) return 0
  db.setExpiry(key!, expires_at_ms)
  return 1
}

/** NX: only without a life; XX: only with one; GT, LT: only later, only earlier, where no life counts as endless. */
function expireCondition(options: string[]): (current: number | null, wanted: number) => boolean {
  const flags = options.map((option) => option.toUpperCase())
  const unknown = flags.findIndex((flag) => !['NX', 'XX', 'GT', 'LT'].includes(flag))
  if (unknown >= 0) throw new CommandError(`ERR Unsupported option ${options[unknown]}`)
  const has = (flag: string) => flags.includes(flag)
  if (has('NX') && (has('XX') || has('GT') || has('LT'))) {
    throw new CommandError('ERR NX and XX, GT or LT options at the same time are not compatible')
  }
  if (has('GT') && has('LT')) throw new CommandError('ERR GT and LT options at the same time are not compatible')
  return (current, wanted) =>
    !(has('NX') && current !== null) &&
    !(has('XX') && current === null) &&
    !(has('GT') && (current === null || wanted <= current)) &&
    !(has('LT') && current !== null && wanted >= current)
}

function persist(db: Keyspace, [key]: string[]): Reply {
  if (typeof db.expiryOf(key!) !== 'number') return 0
  db.setExpiry(key!, null)
  return 1
}

function rename(db: Keyspace, [from, to]: string[]): Reply {
  const value = db.peek(from!)
  if (!value) throw new CommandError('ERR no such key')
  const expires_at_ms = db.expiryOf(from!)
  db.delete(from!)
  db.put(to!, value, expires_at_ms)
  return OK
}

function renamenx(db: Keyspace, [from, to]: string[]): Reply {
  if (!db.peek(from!)) throw new CommandError('ERR no such key')
  if (db.peek(to!)) return 0
  rename(db, [from!, to!])
  return 1
}

function copy(db: Keyspace, [from, to, ...options]: string[]): Reply {
  const replaces = options[0]?.toUpperCase() === 'REPLACE'
  if (options.length > (replaces ? 1 : 0)) throw new CommandError(SYNTAX_ERROR)
  if (from === to) throw new CommandError('ERR source and destination objects are the same')
  const value = db.peek(from!)
  if (!value || (db.peek(to!) && !replaces)) return 0
  db.put(to!, structuredClone(value), db.expiryOf(from!))
  return 1
}

function flush(db: Keyspace, [mode, ...rest]: string[]): Reply {
  if (rest.length > 0 || (mode !== undefined && !/^(a?sync)$/i.test(mode))) throw new CommandError(SYNTAX_ERROR)
  db.clear()
  return OK
}

function ping([text, ...rest]: string[], name: string): Reply {
  if (rest.length > 0) throw new CommandError(`ERR wrong number of arguments for '${name}' command`)
  return text ?? { ok: 'PONG' }
}

function time(db: Keyspace): Reply {
  return [String(Math.floor(db.now_ms / 1000)), String((db.now_ms % 1000) * 1000)]
}

function select(index: string): Reply {
  if (parseInteger(index) !== 0) throw new CommandError('ERR DB index is out of range')
  return OK
}
