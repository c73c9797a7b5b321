import type { Child } from 'hono/jsx'
import { emptyForm, formOf } from '../../web/forms.ts'
import { SimulationPage, type SimulationPageProps } from '../../web/pages/outreach/simulation-page.tsx'

const at = (text: string) => new Date(`${text}Z`)

/** What a simulation shows: full, with something late, and with nobody left. */
export function sampleSimulationPages(evil: string): readonly (readonly [name: string, page: Child])[] {
  const found: NonNullable<SimulationPageProps['found']> = {
    summary: {
      people: 1_240,
      mails: 3_601,
      moved: 1_820,
      skipped: 12,
      passed_over: [
        { position: 2, reason: 'condition_not_met', people: 4 },
        { position: 3, reason: 'too_late', people: 8 },
      ],
      replied: 18,
      days: Array.from({ length: 30 }, (_, index) => ({
        on: new Date(Date.UTC(2027, 1, 22 + index)).toISOString().slice(0, 10),
        mails: index % 7 > 4 ? 0 : 40 + ((index * 37) % 160),
        by_step: [40, (index * 37) % 160, 0],
      })).filter(({ mails }) => mails > 0),
      heat: Array.from({ length: 7 }, (_, day) =>
        Array.from({ length: 24 }, (_, hour) => (day < 5 && hour > 8 && hour < 17 ? (hour * 31 + day * 7) % 130 : 0)),
      ),
      zones: [
        { time_zone: 'America/New_York', people: 700, mails: 2_000, from_minute: 540, to_minute: 1019 },
        { time_zone: 'Europe/Berlin', people: 540, mails: 1_601, from_minute: 545, to_minute: 1010 },
      ],
      caps: [
        { reason: 'cap_sender_day', first_on: '2027-02-22', moved: 1_700 },
        { reason: 'cap_account_day', first_on: '2027-02-23', moved: 120 },
      ],
      anchors: [
        {
          position: 3,
          timing: '7 days before doors open, 09:00 at the venue',
          mails: 1_200,
          in_time: 1_188,
          skipped: 12,
          all_in_time: false,
        },
      ],
      first_send_at: at('2027-02-22T14:00:00'),
      last_send_at: at('2027-04-02T19:10:00'),
    },
    steps: [
      { position: 1, is_mail: true },
      { position: 2, is_mail: true },
      { position: 3, is_mail: false },
    ],
    left_out: 31,
    missing_variables: 4,
    expected_bounces: 61.4,
  }
  const full: SimulationPageProps = {
    sequence: { id: 's1', name: evil, can_enroll: true },
    paused_sender: null,
    found,
    form: formOf({ reply_rate: '5' }),
    selection: [['person', evil]],
  }
  const nobody = {
    ...found.summary,
    ...{ people: 0, mails: 0, moved: 0, skipped: 0, replied: 0, first_send_at: null, last_send_at: null },
    ...{
      passed_over: [],
      days: [],
      zones: [],
      caps: [],
      anchors: [],
      heat: found.summary.heat.map((day) => day.map(() => 0)),
    },
  }
  return [
    ['simulation', <SimulationPage {...full} />],
    [
      'simulation-nobody',
      <SimulationPage
        {...full}
        found={{ ...found, summary: nobody, expected_bounces: 0 }}
        form={emptyForm}
        selection={[]}
      />,
    ],
    [
      'simulation-refused',
      <SimulationPage
        {...full}
        found={null}
        form={{ values: { reply_rate: evil }, errors: { reply_rate: 'Type a number of percent from 0 to 100.' } }}
      />,
    ],
  ]
}
