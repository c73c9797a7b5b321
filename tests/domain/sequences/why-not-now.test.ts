import { expect, test } from 'vitest'
import { type SendingFigures, whyNotNow } from '../../../functions/domain/sequences/why-not-now.ts'
import { officeHours } from '../../../functions/domain/sequences/windows.ts'

/** A Monday, 10:00 in New York. */
const now = new Date('2026-03-02T15:00:00Z')
const next_at = new Date('2026-03-02T16:00:00Z')
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000)
const next = {
  due_at: next_at,
  reason: null,
  time_zone: 'America/New_York',
  country: null,
  windows: [...officeHours],
  skip_holidays: true,
  sender_address: 'kim@yardflow.test',
  sender_pause_reason: null,
  hold: null,
}
const off = { mode: 'off' as const, missing: ['SENDGRID_API_KEY'] }
const on = { mail: { mode: 'sendgrid' }, queue: { mode: 'qstash' } } as Parameters<typeof whyNotNow>[1]
const running: SendingFigures = {
  status: 'active',
  pause_reason: null,
  campaign_status: null,
  next,
  active: 3,
  finished: 0,
  stopped: 0,
  open_tasks: 0,
}
const down = 'SendGrid answered 503.'
type Case = [string, Partial<SendingFigures>, typeof on, unknown]

test.each<Case>([
  ['waits for its moment', {}, on, { why: 'later', reason: null, next_at }],
  ['was moved by a resume', { next: { ...next, reason: 'resumed' } }, on, { why: 'later', reason: 'resumed', next_at }],
  ...(
    [
      'cap_sender_week',
      'cap_sender_day',
      'cap_new_people',
      'cap_sequence_day',
      'cap_domain_day',
      'cap_account_day',
    ] as const
  ).map(
    (cap): Case => [`has reached ${cap}`, { next: { ...next, reason: cap } }, on, { why: 'cap_reached', cap, next_at }],
  ),
  ['keeps a gap', { next: { ...next, reason: 'gap' } }, on, { why: 'gap', next_at }],
  [
    'has a sender that is paused',
    { next: { ...next, sender_pause_reason: 'Too many bounces' } },
    on,
    { why: 'sender_paused', address: 'kim@yardflow.test', reason: 'Too many bounces' },
  ],
  [
    'waits for a provider that is asked again later than its mail is due',
    { next: { ...next, due_at: ago(5), hold: { until_at: next_at, reason: down } } },
    on,
    { why: 'provider_down', reason: down, next_at },
  ],
  [
    'has mail due long after the provider is asked again',
    { next: { ...next, hold: { until_at: new Date(now.getTime() + 60_000), reason: down } } },
    on,
    { why: 'later', reason: null, next_at },
  ],
  [
    'had a provider that was down for an hour',
    { next: { ...next, due_at: ago(60), hold: { until_at: ago(1), reason: down } } },
    on,
    { why: 'sending' },
  ],
  [
    'is late although a provider was down once',
    { next: { ...next, due_at: ago(60), hold: { until_at: ago(40), reason: down } } },
    on,
    { why: 'late', late_minutes: 60 },
  ],
  [
    'holds the colleagues of somebody who replied',
    { next: null, active: 0, held: { people: 2, reason: 'colleague_replied', resume_at: null } },
    on,
    { why: 'people_paused', reason: 'colleague_replied' },
  ],
  [
    'waits for the end of an absence',
    { next: null, active: 0, held: { people: 1, reason: 'out_of_office', resume_at: next_at } },
    on,
    { why: 'people_paused', reason: 'out_of_office', next_at },
  ],
  [
    'has a provider that is down',
    { next: { ...next, reason: down } },
    on,
    { why: 'provider_down', reason: down, next_at },
  ],
  [
    'writes to people where it is night',
    { next: { ...next, time_zone: 'Asia/Tokyo' } },
    on,
    { why: 'window_shut', window: 'Mon–Fri 09:00–17:00', next_at, time_zone: 'Asia/Tokyo' },
  ],
  ['has mail due', { next: { ...next, due_at: now } }, on, { why: 'sending' }],
  ['is let run for a while', { next: { ...next, due_at: ago(20) } }, on, { why: 'sending' }],
  ['is late', { next: { ...next, due_at: ago(21) } }, on, { why: 'late', late_minutes: 21 }],
  ['is a draft, whatever else', { status: 'draft' }, { ...on, mail: off }, { why: 'draft' }],
  ['is archived', { status: 'archived' }, on, { why: 'archived' }],
  ['is paused', { status: 'paused', pause_reason: 'A typo' }, on, { why: 'paused', reason: 'A typo' }],
  ['is all paused', { status: 'all_paused', next: null }, on, { why: 'all_paused', reason: null }],
  ['has a campaign that ended', { campaign_status: 'ended' }, on, { why: 'campaign_stopped' }],
  ['lacks mail', { status: 'paused' }, { ...on, mail: off }, { why: 'mail_off', missing: ['SENDGRID_API_KEY'] }],
  ['lacks the queue', {}, { ...on, queue: off }, { why: 'queue_off', missing: ['SENDGRID_API_KEY'] }],
  ['waits for tasks', { next: null, open_tasks: 1 }, on, { why: 'tasks' }],
  ['has nobody', { next: null, active: 0 }, on, { why: 'nobody' }],
  ['is through', { next: null, active: 0, finished: 3 }, on, { why: 'done' }],
])('what %s says so', (_, changed, config, expected) => {
  expect(whyNotNow({ ...running, ...changed }, config, now)).toEqual(expected)
})
