import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type MailVariables, openTemplates } from '../../../functions/domain/email/render.ts'
import { textKey, writableKey } from '../../../functions/domain/sequences/text-keys.ts'

const templates = openTemplates()
const few = fc.constantFrom(null, '', '  ', 'CEO', 'Re', 'Head of [Yard]', '\u0085', '\u0001')
const variables = fc.record({ given_name: few, title: few, country: few, account: few, industry: few }).map(
  ({ given_name, title, country, account, industry }): MailVariables => ({
    person: { name: 'Ann Delta', given_name, family_name: null, title, country },
    account: { name: account, industry },
    event: { name: 'ProMat', venue: null, city: null, booth: null, starts_on: null, ends_on: null },
    sender: { name: 'Rita', email: 'rita@yardflow.example' },
  }),
)

const parts = [
  '{{ person.given_name }}',
  '{{ person.title | default: "x" | downcase }}',
  '{% if person.title %}{{ person.country }}{% endif %}',
  '{% if person.title == "CEO" %}{{ account.industry }}{% else %}{{ account.name }}{% endif %}',
  '{% unless person.title and account.name %}{{ person.country }}{% endunless %}',
  '{%- case person.title -%}{%- when "Re" -%}{{ person.country }}{%- endcase -%}',
  '{% assign who = person.title | upcase %}{% if who == "CEO" %}{{ account.industry }}{% endif %}',
  '{% if person.title contains "Yard" or account.industry %}{{ person.given_name }}{% endif %}',
  '{% if person %}{{ account.name }}{% endif %}',
]
const text = fc
  .array(fc.constantFrom(...parts, 'Hello ', ': '), { minLength: 1, maxLength: 5 })
  .map((all) => all.join(''))

test('people of one key are one case: the text can be written to all of them or to none, for the same reason', () => {
  let alike = 0
  fc.assert(
    fc.property(text, variables, variables, (template, one, other) => {
      const keyOf = writableKey([template])
      if (keyOf === undefined) throw new Error(`${template} is not too clever`)
      if (keyOf(one) !== keyOf(other)) return
      alike += 1
      const [a, b] = [templates.render(template, one), templates.render(template, other)]
      expect({ ok: a.ok, missing: 'missing' in a && a.missing }).toEqual({
        ok: b.ok,
        missing: 'missing' in b && b.missing,
      })
    }),
    { numRuns: 20_000 },
  )
  // Or nothing would have been compared.
  expect(alike).toBeGreaterThan(100)
})

test('people of one key read the same text', () => {
  let alike = 0
  fc.assert(
    fc.property(text, variables, variables, (template, one, other) => {
      const keyOf = textKey(template)
      if (keyOf === undefined || keyOf(one) !== keyOf(other)) return
      alike += 1
      expect(templates.render(template, one)).toEqual(templates.render(template, other))
    }),
    { numRuns: 20_000 },
  )
  expect(alike).toBeGreaterThan(100)
})

test.each([
  '{% capture x %}{{ person.title }}{% endcapture %}{% if x == "CEO" %}{{ person.country }}{% endif %}',
  '{% for one in person.title %}{{ person.country }}{% endfor %}',
  '{% if person["title"] == "CEO" %}{{ person.country }}{% endif %}',
  '{{ person.country | slice: 0, person.title }}',
  '{{ person.title | date: "%Y" }}',
])('a text that is too clever has no key: %s', (template) => {
  expect(writableKey([template])).toBeUndefined()
})

test.each(['url_decode', 'base64_decode', 'where_exp: "one", "true"'])(
  'a filter that runs or fails by what a stranger typed is none: %s',
  (filter) => {
    expect(templates.check(`{{ person.title | ${filter} }}`)).toMatch(/undefined filter/)
  },
)
