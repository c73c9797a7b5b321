import { CommandError } from './reply.ts'

export type Value =
  | { type: 'string'; text: string }
  | { type: 'hash'; fields: Map<string, string> }
  | { type: 'list'; items: string[] }
  | { type: 'set'; members: Set<string> }
  | { type: 'zset'; scores: Map<string, number> }

type Kind = Value['type']
type Of<K extends Kind> = Extract<Value, { type: K }>
interface Entry {
  value: Value
  expires_at_ms: number | null
}

/** The keys of one database. Expired keys go when they are next looked at. */
export class Keyspace {
  /** Milliseconds since 1970; the engine sets it once per command, so a script sees one moment. */
  now_ms = 0
  private readonly entries = new Map<string, Entry>()

  /** The value if the key is there and alive; WRONGTYPE if it holds another kind. */
  find<K extends Kind>(key: string, kind: K): Of<K> | undefined {
    const value = this.alive(key)?.value
    if (value && value.type !== kind) {
      throw new CommandError('WRONGTYPE Operation against a key holding the wrong kind of value')
    }
    return value as Of<K> | undefined
  }

  /** As `find`, creating an empty value where there is none. */
  obtain<K extends Kind>(key: string, kind: K): Of<K> {
    const found = this.find(key, kind)
    if (found) return found
    const value = emptyValue(kind)
    this.entries.set(key, { value, expires_at_ms: null })
    return value as Of<K>
  }

  /** Redis keeps no empty collections: call after taking something out. */
  dropIfEmpty(key: string): void {
    const value = this.alive(key)?.value
    if (value && sizeOf(value) === 0) this.entries.delete(key)
  }

  /** Replaces the key whole and forgets its life. */
  put(key: string, value: Value, expires_at_ms: number | null = null): void {
    this.entries.set(key, { value, expires_at_ms })
    if (value.type !== 'string') this.dropIfEmpty(key)
  }

  peek(key: string): Value | undefined {
    return this.alive(key)?.value
  }

  delete(key: string): boolean {
    return this.alive(key) !== undefined && this.entries.delete(key)
  }

  /** undefined: no such key; null: lives for ever. */
  expiryOf(key: string): number | null | undefined {
    return this.alive(key)?.expires_at_ms
  }

  /** A moment that is not in the future deletes the key at once, as Redis does. */
  setExpiry(key: string, expires_at_ms: number | null): void {
    const entry = this.alive(key)
    if (!entry) return
    if (expires_at_ms !== null && expires_at_ms <= this.now_ms) this.entries.delete(key)
    else entry.expires_at_ms = expires_at_ms
  }

  keys(): string[] {
    return [...this.entries.keys()].filter((key) => this.alive(key) !== undefined)
  }

  clear(): void {
    this.entries.clear()
  }

  private alive(key: string): Entry | undefined {
    const entry = this.entries.get(key)
    if (entry && entry.expires_at_ms !== null && this.now_ms > entry.expires_at_ms) {
      this.entries.delete(key)
      return undefined
    }
    return entry
  }
}

function emptyValue(kind: Kind): Value {
  switch (kind) {
    case 'string':
      return { type: 'string', text: '' }
    case 'hash':
      return { type: 'hash', fields: new Map() }
    case 'list':
      return { type: 'list', items: [] }
    case 'set':
      return { type: 'set', members: new Set() }
    case 'zset':
      return { type: 'zset', scores: new Map() }
  }
}

function sizeOf(value: Value): number {
  switch (value.type) {
    case 'string':
      return 1
    case 'hash':
      return value.fields.size
    case 'list':
      return value.items.length
    case 'set':
      return value.members.size
    case 'zset':
      return value.scores.size
  }
}
