import { expect, test } from 'vitest'
import type { WhyNotNow } from '../../functions/domain/sequences/why-not-now.ts'
import type { WhyNotThem } from '../../functions/domain/sequences/why-not-them.ts'
import { WhyNotNowBanner } from '../../web/pages/outreach/why-not-now.tsx'
import { WhyNotThemBanner } from '../../web/pages/outreach/why-not-them.tsx'
import { renderFragment } from '../../web/render.tsx'
import { sampleView } from './view.ts'

const words = (html: string) => html.replace(/<svg.*?<\/svg>|<[^>]+>/g, '')
const now = (why: WhyNotNow) => words(renderFragment(sampleView(), <WhyNotNowBanner {...why} />))
const them = (why: WhyNotThem) =>
  renderFragment(sampleView(), <WhyNotThemBanner {...why} person_name="Rajesh Iyer" message_id={null} />)

const next_at = new Date('2027-03-02T14:07:00Z')
const time_zone = 'Europe/London'
const mail = { why: 'mail', position: 1, is_judged: false, next_at, time_zone } as const
const shut = { why: 'window_shut', window: 'Mon–Fri 09:00–17:00', next_at, time_zone } as const

test('a planned mail says its moment once, and what stands before it', () => {
  expect(words(them({ ...mail, now: shut }))).toBe(
    'Step 1 is planned for tomorrow 08:07 · 14:07 there; until then it is outside Mon–Fri 09:00–17:00 where the recipient is.',
  )
  expect(words(them({ ...mail, now: { why: 'gap', next_at } }))).toBe(
    'Step 1 is planned for tomorrow 08:07 · 14:07 there: the sender keeps a gap between mails.',
  )
  const resumes_at = new Date('2027-03-02T15:00:00Z')
  const down = { why: 'provider_down', reason: 'SendGrid answered 503.', next_at: resumes_at } as const
  expect(words(them({ ...mail, now: down }))).toContain('there: SendGrid answered 503; resumes at tomorrow 09:00.')
})

test('what a person has stopped names no moment, which would pass', () => {
  const paused = { why: 'paused', reason: 'Paused by Jamie Rivera' } as const
  expect(words(them({ ...mail, now: paused }))).toBe('Step 1 is on hold: Paused by Jamie Rivera.')
})

test('a sender that is paused is named, and that it is paused is said once', () => {
  const sender = (reason: string) => now({ why: 'sender_paused', address: 'kim@acme.com', reason })
  expect(sender('Paused by Jamie Rivera')).toBe('Not sending now: kim@acme.com was paused by Jamie Rivera.See senders')
  expect(sender('Too many bounces')).toBe('Not sending now: kim@acme.com is paused: Too many bounces.See senders')
  expect(sender('')).toBe('Not sending now: kim@acme.com is paused.See senders')
})
