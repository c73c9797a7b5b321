import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { verifySendGridSignature } from '../../functions/webhooks/verify-sendgrid.ts'

const NOW = new Date('2026-03-02T09:00:00Z')
const TIMESTAMP = String(NOW.getTime() / 1000)
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const base64Of = (key: typeof publicKey) => key.export({ type: 'spki', format: 'der' }).toString('base64')

// Ends in CRLF, as SendGrid's bodies do.
const BODY = Buffer.from('[{"email":"zoë@example.test","event":"open"}]\r\n')

function signed(body: Buffer = BODY, timestamp = TIMESTAMP) {
  const signature = sign('sha256', Buffer.concat([Buffer.from(timestamp), body]), privateKey).toString('base64')
  return { rawBody: body, signature, timestamp }
}

const options = { publicKey: base64Of(publicKey), wallNow: NOW }

describe('verifySendGridSignature', () => {
  test('accepts what the key signed', () => {
    expect(verifySendGridSignature(signed(), options)).toEqual({ ok: true })
    expect(verifySendGridSignature(signed(Buffer.from('[]')), options)).toEqual({ ok: true })
  })

  test('refuses any altered byte of the body', () => {
    const delivery = signed()
    for (let index = 0; index < BODY.length; index++) {
      const rawBody = Buffer.from(BODY)
      rawBody[index] = (rawBody[index] ?? 0) ^ 1
      expect(verifySendGridSignature({ ...delivery, rawBody }, options)).toEqual({ ok: false, reason: 'bad_signature' })
    }
  })

  test('refuses the same JSON written anew', () => {
    const rawBody = Buffer.from(JSON.stringify(JSON.parse(BODY.toString())))
    expect(verifySendGridSignature({ ...signed(), rawBody }, options)).toEqual({ ok: false, reason: 'bad_signature' })
  })

  test('refuses an altered timestamp inside the window', () => {
    const delivery = { ...signed(), timestamp: String(Number(TIMESTAMP) + 1) }
    expect(verifySendGridSignature(delivery, options)).toEqual({ ok: false, reason: 'bad_signature' })
  })

  test.each([
    [-301, 'outside_window'],
    [301, 'outside_window'],
    [-300, undefined],
    [300, undefined],
  ])('a timestamp %i s away', (offset, reason) => {
    const verdict = verifySendGridSignature(signed(BODY, String(Number(TIMESTAMP) + offset)), options)
    expect(verdict).toEqual(reason ? { ok: false, reason } : { ok: true })
  })

  test.each([undefined, ''])('refuses a missing header (%j)', (missing) => {
    const verdict = { ok: false, reason: 'missing_signature' }
    expect(verifySendGridSignature({ ...signed(), signature: missing }, options)).toEqual(verdict)
    expect(verifySendGridSignature({ ...signed(), timestamp: missing }, options)).toEqual(verdict)
  })

  test.each(['now', '-1', '1e9', '1772442000.5', ` ${TIMESTAMP}`])('refuses the timestamp %j', (timestamp) => {
    const verdict = verifySendGridSignature({ ...signed(), timestamp }, options)
    expect(verdict).toEqual({ ok: false, reason: 'bad_timestamp' })
  })

  test.each(['', 'AA==', 'not base64 at all', 'A'.repeat(10_000)])('refuses the signature %j', (signature) => {
    expect(verifySendGridSignature({ ...signed(), signature }, options).ok).toBe(false)
  })

  test('refuses another key, a key of another kind, and no key', () => {
    const other = base64Of(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)
    const curve = base64Of(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey)
    const rsa = base64Of(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey)
    expect(verifySendGridSignature(signed(), { ...options, publicKey: other })).toEqual({
      ok: false,
      reason: 'bad_signature',
    })
    for (const wrong of [curve, rsa, '', 'AAAA'])
      expect(verifySendGridSignature(signed(), { ...options, publicKey: wrong })).toEqual({
        ok: false,
        reason: 'bad_key',
      })
  })
})
