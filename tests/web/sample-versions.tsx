import type { Child } from 'hono/jsx'
import { diffSteps, isChanged, type StepText } from '../../functions/domain/sequences/diff-steps.ts'
import { noWait } from '../../functions/domain/sequences/timing.ts'
import { emptyForm, formOf } from '../../web/forms.ts'
import { EventMovePage } from '../../web/pages/events/event-move-page.tsx'
import { EnrollmentPage, type EnrollmentPageProps } from '../../web/pages/outreach/enrollment-page.tsx'
import { ReviewStepsPage } from '../../web/pages/outreach/review-steps-page.tsx'
import type { SequenceHead } from '../../web/pages/outreach/sequence-frame.tsx'
import { VersionsPage } from '../../web/pages/outreach/versions-page.tsx'

const at = (text: string) => new Date(`${text}Z`)

export const head: SequenceHead = {
  id: 's1',
  name: 'Operations leaders, meeting at the booth',
  status: 'active',
  version: 3,
  owner_name: 'Dana Whitfield',
  window: 'Mon–Fri 09:00–17:00',
  steps: 4,
  enrolled: 212,
  active: 171,
  paused: 6,
  planned: 171,
  sent: 388,
  opened: 201,
  replied: 23,
  bounced: 4,
  unconfirmed: 0,
  why_not_now: {
    why: 'window_shut',
    window: 'Mon–Fri 09:00–17:00',
    next_at: at('2027-03-01T16:02:00'),
    time_zone: 'Europe/Berlin',
  },
}

type Said = StepText & { timing_words: string }
const step = (step_key: string, body: string, timing_words: string, given: Partial<Said> = {}): Said => ({
  ...noWait,
  step_key,
  kind: 'email',
  thread: 'new',
  subject: 'Meet at {{ event.name }}',
  body,
  condition: null,
  time_out_days: null,
  timing_words,
  ...given,
})

const wait = { delay_amount: 3, delay_unit: 'business_days' as const }
const old = (evil: string) => [
  step('a', 'Hi {{ person.given_name }},\n\nwe are at booth S2417.', 'at once'),
  step('b', `Did you see my mail?\n\n${evil}`, 'after 3 business days', { ...wait, thread: 'reply', subject: '' }),
  step('c', 'Ask for the yard manager.', 'after 3 business days', { ...wait, kind: 'call', subject: 'Call them' }),
]
const edited = (evil: string) => [
  step('a', 'Hi {{ person.given_name }},\n\ncome and see us at booth S2417.', 'at once'),
  step('c', 'Ask for the yard manager.', 'after 3 business days', { ...wait, kind: 'call', subject: 'Call them' }),
  step('d', 'Doors open in two weeks.', '14 days before doors open, 09:00 at home', { timing: 'event' }),
  step('b', `Did you see my mail?\n\n${evil}`, 'after 5 business days', {
    ...wait,
    delay_amount: 5,
    thread: 'reply',
    subject: '',
  }),
]

const enrollment: EnrollmentPageProps['enrollment'] = {
  id: 'n1',
  person_id: 'p1',
  person_name: 'Marta Okafor',
  title: 'VP Yard Operations',
  account_name: 'Acme Logistics',
  address: 'marta.okafor@acme.example',
  status: 'active',
  stop_reason: null,
  pause_reason: null,
  resume_at: null,
  version: 2,
  task_due_at: null,
  enrolled_at: at('2027-02-22T15:00:00'),
  due_at: at('2027-03-01T15:04:00'),
  time_zone: 'America/Chicago',
  state: 'planned',
  message_id: 'm2',
  position: 2,
  task_title: null,
}

/** The pages of versions, of a show that moves and of the receipt. */
export function sampleVersionPages(evil: string): readonly (readonly [name: string, page: Child])[] {
  const changes = diffSteps(old(evil), edited(evil))
  const forecast = {
    after_current_step: { new_text: 120, gain: 158, lose: 0, pass_over: 13, at_once: 0 },
    now: { new_text: 171, gain: 158, lose: 0, pass_over: 13, at_once: 132 },
    new_people_only: { new_text: 0, gain: 0, lose: 0, pass_over: 0, at_once: 0 },
  }
  const review = {
    base_version: 3,
    changes,
    people: 177,
    standing: [
      { step_key: 'a', people: 120 },
      { step_key: 'b', people: 51 },
      { step_key: null, people: 6 },
    ],
    forecast,
  }
  const form = { values: { steps: '[]', base_version: '3', done: 'Step 1 is saved.', choice: 'now' }, errors: {} }
  const refused = { ...form, values: { ...form.values, choice: '' }, errors: { choice: 'Choose one.' } }
  const version = { saved_by_name: 'Dana Whitfield', moved_at: null, steps: 3 }
  return [
    ['review-steps', <ReviewStepsPage sequence={head} review={review} form={form} />],
    ['review-steps-refused', <ReviewStepsPage sequence={head} review={review} form={refused} />],
    [
      'versions',
      <VersionsPage
        sequence={head}
        rows={[
          {
            ...version,
            version: 3,
            choice: 'now',
            saved_at: at('2027-02-26T10:12:00'),
            running: 151,
            people: 160,
            changes: changes.filter(isChanged),
          },
          {
            ...version,
            version: 2,
            choice: 'new_people_only',
            saved_at: at('2027-02-24T08:00:00'),
            running: 26,
            people: 40,
            changes: [],
          },
          {
            ...version,
            version: 1,
            choice: 'after_current_step',
            saved_by_name: null,
            saved_at: at('2027-02-20T08:00:00'),
            running: 0,
            people: 12,
            changes: [],
          },
        ]}
      />,
    ],
    [
      'event-move',
      <EventMovePage
        event={{
          ...{ id: 'e1', name: 'ProMat 2027', starts_on: '2027-03-15', ends_on: '2027-03-18' },
          ...{ time_zone: 'America/Chicago', country: null, doors: '09:00–17:00' },
        }}
        moved={movedSteps}
        sequences={[
          { id: 's1', name: `Before the show ${evil}`, status: 'active', positions: [1, 3], still_to_come: 210 },
          { id: 's2', name: 'After the show', status: 'draft', positions: [2], still_to_come: 0 },
        ]}
        form={formOf({
          ...{ name: 'ProMat 2027', starts_on: '2027-03-22', ends_on: '2027-03-25', country: evil },
          ...{ time_zone: 'America/Chicago', doors_open_minute: '09:00', doors_close_minute: '17:00' },
        })}
      />,
    ],
    [
      'enrollment',
      <EnrollmentPage
        {...receipt(evil)}
        why={{
          why: 'mail',
          position: 2,
          is_judged: true,
          now: head.why_not_now,
          next_at: at('2027-03-01T16:02:00'),
          time_zone: 'Asia/Kolkata',
        }}
      />,
    ],
    [
      'enrollment-held',
      <EnrollmentPage
        {...receipt(evil)}
        is_whole={false}
        enrollment={{ ...enrollment, status: 'paused' }}
        why={{ why: 'held', reason: 'colleague_replied', next_at: at('2027-03-08T09:00:00') }}
      />,
    ],
    [
      'enrollment-task',
      <EnrollmentPage
        {...receipt(evil)}
        why={{ why: 'task', title: `Call ${evil}`, next_at: at('2027-03-02T09:00:00') }}
      />,
    ],
    ['enrollment-unconfirmed', <EnrollmentPage {...receipt(evil)} why={{ why: 'unconfirmed', position: 2 }} />],
    [
      'enrollment-stopped',
      <EnrollmentPage
        {...receipt(evil)}
        enrollment={{ ...enrollment, status: 'stopped', stop_reason: 'replied' }}
        why={{ why: 'stopped', reason: 'replied' }}
      />,
    ],
  ]
}

const span = (first: string, last: string) => ({ first_at: at(first), last_at: at(last) })
const movedSteps = [
  {
    sequence_id: 's1',
    sequence_name: 'Operations leaders, meeting at the booth',
    position: 3,
    kind: 'email' as const,
    timing_words: '14 days before doors open, 09:00 at home',
    plans: 171,
    from: span('2027-03-08T08:00:00', '2027-03-08T17:09:00'),
    to: span('2027-03-15T08:00:00', '2027-03-15T17:09:00'),
    late: 12,
    passed_over: 0,
  },
  {
    sequence_id: 's1',
    sequence_name: 'Partners',
    position: 1,
    kind: 'call' as const,
    timing_words: 'on the first show day, at the venue',
    plans: 3,
    from: span('2027-03-22T15:00:00', '2027-03-22T15:00:00'),
    to: null,
    late: 3,
    passed_over: 3,
  },
]

function receipt(evil: string): Omit<EnrollmentPageProps, 'why'> {
  const first = { step_key: 'a', position: 1, rotation: 0 }
  const second = { step_key: 'b', position: 2, rotation: 0 }
  const whole = { step_key: null, position: null, rotation: null }
  const due = { due_at: '2027-02-22T15:00:00Z', time_zone: 'America/Chicago' }
  const lines = [
    { ...whole, what: 'enrolled', detail: {} },
    {
      ...first,
      what: 'planned',
      detail: { ...due, rule: 'at once, Mon–Fri 09:00–17:00 in America/Chicago (by country, US)' },
    },
    { ...first, what: 'moved', detail: { ...due, reason: 'cap_reached' } },
    { ...first, what: 'claimed', detail: {} },
    { ...first, what: 'handed', detail: { to: 'marta.okafor@acme.example' } },
    { ...first, what: 'accepted', detail: {} },
    { ...first, what: 'event', detail: { type: 'open', machine: true } },
    { ...whole, what: 'version', detail: { from: 1, to: 2 } },
    { ...second, what: 'planned', detail: { ...due, rule: `after 3 business days ${evil}` } },
    { ...second, what: 'moved', detail: { ...due, reason: 'new_version' } },
    { ...whole, what: 'stopped', detail: { reason: 'replied', by: 'reply' } },
  ]
  return {
    sequence: { id: 's1', name: head.name, version: 3 },
    enrollment,
    form: emptyForm,
    receipt: lines.map((line, index) => ({ ...line, line: index + 1, at: at('2027-02-22T15:00:00') })),
    is_whole: true,
    is_held_back: false,
    steps: new Map([
      ['a', 'Automatic email'],
      ['b', 'Automatic email'],
    ]),
  }
}
