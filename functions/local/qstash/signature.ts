import { createHash, createHmac, randomBytes } from 'node:crypto'

const LIFE_SECONDS = 300

/**
 * The `Upstash-Signature` of one attempt: a JWT over the exact destination URL and the exact bytes.
 * `issuedAt` is wall-clock time, because the official Receiver compares `exp` with the real clock.
 */
export function signDelivery(input: { key: string; url: string; body: Uint8Array; issuedAt: Date }): string {
  const iat = Math.floor(input.issuedAt.getTime() / 1000)
  const claims = {
    iss: 'Upstash',
    sub: input.url,
    exp: iat + LIFE_SECONDS,
    nbf: 0,
    iat,
    jti: `jwt_${randomBytes(16).toString('hex')}`,
    body: createHash('sha256').update(input.body).digest('base64url'),
  }
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
  return `${signed}.${createHmac('sha256', input.key).update(signed).digest('base64url')}`
}

export function newSigningKey(): string {
  return `sig_${randomBytes(21).toString('base64url')}`
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
