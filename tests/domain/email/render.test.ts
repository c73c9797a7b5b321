import { expect, test } from 'vitest'
import { composeMail, replySubject } from '../../../functions/domain/email/compose-mail.ts'
import { type MailVariables, oneLine, openTemplates } from '../../../functions/domain/email/render.ts'
import { readReplyAddress, replyAddress } from '../../../functions/domain/email/reply-address.ts'
import { readUnsubscribeToken, unsubscribeToken } from '../../../functions/domain/email/unsubscribe-token.ts'

const variables: MailVariables = {
  person: { name: 'Ann Lee', given_name: 'Ann', family_name: 'Lee', title: null, country: null },
  account: { name: '{{ sender.email }}', industry: null },
  event: { name: 'Show', venue: null, city: null, booth: '4711', starts_on: '2026-04-01', ends_on: '2026-04-03' },
  sender: { name: 'Rita\r\nBcc: x@y.test', email: 'rita@yardflow.test' },
}
const render = (text: string) => openTemplates().render(text, variables)
const footer = {
  contact_reason: 'You are on the list.',
  postal_address: '1 Dock St',
  unsubscribe_url: 'https://x.test/u?a=1&b=2',
}

test('variables, defaults and conditions', () => {
  expect(render('Hi {{ person.given_name }}')).toEqual({ ok: true, text: 'Hi Ann' })
  expect(render('Dear {{ person.title | default: "colleague" }}')).toEqual({ ok: true, text: 'Dear colleague' })
  expect(render('{% if person.title %}as {{ person.title }}{% else %}hello{% endif %}')).toEqual({
    ok: true,
    text: 'hello',
  })
  expect(render('{{ person.title }}')).toEqual({
    ok: false,
    missing: 'person.title',
    error: '{{ person.title }} is empty and has no default',
  })
  expect(render('{{ person.salary }}')).toMatchObject({ missing: 'person.salary' })
})

test('values are text: not evaluated, one line each', () => {
  expect(render('{{ account.name }}')).toEqual({ ok: true, text: '{{ sender.email }}' })
  expect(render('{{ sender.name }}')).toEqual({ ok: true, text: 'Rita Bcc: x@y.test' })
  expect(oneLine('a\r\n\u2028b\0c')).toBe('a b c')
})

test.each([
  '{% include "/etc/passwd" %}',
  '{% render "secrets" %}',
  '{{ person.constructor }}',
  '{{ person.__proto__ }}',
  '{% for i in (1..100000000) %}x{% endfor %}',
  '{% for i in (1..9999) %}{% for j in (1..9999) %}x{% endfor %}{% endfor %}',
  `${'{{ person.name }}'.repeat(5_000)}`,
])('a template reaches nothing and ends: %s', (text) => {
  expect(render(text.slice(0, 90_000)).ok).toBe(false)
})

test('text and HTML from one source, everything escaped, links linked', () => {
  const { text, html } = composeMail('Hi <b>Ann</b>,\r\n\r\nsee https://yardflow.test/a?x=1&y="2".\nBye', footer)
  expect(text).toBe(
    'Hi <b>Ann</b>,\n\nsee https://yardflow.test/a?x=1&y="2".\nBye\n\n-- \nYou are on the list.\n1 Dock St\nUnsubscribe: https://x.test/u?a=1&b=2',
  )
  expect(html).toContain('Hi &lt;b&gt;Ann&lt;/b&gt;,</p>')
  expect(html).toContain(
    '<a href="https://yardflow.test/a?x=1&amp;y=">https://yardflow.test/a?x=1&amp;y=</a>&quot;2&quot;.<br>',
  )
  expect(html).toContain('<a href="https://x.test/u?a=1&amp;b=2"')
  expect(html).not.toContain('<b>')
})

test('"Re:" once', () => {
  expect(replySubject('Hello')).toBe('Re: Hello')
  expect(replySubject('Re: Hello')).toBe('Re: Hello')
})

test('reply addresses and unsubscribe tokens lead back to their mail, and only whole', () => {
  const id = '0b9ddc3c-5a1b-5f0e-8c3a-0123456789ab'
  expect(replyAddress('rita@yardflow.test', null)).toBe('rita@yardflow.test')
  expect(readReplyAddress(replyAddress('rita@yardflow.test', id))).toBe(id)
  expect(readReplyAddress('rita+m12@yardflow.test')).toBeUndefined()
  const token = unsubscribeToken(id, 'secret')
  expect(token).not.toContain(id)
  expect(readUnsubscribeToken(token, 'secret')).toBe(id)
  for (const bad of [token.slice(1), `A${token.slice(1)}`, `${token}A`, '', '../../x'])
    expect(readUnsubscribeToken(bad, 'secret')).toBeUndefined()
  expect(readUnsubscribeToken(token, 'other')).toBeUndefined()
})
