import { createHmac, timingSafeEqual } from 'node:crypto'

const MAC_BYTES = 16

/** Opaque, and good for as long as the message is known: an unsubscribe link must work from an old mail too. */
export function unsubscribeToken(message_id: string, secret: string): string {
  const id = Buffer.from(message_id.replaceAll('-', ''), 'hex')
  return Buffer.concat([id, sign(id, secret)]).toString('base64url')
}

/** @returns the message's id; undefined for a token that is forged or cut off */
export function readUnsubscribeToken(token: string, secret: string): string | undefined {
  if (!/^[\w-]{43}$/.test(token)) return undefined
  const bytes = Buffer.from(token, 'base64url')
  const id = bytes.subarray(0, 16)
  if (bytes.length !== 16 + MAC_BYTES || !timingSafeEqual(bytes.subarray(16), sign(id, secret))) return undefined
  const hex = id.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

function sign(id: Uint8Array, secret: string): Buffer {
  return createHmac('sha256', secret).update('unsubscribe/1/').update(id).digest().subarray(0, MAC_BYTES)
}
