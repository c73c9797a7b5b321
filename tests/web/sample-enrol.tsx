import type { Child } from 'hono/jsx'
import { EnrollPage, type EnrollRow } from '../../web/pages/outreach/enroll-page.tsx'
import { PreflightPage } from '../../web/pages/outreach/preflight-page.tsx'
import { type StepCard, StepsPage } from '../../web/pages/outreach/steps-page.tsx'
import { head } from './sample-versions.tsx'

/** A draft that is not finished, whom to enrol, and who is left out. */
export function sampleEnrolPages(evil: string): readonly (readonly [name: string, page: Child])[] {
  const sequence = { id: 's1', name: evil, can_enroll: true }
  const people = Array.from({ length: 24 }, (_, index) => ({ id: `p${index}`, name: `${evil} ${index}` }))
  return [
    [
      'steps-draft',
      <StepsPage
        sequence={{ ...head, status: 'draft', name: evil }}
        steps={[
          { ...step, thread: 'reply', problems: ['Step 1 is the first email: it answers nothing.'] },
          { ...step, ...{ step_key: 'k2', position: 2, delay_amount: 3, body: '' }, problems: ['Step 2 has no text.'] },
          { ...step, ...{ step_key: 'k3', position: 3, delay_amount: 4, kind: 'call', body: evil } },
        ]}
        older={[]}
      />,
    ],
    [
      'enrol',
      <EnrollPage
        sequence={sequence}
        rows={[
          { ...row, id: 'p1', name: evil },
          { ...row, id: 'p2', active_in: evil, in_this: true },
          { ...row, id: 'p3', active_in: 'Another one' },
        ]}
        filters={{ q: '', persona: '', tier: '', min_score: '', address: '' }}
        total={3}
        most={10_000}
        personas={['ops']}
        previous_href={null}
        next_href={null}
      />,
    ],
    [
      'preflight',
      <PreflightPage
        sequence={sequence}
        paused_sender="rita@yardflow.example"
        chosen={48}
        enroll={24}
        sample={people.map((person) => ({ ...person, account_name: 'Dock Supply' }))}
        left_out={[
          {
            reason: 'no_address',
            count: 23,
            people: people.slice(1).map((one) => ({ ...one, text: 'Has no address.' })),
          },
          { reason: 'replied', count: 1, people: [{ id: 'p1', name: evil, text: evil }] },
        ]}
        selection={[['person', evil]]}
      />,
    ],
  ]
}

const step: StepCard = {
  ...{ step_key: 'k1', position: 1, kind: 'email', thread: 'new', subject: 'Meet at the show', body: 'Hi' },
  ...{ delay_amount: 0, delay_unit: 'business_days', timing_words: null, condition_words: null, time_out_days: null },
  ...{ planned: 0, sent: 0, opened: 0, replied: 0, open_tasks: 0, done_tasks: 0 },
  problems: [],
}

const row: EnrollRow = {
  ...{ id: 'p', name: 'Marta Okafor', title: 'VP Operations', personas: ['ops'], account_name: 'Dock Supply' },
  ...{ list_tier: 1, effective_score: 80, address: 'marta@dock.test', address_source: 'guessed', active_in: null },
  in_this: false,
}
