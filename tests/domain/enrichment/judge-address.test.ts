import { expect, test } from 'vitest'
import { type AddressFacts, judgeAddress } from '../../../functions/domain/enrichment/judge-address.ts'

const fact: AddressFacts = {
  address: 'ann.lee@acme.com',
  domain: 'acme.com',
  source: 'imported',
  status: 'unknown',
  delivered_at: null,
  mail: 'found',
  is_catch_all: false,
  provider: null,
}
const delivered_at = new Date('2026-03-01T10:00:00Z')

test.each([
  ['a fact whose domain receives mail', {}, 'valid', ['mail_server']],
  ['a domain without MX but with an address (RFC 5321)', { mail: 'address_only' }, 'valid', ['no_mx_record']],
  ['a domain that says it takes none (RFC 7505)', { mail: 'refused' }, 'invalid', ['null_mx']],
  ['a domain that does not exist', { mail: 'absent' }, 'invalid', ['no_mail_server']],
  ['nobody answered', { mail: 'unknown' }, 'unknown', ['lookup_failed']],
  ['nobody answered, though it was guessed', { mail: 'unknown', source: 'guessed' }, 'unknown', ['lookup_failed']],
  ['no address at all', { address: 'ann lee@acme.com' }, 'invalid', ['local_syntax']],
  ['a plus-address', { address: 'ann+show@acme.com' }, 'valid', ['mail_server']],
  ['a mailbox of many', { address: 'info@acme.com' }, 'risky', ['role', 'mail_server']],
  [
    'a domain that lasts minutes',
    { address: 'a@mailinator.com', domain: 'mailinator.com' },
    'risky',
    ['disposable', 'mail_server'],
  ],
  ['a free mailbox', { address: 'ann@gmail.com', domain: 'gmail.com' }, 'valid', ['freemail', 'mail_server']],
  ['what bounced, whatever else is known', { status: 'bounced', delivered_at }, 'bounced', ['bounced']],
  ['a sample address', { address: 'ann@acme.example', domain: 'acme.example' }, 'unknown', ['reserved_domain']],
  // A mail server says nothing of the mailbox: else every guess would confirm the habit it was made from.
  ['a guess', { source: 'guessed' }, 'risky', ['mailbox_not_confirmed', 'mail_server']],
  ['a guess that was delivered', { source: 'guessed', delivered_at }, 'valid', ['delivered']],
  [
    'a guess that was delivered where everything is',
    { source: 'guessed', delivered_at, is_catch_all: true },
    'risky',
    ['catch_all', 'delivered'],
  ],
  ['a guess that a provider confirms', { source: 'guessed', provider: 'valid' }, 'valid', ['provider_confirmed']],
  ['a fact that a provider refuses', { provider: 'invalid' }, 'invalid', ['provider_refused']],
  ['what took our mail, though a provider refuses it', { provider: 'invalid', delivered_at }, 'valid', ['delivered']],
  ['a server that takes all', { provider: 'accept_all' }, 'risky', ['catch_all', 'mail_server']],
] as [string, Partial<AddressFacts>, string, string[]][])('%s', (_, facts, status, reasons) => {
  expect(judgeAddress({ ...fact, ...facts })).toEqual({ status, reasons })
})
