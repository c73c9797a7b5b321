import { createHash } from 'node:crypto'
import * as v from 'valibot'

/** An id of ours, in whatever case it was typed. */
export const uuid = v.pipe(v.string(), v.uuid())

export const isUuid = (text: unknown): text is string => v.is(uuid, text)

/** Namespace of our UUIDv5, made once by chance. */
const NAMESPACE = Buffer.from('6f1d3c0a5b0e4f0f9d1c2f4a7e8b9c10', 'hex')

/** The same name has the same id, always and everywhere (UUIDv5, RFC 9562). */
export function namedUuid(name: string): string {
  const hash = createHash('sha1').update(NAMESPACE).update(name).digest()
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80
  const hex = hash.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
}
