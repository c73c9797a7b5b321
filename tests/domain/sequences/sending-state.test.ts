import { expect, test } from 'vitest'
import { sendingState } from '../../../functions/domain/sequences/sending-state.ts'

const now = new Date('2026-03-02T15:00:00Z')
const later = new Date('2026-03-02T16:00:00Z')
const off = { mode: 'off' as const, missing: ['SENDGRID_API_KEY'] }
const on = { mail: { mode: 'sendgrid' }, queue: { mode: 'qstash' } } as Parameters<typeof sendingState>[1]
const running = {
  status: 'active' as const,
  pause_reason: null,
  campaign_status: null,
  active: 3,
  paused: 0,
  finished: 0,
  stopped: 0,
  steps: 2,
  planned: 3,
  sent: 0,
  opened: 0,
  replied: 0,
  bounced: 0,
  unconfirmed: 0,
  open_tasks: 0,
  next_due_at: later,
  next_reason: null,
}

test.each([
  [
    'waits for the next mail, and why',
    { next_reason: 'cap_reached' },
    on,
    { state: 'waiting', next_at: later, reason: 'cap_reached' },
  ],
  ['has mail due', { next_due_at: now }, on, { state: 'due' }],
  ['is a draft, whatever else', { status: 'draft' as const }, { ...on, mail: off }, { state: 'draft' }],
  ['is paused', { status: 'paused' as const, pause_reason: 'A typo' }, on, { state: 'paused', reason: 'A typo' }],
  ['has a campaign that ended', { campaign_status: 'ended' as const }, on, { state: 'campaign_stopped' }],
  ['lacks mail', {}, { ...on, mail: off }, { state: 'not_configured', missing: ['SENDGRID_API_KEY'] }],
  ['waits for tasks', { next_due_at: null, open_tasks: 1 }, on, { state: 'tasks' }],
  ['has nobody', { next_due_at: null, active: 0 }, on, { state: 'nobody' }],
  ['is through', { next_due_at: null, active: 0, finished: 3 }, on, { state: 'done' }],
])('a sequence that %s says so', (_, changed, config, expected) => {
  expect(sendingState({ ...running, ...changed }, config, now)).toEqual(expected)
})
