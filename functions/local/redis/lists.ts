import { type CommandTable, parseInteger, SYNTAX_ERROR, sliceOf } from './arguments.ts'
import type { Keyspace } from './keyspace.ts'
import { CommandError, OK, type Reply } from './reply.ts'

type End = 'LEFT' | 'RIGHT'

export const LIST_COMMANDS: CommandTable = {
  lpush: { arity: -3, run: (db, [key, ...items]) => push(db, key!, items, 'LEFT') },
  rpush: { arity: -3, run: (db, [key, ...items]) => push(db, key!, items, 'RIGHT') },
  lpushx: { arity: -3, run: (db, [key, ...items]) => (db.find(key!, 'list') ? push(db, key!, items, 'LEFT') : 0) },
  rpushx: { arity: -3, run: (db, [key, ...items]) => (db.find(key!, 'list') ? push(db, key!, items, 'RIGHT') : 0) },
  lpop: { arity: -2, run: (db, args, name) => pop(db, args, 'LEFT', name) },
  rpop: { arity: -2, run: (db, args, name) => pop(db, args, 'RIGHT', name) },
  llen: { arity: 2, run: (db, [key]) => itemsOf(db, key!).length },
  lrange: { arity: 4, run: lrange },
  lindex: { arity: 3, run: lindex },
  lset: { arity: 4, run: lset },
  lrem: { arity: 4, run: lrem },
  ltrim: { arity: 4, run: ltrim },
  linsert: { arity: 5, run: linsert },
  lmove: { arity: 5, run: (db, [from, to, take, give]) => move(db, from!, to!, endOf(take!), endOf(give!)) },
  rpoplpush: { arity: 3, run: (db, [from, to]) => move(db, from!, to!, 'RIGHT', 'LEFT') },
}

function itemsOf(db: Keyspace, key: string): string[] {
  return db.find(key, 'list')?.items ?? []
}

function push(db: Keyspace, key: string, added: string[], end: End): number {
  const { items } = db.obtain(key, 'list')
  if (end === 'LEFT') items.unshift(...added.toReversed())
  else items.push(...added)
  return items.length
}

function pop(db: Keyspace, [key, count, ...rest]: string[], end: End, name: string): Reply {
  if (rest.length > 0) throw new CommandError(`ERR wrong number of arguments for '${name}' command`)
  const wanted = count === undefined ? 1 : parseInteger(count, 'ERR value is out of range, must be positive')
  if (wanted < 0) throw new CommandError('ERR value is out of range, must be positive')
  const value = db.find(key!, 'list')
  if (!value) return null
  const taken = takeFrom(value.items, wanted, end)
  db.dropIfEmpty(key!)
  return count === undefined ? (taken[0] ?? null) : taken
}

function takeFrom(items: string[], count: number, end: End): string[] {
  if (end === 'LEFT') return items.splice(0, count)
  return items.splice(Math.max(items.length - count, 0)).toReversed()
}

function lrange(db: Keyspace, [key, start, stop]: string[]): Reply {
  const [from, to] = [parseInteger(start!), parseInteger(stop!)]
  const items = itemsOf(db, key!)
  return items.slice(...sliceOf(from, to, items.length))
}

function lindex(db: Keyspace, [key, index]: string[]): Reply {
  const items = itemsOf(db, key!)
  return items.length === 0 ? null : (items.at(parseInteger(index!)) ?? null)
}

function lset(db: Keyspace, [key, index, item]: string[]): Reply {
  const value = db.find(key!, 'list')
  if (!value) throw new CommandError('ERR no such key')
  const wanted = parseInteger(index!)
  const at = wanted < 0 ? wanted + value.items.length : wanted
  if (at < 0 || at >= value.items.length) throw new CommandError('ERR index out of range')
  value.items[at] = item!
  return OK
}

function lrem(db: Keyspace, [key, count, item]: string[]): Reply {
  const wanted = parseInteger(count!)
  const value = db.find(key!, 'list')
  if (!value) return 0
  const backwards = wanted < 0
  const most = wanted === 0 ? value.items.length : Math.abs(wanted)
  let removed = 0
  const kept = (backwards ? value.items.toReversed() : value.items).filter((present) => {
    if (present !== item || removed === most) return true
    removed++
    return false
  })
  value.items = backwards ? kept.toReversed() : kept
  db.dropIfEmpty(key!)
  return removed
}

function ltrim(db: Keyspace, [key, start, stop]: string[]): Reply {
  const [from, to] = [parseInteger(start!), parseInteger(stop!)]
  const value = db.find(key!, 'list')
  if (value) {
    value.items = value.items.slice(...sliceOf(from, to, value.items.length))
    db.dropIfEmpty(key!)
  }
  return OK
}

function linsert(db: Keyspace, [key, where, pivot, item]: string[]): Reply {
  const side = where!.toUpperCase()
  if (side !== 'BEFORE' && side !== 'AFTER') throw new CommandError(SYNTAX_ERROR)
  const value = db.find(key!, 'list')
  if (!value) return 0
  const at = value.items.indexOf(pivot!)
  if (at < 0) return -1
  value.items.splice(side === 'BEFORE' ? at : at + 1, 0, item!)
  return value.items.length
}

function endOf(text: string): End {
  const end = text.toUpperCase()
  if (end !== 'LEFT' && end !== 'RIGHT') throw new CommandError(SYNTAX_ERROR)
  return end
}

function move(db: Keyspace, from: string, to: string, take: End, give: End): Reply {
  const source = db.find(from, 'list')
  if (!source) return null
  db.find(to, 'list')
  const item = takeFrom(source.items, 1, take)[0]!
  push(db, to, [item], give)
  db.dropIfEmpty(from)
  return item
}
