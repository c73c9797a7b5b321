import { expect, test } from 'vitest'
import { paths, routePatterns, routes } from '../../web/paths.ts'

// Outside software and bookmarks rely on these.
const promised = [
  '/',
  '/login',
  '/logout',
  '/dashboard',
  '/dashboard/events',
  '/dashboard/accounts',
  '/dashboard/people',
  '/dashboard/outreach',
  '/dashboard/import',
  '/dashboard/queue',
  '/dashboard/settings/integrations',
  '/health',
  '/api/health',
  '/api/queue/enrich',
  '/api/queue/status/:id',
  '/api/queue/stats',
  '/jobs/:name',
  '/webhooks/sendgrid/events',
  '/webhooks/sendgrid/inbound',
  '/unsubscribe/:token',
]

test.each(promised)('%s keeps its address', (pattern) => {
  expect(routePatterns).toContain(pattern)
})

test('no address is spelled twice', () => {
  expect(new Set(routePatterns).size).toBe(routePatterns.length)
})

test('a path fills its pattern, whatever the value', () => {
  expect(paths.event('e1')).toBe('/dashboard/events/e1')
  expect(paths.sequenceStep('s1', 'st2')).toBe('/dashboard/outreach/s1/steps/st2')
  expect(paths.unsubscribe('a/b?c#d')).toBe('/unsubscribe/a%2Fb%3Fc%23d')
})

test('a query leaves out what is empty and repeats what is many', () => {
  expect(paths.accounts({ q: 'a&b', tier: ['1', '2'], owner: '', page: undefined, mine: false })).toBe(
    '/dashboard/accounts?q=a%26b&tier=1&tier=2',
  )
  expect(paths.accounts()).toBe('/dashboard/accounts')
})

test('every route has a path', () => {
  expect(Object.keys(paths).sort()).toEqual(Object.keys(routes).sort())
})
