import { describe, expect, it } from 'vitest'
import { checkAddress } from '../../../functions/domain/enrichment/verify-address.ts'

const LONG_LABEL = 'a'.repeat(63)

describe('checkAddress', () => {
  it.each([
    ['john@acme.com', 'john@acme.com'],
    [' john.smith@ACME.com ', 'john.smith@acme.com'],
    // The old product refused every plus-address.
    ['john+show@acme.com', 'john+show@acme.com'],
    ["o'brien@acme.co.uk", "o'brien@acme.co.uk"],
    ['"john smith"@acme.com', '"john smith"@acme.com'],
    ['"a@b"@acme.com', '"a@b"@acme.com'],
    ['hans@bücher.de', 'hans@xn--bcher-kva.de'],
    ['jürgen@acme.de', 'jürgen@acme.de'],
    [`${'a'.repeat(64)}@acme.com`, `${'a'.repeat(64)}@acme.com`],
    ['john@acme.example', 'john@acme.example'],
  ])('%s is well formed, and unknown until its server was asked', (text, address) => {
    expect(checkAddress(text)).toEqual({ verdict: 'unknown', reasons: ['mail_server_not_checked'], address })
  })

  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['acme.com', 'no_at_sign'],
    ['@acme.com', 'local_syntax'],
    ['.john@acme.com', 'local_syntax'],
    ['john..smith@acme.com', 'local_syntax'],
    ['john smith@acme.com', 'local_syntax'],
    ['a@b@acme.com', 'local_syntax'],
    ['"john@acme.com', 'local_syntax'],
    ['john\r\nBcc: x@acme.com', 'local_syntax'],
    [`${'a'.repeat(65)}@acme.com`, 'local_too_long'],
    [`${'ü'.repeat(33)}@acme.com`, 'local_too_long'],
    ['john@', 'domain_syntax'],
    ['john@acme', 'domain_syntax'],
    ['john@acme..com', 'domain_syntax'],
    ['john@-acme.com', 'domain_syntax'],
    ['john@acme_x.com', 'domain_syntax'],
    ['john@192.0.2.1', 'domain_syntax'],
    ['john@[192.0.2.1]', 'domain_syntax'],
    ['john@acme.com/x', 'domain_syntax'],
    ['john@acme.com:25', 'domain_syntax'],
    [`john@a${LONG_LABEL}.com`, 'domain_syntax'],
    [`${'a'.repeat(64)}@${LONG_LABEL}.${LONG_LABEL}.${LONG_LABEL}.com`, 'too_long'],
    ['john@acme.nosuchsuffix', 'domain_unknown_suffix'],
  ])('%j is invalid: %s', (text, reason) => {
    expect(checkAddress(text)).toEqual({ verdict: 'invalid', reasons: [reason], address: null })
  })

  it.each([
    ['info@acme.com', ['role', 'mail_server_not_checked']],
    ['No-Reply@acme.com', ['role', 'mail_server_not_checked']],
    ['sales+web@acme.com', ['role', 'mail_server_not_checked']],
    ['john@mailinator.com', ['disposable', 'mail_server_not_checked']],
    ['john@x.mailinator.com', ['disposable', 'mail_server_not_checked']],
  ])('%s is risky', (text, reasons) => {
    expect(checkAddress(text)).toMatchObject({ verdict: 'risky', reasons })
  })

  it('notes free mail without calling it a risk', () => {
    expect(checkAddress('john@gmail.com')).toMatchObject({
      verdict: 'unknown',
      reasons: ['freemail', 'mail_server_not_checked'],
    })
  })
})
