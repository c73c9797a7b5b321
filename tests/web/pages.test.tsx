import { describe, expect, test } from 'vitest'
import { routes } from '../../web/paths.ts'
import { renderPage } from '../../web/render.tsx'
import { evil, samplePages } from './sample-pages.tsx'

describe.each(samplePages().map((sample) => [sample.name, sample] as const))('page %s', (_, sample) => {
  const html = renderPage(sample.view, sample.page)

  test('has nothing inline that the CSP would refuse', () => {
    expect(html).not.toMatch(/\sstyle=/)
    expect(html).not.toMatch(/<style/)
    expect(html).not.toMatch(/\son[a-z]+=/)
    expect(html).not.toMatch(/hx-on/)
    expect(html.match(/<script(?![^>]*\ssrc="\/build\/)/g)).toBeNull()
  })

  test('escapes what strangers typed', () => {
    expect(html).not.toContain(evil)
    expect(html).not.toContain('<script>alert')
  })

  test('has one heading of the first rank, unique ids, and a label for every control', () => {
    expect(html.match(/<h1/g)).toHaveLength(1)
    const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1])
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, id] of html.matchAll(/<(?:input|select|textarea)[^>]*\sid="(field-[^"]*)"/g)) {
      expect(html).toMatch(new RegExp(`for="${id}"|<label class="check"><input[^>]*id="${id}"`))
    }
  })

  test('links and posts only to addresses of ours', () => {
    const patterns = Object.values(routes).map((route) => new RegExp(`^${route.replace(/:[A-Za-z]+/g, '[^/]+')}$`))
    for (const [, href] of html.matchAll(/\s(?:action|href)="(\/[^"?]*)/g)) {
      if (href?.startsWith('/build/') || href === '/outbox') continue
      expect(patterns.some((pattern) => pattern.test(href ?? ''))).toBe(true)
    }
  })

  test('is small', () => {
    expect(html.length).toBeLessThan(60_000)
  })
})

test('a sign-in that failed keeps the address and the way back, never the password', () => {
  const html = page('login-wrong')
  expect(html).toContain('No account has this email and password.')
  expect(html).toContain('name="return_to" value="/dashboard/people?q=a&amp;b"')
  expect(html).not.toMatch(/type="password"[^>]*value=/)
})

test('an invalid event keeps what was typed and says at the field what is wrong', () => {
  const html = page('event-invalid')
  expect(html).toContain('value="2027-03-25"')
  expect(html).toMatch(/id="field-ends_on-error">The last day is before the first\./)
  expect(html).toContain('href="#field-time_zone"')
})

test('opening the unsubscribe page changes nothing: the act is a POST', () => {
  expect(page('unsubscribe')).toContain('<form method="post" action="/unsubscribe/t"')
})

test('only a failed job can be retried', () => {
  expect(page('queue').match(/\/retry"/g)).toHaveLength(1)
})

test('what is not configured names its variable', () => {
  expect(page('integrations')).toContain('<code>OPENAI_API_KEY</code>')
})

test('while nothing leaves, the dashboard says why and when it goes on', () => {
  expect(page('dashboard')).toMatch(
    /Not sending now: outside Mon–Fri 09:00–17:00 where the recipient is; next <time[^>]*>today 10:02/,
  )
})

test('without an active event the dashboard only offers to make one', () => {
  const html = page('dashboard-no-event')
  expect(html).toContain('No event is active')
  expect(html).not.toContain('Goes out next')
})

function page(name: string): string {
  const sample = samplePages().find((candidate) => candidate.name === name)
  if (!sample) throw new Error(`No sample page ${name}`)
  return renderPage(sample.view, sample.page)
}
