import type { NewStep } from '../db/queries/steps.ts'

type Text = Omit<NewStep, 'id' | 'step_key' | 'position'>

export const meetingSteps: Text[] = [
  {
    kind: 'email',
    delay_amount: 0,
    delay_unit: 'minutes',
    thread: 'new',
    subject: '{{ account.name }} at {{ event.name }}: 15 minutes about the yard?',
    body: [
      'Hi {{ person.given_name }},',
      'trailers that nobody can find cost most yards an hour a shift. YardFlow shows each one on a live map of the yard, without new hardware on the trailers.',
      'We are at booth {{ event.booth }} at {{ event.name }} in {{ event.city }}. Would 15 minutes there be useful to {{ account.name }}? I will bring the figures of a yard like yours.',
      'Best,\n{{ sender.name }}',
    ].join('\n\n'),
  },
  {
    kind: 'email',
    delay_amount: 3,
    delay_unit: 'business_days',
    thread: 'reply',
    subject: '',
    body: [
      'Hi {{ person.given_name }},',
      'one figure in case it helps to decide: carriers at our newest site wait 31 minutes instead of 52 between gate and dock.',
      'Shall I keep Tuesday or Wednesday of the show for you?',
      '{{ sender.name }}',
    ].join('\n\n'),
  },
  {
    kind: 'call',
    delay_amount: 2,
    delay_unit: 'business_days',
    thread: 'new',
    subject: '',
    body: 'Ask about gate-to-dock times and offer a slot at the booth. No more than two tries.',
  },
]

export const partnerSteps: Text[] = [
  {
    kind: 'email',
    delay_amount: 0,
    delay_unit: 'minutes',
    thread: 'new',
    subject: 'Your booth and ours at {{ event.name }}',
    body: [
      'Hi {{ person.given_name }},',
      'our customers ask how YardFlow works together with {{ account.name }}. Would you like to show it together at booth {{ event.booth }}?',
      '{{ sender.name }}',
    ].join('\n\n'),
  },
  {
    kind: 'linkedin',
    delay_amount: 2,
    delay_unit: 'business_days',
    thread: 'new',
    subject: '',
    body: 'Connect, and say that we share an aisle.',
  },
  {
    kind: 'email',
    delay_amount: 3,
    delay_unit: 'business_days',
    thread: 'reply',
    subject: '',
    body: 'Hi {{ person.given_name }},\n\nis this for you, or for a colleague in partnerships?\n\n{{ sender.name }}',
  },
]

export const reminderSteps: Text[] = [
  {
    kind: 'email',
    timing: 'event',
    delay_amount: 7,
    delay_unit: 'days',
    anchor: 'doors_open',
    anchor_side: 'before',
    at_minute: 540,
    clock: 'venue',
    when_late: 'skip',
    thread: 'new',
    subject: 'See you in {{ event.city }}, {{ person.given_name | default: "and safe travels" }}?',
    body: [
      'Hi {{ person.given_name | default: "there" }},',
      'the doors open on {{ event.starts_on }}. We are at booth {{ event.booth }}, next to the demo dock.',
      '{{ sender.name }}',
    ].join('\n\n'),
  },
  {
    kind: 'linkedin',
    delay_amount: 1,
    delay_unit: 'business_days',
    time_out_days: 3,
    thread: 'new',
    subject: '',
    body: 'Connect, and mention the booth number.',
  },
  {
    kind: 'email',
    delay_amount: 2,
    delay_unit: 'business_days',
    condition: JSON.stringify({ kind: 'opened', negated: true }),
    thread: 'reply',
    subject: '',
    body: 'Hi {{ person.given_name | default: "there" }},\n\nis there an hour on the second day that suits you?\n\n{{ sender.name }}',
  },
]
