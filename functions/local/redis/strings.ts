import {
  addInt64,
  type CommandTable,
  formatSum,
  parseFloat64,
  parseInt64,
  parseInteger,
  SYNTAX_ERROR,
} from './arguments.ts'
import type { Keyspace } from './keyspace.ts'
import { CommandError, OK, type Reply } from './reply.ts'

const MAX_STRING_BYTES = 512 * 1024 * 1024
const LIFE_OPTIONS = ['EX', 'PX', 'EXAT', 'PXAT']

export const STRING_COMMANDS: CommandTable = {
  get: { arity: 2, run: (db, [key]) => textOf(db, key!) },
  set: { arity: -3, run: set },
  setnx: { arity: 3, run: (db, [key, text]) => (putIfAbsent(db, [[key!, text!]]) ? 1 : 0) },
  setex: { arity: 4, run: (db, [key, life, text], name) => setWithLife(db, key!, 'EX', life!, text!, name) },
  psetex: { arity: 4, run: (db, [key, life, text], name) => setWithLife(db, key!, 'PX', life!, text!, name) },
  getset: { arity: 3, run: getset },
  getdel: { arity: 2, run: getdel },
  getex: { arity: -2, run: getex },
  mget: { arity: -2, run: (db, keys) => keys.map((key) => mgetOne(db, key)) },
  mset: { arity: -3, run: mset },
  msetnx: { arity: -3, run: (db, args, name) => (putIfAbsent(db, pairsOf(args, name)) ? 1 : 0) },
  incr: { arity: 2, run: (db, [key]) => incrementBy(db, key!, 1n) },
  decr: { arity: 2, run: (db, [key]) => incrementBy(db, key!, -1n) },
  incrby: { arity: 3, run: (db, [key, by]) => incrementBy(db, key!, parseInt64(by!)) },
  decrby: { arity: 3, run: decrby },
  incrbyfloat: { arity: 3, run: incrbyfloat },
  append: { arity: 3, run: append },
  strlen: { arity: 2, run: (db, [key]) => textOf(db, key!)?.length ?? 0 },
  getrange: { arity: 4, run: getrange },
  setrange: { arity: 4, run: setrange },
}

function set(db: Keyspace, [key, text, ...options]: string[], name: string): Reply {
  let life: [option: string, value: string] | null = null
  let condition: 'NX' | 'XX' | null = null
  let keepsLife = false
  let returnsOld = false
  for (let at = 0; at < options.length; at++) {
    const option = options[at]!.toUpperCase()
    const next = options[at + 1]
    if ((option === 'NX' || option === 'XX') && (condition === null || condition === option)) condition = option
    else if (option === 'GET') returnsOld = true
    else if (option === 'KEEPTTL' && !life) keepsLife = true
    else if (LIFE_OPTIONS.includes(option) && next !== undefined && !life && !keepsLife) {
      life = [option, next]
      at++
    } else throw new CommandError(SYNTAX_ERROR)
  }
  const expires_at_ms = life ? expiryFrom(db, life[0], life[1], name) : null
  const old = returnsOld ? textOf(db, key!) : null
  const present = db.peek(key!) !== undefined
  if ((condition === 'NX' && present) || (condition === 'XX' && !present)) return old
  const kept = keepsLife ? (db.expiryOf(key!) ?? null) : null
  put(db, key!, text!, expires_at_ms ?? kept)
  return returnsOld ? old : OK
}

function setWithLife(db: Keyspace, key: string, unit: string, life: string, text: string, name: string): Reply {
  put(db, key, text, expiryFrom(db, unit, life, name))
  return OK
}

/** The moment a life given as EX, PX, EXAT or PXAT ends, in milliseconds since 1970. */
function expiryFrom(db: Keyspace, unit: string, text: string, name: string): number {
  const amount = parseInteger(text)
  const amount_ms = unit.startsWith('EX') ? amount * 1000 : amount
  if (amount <= 0 || amount_ms > 2 ** 63 - db.now_ms) {
    throw new CommandError(`ERR invalid expire time in '${name}' command`)
  }
  return unit.endsWith('AT') ? amount_ms : db.now_ms + amount_ms
}

function put(db: Keyspace, key: string, text: string, expires_at_ms: number | null): void {
  db.put(key, { type: 'string', text })
  if (expires_at_ms !== null) db.setExpiry(key, expires_at_ms)
}

function textOf(db: Keyspace, key: string): string | null {
  return db.find(key, 'string')?.text ?? null
}

function getset(db: Keyspace, [key, text]: string[]): Reply {
  const old = textOf(db, key!)
  put(db, key!, text!, null)
  return old
}

function getdel(db: Keyspace, [key]: string[]): Reply {
  const old = textOf(db, key!)
  db.delete(key!)
  return old
}

function getex(db: Keyspace, [key, ...options]: string[], name: string): Reply {
  const option = options[0]?.toUpperCase()
  const persists = option === 'PERSIST' && options.length === 1
  const sets = option !== undefined && LIFE_OPTIONS.includes(option) && options.length === 2
  if (option !== undefined && !persists && !sets) throw new CommandError(SYNTAX_ERROR)
  const text = textOf(db, key!)
  if (text === null) return null
  if (persists) db.setExpiry(key!, null)
  else if (sets) db.setExpiry(key!, expiryFrom(db, option, options[1]!, name))
  return text
}

function mgetOne(db: Keyspace, key: string): string | null {
  const value = db.peek(key)
  return value?.type === 'string' ? value.text : null
}

function mset(db: Keyspace, args: string[], name: string): Reply {
  for (const [key, text] of pairsOf(args, name)) put(db, key, text, null)
  return OK
}

function pairsOf(args: string[], name: string): [string, string][] {
  if (args.length % 2 === 1) throw new CommandError(`ERR wrong number of arguments for '${name}' command`)
  return Array.from({ length: args.length / 2 }, (_, pair) => [args[pair * 2]!, args[pair * 2 + 1]!])
}

function putIfAbsent(db: Keyspace, pairs: [string, string][]): boolean {
  if (pairs.some(([key]) => db.peek(key) !== undefined)) return false
  for (const [key, text] of pairs) put(db, key, text, null)
  return true
}

function decrby(db: Keyspace, [key, by]: string[]): Reply {
  const amount = parseInt64(by!)
  if (amount === -(2n ** 63n)) throw new CommandError('ERR decrement would overflow')
  return incrementBy(db, key!, -amount)
}

function incrementBy(db: Keyspace, key: string, by: bigint): Reply {
  const sum = addInt64(parseInt64(textOf(db, key) ?? '0'), by)
  db.obtain(key, 'string').text = String(sum)
  return Number(sum)
}

function incrbyfloat(db: Keyspace, [key, by]: string[]): Reply {
  const old = parseFloat64(textOf(db, key!) ?? '0')
  const sum = old + parseFloat64(by!)
  if (!Number.isFinite(sum)) throw new CommandError('ERR increment would produce NaN or Infinity')
  const text = formatSum(sum)
  db.obtain(key!, 'string').text = text
  return text
}

function append(db: Keyspace, [key, text]: string[]): Reply {
  const value = db.obtain(key!, 'string')
  value.text += text!
  return value.text.length
}

function getrange(db: Keyspace, [key, start, end]: string[]): Reply {
  const from = parseInteger(start!)
  const to = parseInteger(end!)
  const text = textOf(db, key!) ?? ''
  if (from < 0 && to < 0 && from > to) return ''
  const first = Math.max(from < 0 ? from + text.length : from, 0)
  const last = Math.max(to < 0 ? to + text.length : to, 0)
  return text.slice(first, last + 1)
}

function setrange(db: Keyspace, [key, offset, text]: string[]): Reply {
  const at = parseInteger(offset!)
  if (at < 0) throw new CommandError('ERR offset is out of range')
  const old = textOf(db, key!) ?? ''
  if (text === '') return old.length
  if (at + text!.length > MAX_STRING_BYTES) {
    throw new CommandError('ERR string exceeds maximum allowed size (proto-max-bulk-len)')
  }
  const value = db.obtain(key!, 'string')
  value.text = old.padEnd(at, '\0').slice(0, at) + text! + old.slice(at + text!.length)
  return value.text.length
}
