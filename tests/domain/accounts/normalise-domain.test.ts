import { describe, expect, it } from 'vitest'
import { isFreemailDomain } from '../../../functions/domain/accounts/freemail-domains.ts'
import { accountDomain } from '../../../functions/domain/accounts/normalise-domain.ts'

describe('accountDomain', () => {
  it.each([
    // The old product made john.smith@httpswww.acme.com of this one.
    ['https://www.acme.com/', 'acme.com'],
    ['httpswww.acme.com', 'acme.com'],
    ['http//www.acme.com', 'acme.com'],
    ['https:/acme.com', 'acme.com'],
    ['HTTPS:\\\\ACME.COM\\about', 'acme.com'],
    ['ACME.COM', 'acme.com'],
    ['  www.acme.com. ', 'acme.com'],
    ['//acme.com/x', 'acme.com'],
    ['john@acme.co.uk', 'acme.co.uk'],
    ['mailto:john@mail.acme.co.uk', 'acme.co.uk'],
    ['John Smith <john@acme.com>', 'acme.com'],
    ['https://user:secret@shop.acme.com/a@b', 'acme.com'],
    ['acme.com:8080/x?y', 'acme.com'],
    ['acme.com#top', 'acme.com'],
    ['n/a; acme.com, acme.de', 'acme.com'],
    ['bücher.de', 'xn--bcher-kva.de'],
    ['https://www.例え.jp/', 'xn--r8jz45g.jp'],
    ['acme.myshopify.com', 'acme.myshopify.com'],
    ['mail.known-01.example', 'known-01.example'],
    ['gmail.com', 'gmail.com'],
  ])('%s → %s', (text, domain) => {
    expect(accountDomain(text)).toBe(domain)
  })

  it.each([
    '',
    '   ',
    'acme',
    'localhost',
    'localhost:3000',
    'http://127.0.0.1/x',
    '10.0.0.1',
    '[::1]',
    'co.uk',
    'acme.invalidtld',
    'a..b',
    'n/a',
    'https://',
    'Acme Inc.',
  ])('%j has none', (text) => {
    expect(accountDomain(text)).toBeNull()
  })
})

describe('isFreemailDomain', () => {
  it.each(['gmail.com', 'yahoo.co.uk', 'hotmail.fr', 'live.com.au', 'web.de', 'qq.com'])('%s is public', (domain) => {
    expect(isFreemailDomain(domain)).toBe(true)
  })
  it.each(['acme.com', 'yahooinc.com', 'live.acme.com', 'microsoft.com'])('%s is not', (domain) => {
    expect(isFreemailDomain(domain)).toBe(false)
  })
})
