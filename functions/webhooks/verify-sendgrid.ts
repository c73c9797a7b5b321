import { createPublicKey, verify } from 'node:crypto'

export interface SignedDelivery {
  /** The body's bytes exactly as they came: a parsed and re-serialised body does not verify. */
  rawBody: Uint8Array
  /** Header X-Twilio-Email-Event-Webhook-Signature: base64 of a DER ECDSA signature. */
  signature: string | undefined
  /** Header X-Twilio-Email-Event-Webhook-Timestamp: unix seconds. */
  timestamp: string | undefined
}

export interface SendGridVerification {
  /** Base64 of a DER SubjectPublicKeyInfo, as SendGrid shows it (no PEM lines). */
  publicKey: string
  /**
   * Real time, not the app's clock: the demo advances that one, and a signature's age is a fact about the wire.
   * The stand-in signs with real time for the same reason.
   */
  wallNow: Date
  /** SendGrid documents no window; ours is 300 s. A redelivery is signed anew, so retries are not cut off. */
  toleranceSeconds?: number
}

export type SignatureVerdict =
  | { ok: true }
  | { ok: false; reason: 'missing_signature' | 'bad_timestamp' | 'outside_window' | 'bad_key' | 'bad_signature' }

/** ECDSA P-256 with SHA-256 over the timestamp's characters followed by the raw body. Says nothing about repeats. */
export function verifySendGridSignature(delivery: SignedDelivery, options: SendGridVerification): SignatureVerdict {
  const { rawBody, signature, timestamp } = delivery
  if (!signature || !timestamp) return { ok: false, reason: 'missing_signature' }
  if (!/^\d{1,12}$/.test(timestamp)) return { ok: false, reason: 'bad_timestamp' }

  const ageSeconds = Math.abs(options.wallNow.getTime() / 1000 - Number(timestamp))
  if (ageSeconds > (options.toleranceSeconds ?? 300)) return { ok: false, reason: 'outside_window' }

  const key = readPublicKey(options.publicKey)
  if (!key) return { ok: false, reason: 'bad_key' }
  const signed = Buffer.concat([Buffer.from(timestamp), rawBody])
  try {
    // The key goes bare, its signatures being DER by default: workerd refuses `{ key: KeyObject, dsaEncoding }`.
    // Public-key verification compares nothing secret, so there is no timing to leak.
    const genuine = verify('sha256', signed, key, Buffer.from(signature, 'base64'))
    return genuine ? { ok: true } : { ok: false, reason: 'bad_signature' }
  } catch {
    return { ok: false, reason: 'bad_signature' }
  }
}

function readPublicKey(base64: string) {
  try {
    const key = createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' })
    return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined
  } catch {
    return undefined
  }
}
