import crypto from 'node:crypto'
import * as v from 'valibot'

/** An id of ours, in whatever case it was typed. */
export const uuid = v.pipe(v.string(), v.uuid())

export const isUuid = (text: unknown): text is string => v.is(uuid, text)

/** Namespace of our UUIDv5, made once by chance. */
const NAMESPACE = Buffer.from('6f1d3c0a5b0e4f0f9d1c2f4a7e8b9c10', 'hex')

/** The same name has the same id, always and everywhere (UUIDv5, RFC 9562). */
export function namedUuid(name: string): string {
  const hex = sha1(inNamespace(name))
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16)
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, variant + hex.slice(17, 20)]
  // Joined, not put together piece by piece: V8 would keep the pieces and walk them whenever the id is read.
  return [...parts, hex.slice(20, 32)].join('-')
}

/** Room for names of the usual length, which need no buffer of their own. */
const room = Buffer.concat([NAMESPACE, Buffer.alloc(1_008)])

function inNamespace(name: string): Buffer {
  if (name.length > 336) return Buffer.concat([NAMESPACE, Buffer.from(name)])
  return room.subarray(0, NAMESPACE.length + room.write(name, NAMESPACE.length))
}

/** In one call it takes a third of the time; a run of the simulator names fifty thousand mails. Not every runtime has it. */
const sha1 = (bytes: Buffer): string =>
  typeof crypto.hash === 'function'
    ? crypto.hash('sha1', bytes, 'hex')
    : crypto.createHash('sha1').update(bytes).digest('hex')
