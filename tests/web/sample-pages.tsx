import type { Child } from 'hono/jsx'
import { emptyForm, formOf } from '../../web/forms.ts'
import { DashboardPage, type DashboardPageProps } from '../../web/pages/dashboard/dashboard-page.tsx'
import { ErrorPage, ForbiddenPage, NotFoundPage } from '../../web/pages/errors/error-pages.tsx'
import { EventFormPage } from '../../web/pages/events/event-form-page.tsx'
import { EventsPage } from '../../web/pages/events/events-page.tsx'
import { NewSequencePage } from '../../web/pages/outreach/sequence-form-pages.tsx'
import { StepFormPage } from '../../web/pages/outreach/step-form-page.tsx'
import { JobPage } from '../../web/pages/queue/job-page.tsx'
import { QueuePage, type QueuePageProps } from '../../web/pages/queue/queue-page.tsx'
import { DaysOffPage } from '../../web/pages/settings/days-off-page.tsx'
import { IntegrationsPage } from '../../web/pages/settings/integrations-page.tsx'
import { SenderPage } from '../../web/pages/settings/sender-page.tsx'
import { SendersPage } from '../../web/pages/settings/senders-page.tsx'
import { LoginPage } from '../../web/pages/sign-in/login-page.tsx'
import {
  UnsubscribeConfirmPage,
  UnsubscribedPage,
  UnsubscribeInvalidPage,
} from '../../web/pages/unsubscribe/unsubscribe-pages.tsx'
import type { View } from '../../web/view.ts'
import { sampleEnrolPages } from './sample-enrol.tsx'
import { sampleListPages } from './sample-lists.tsx'
import { sampleOutreachPages } from './sample-outreach.tsx'
import { sampleSimulationPages } from './sample-simulation.tsx'
import { sampleVersionPages } from './sample-versions.tsx'
import { sampleView } from './view.ts'

/** What anything typed by a stranger may look like; it stands in the samples wherever people type. */
export const evil = '"><script>alert(1)</script>'

const at = (text: string) => new Date(`${text}Z`)

const signedOut: Partial<View> = { user: null, events: [], active_event: null }

const event = {
  id: 'e1',
  name: 'ProMat 2027',
  venue: 'McCormick Place',
  city: 'Chicago',
  country: 'USA',
  time_zone: 'America/Chicago',
  booth: 'S2417',
  starts_on: '2027-03-22',
  ends_on: '2027-03-25',
}

const dashboard: DashboardPageProps = {
  event,
  counts: {
    accounts: 2653,
    people: 5409,
    people_with_address: 1874,
    most_counted: 10_000,
    enrolled: 212,
    sent_today: 64,
    planned_today: 31,
    replies_waiting: 3,
    failed_jobs: 2,
    unconfirmed: 1,
  },
  next_sends: [
    send(1, '2027-03-01T16:02:00', 'Marta Okafor', 'Acme Logistics', 'America/Chicago', 1),
    send(2, '2027-03-01T16:04:00', 'Lars Nyström', 'Global Freight Co', 'America/New_York', 2),
    send(3, '2027-03-01T17:12:00', 'Jean-Paul Béringer-Vandenbroucke', 'Supply Chain Plus', 'America/Los_Angeles', 1),
    send(4, '2027-03-02T08:02:00', 'Ines Duarte', 'Warehouse Solutions', 'Europe/Lisbon', 3),
  ],
  why_not_now: {
    why: 'window_shut',
    window: 'Mon–Fri 09:00–17:00',
    next_at: at('2027-03-01T16:02:00'),
    time_zone: 'Europe/Berlin',
  },
  replies: [
    {
      id: 'r1',
      person_id: 'p9',
      person_name: 'Tomas Berg',
      account_name: 'Fast Transport LLC',
      subject: 'Re: 15 minutes at ProMat?',
      class: 'human',
      received_at: at('2027-03-01T14:58:00'),
    },
    {
      id: 'r2',
      person_id: null,
      person_name: evil,
      account_name: null,
      subject: evil,
      class: 'out_of_office',
      received_at: at('2027-02-28T09:00:00'),
    },
  ],
  checklist: [
    { label: 'Choose the event', done: true, href: '/dashboard/events' },
    { label: 'Import the list', done: true, href: '/dashboard/import' },
    { label: 'Find addresses', done: false, href: '/dashboard/accounts', note: '3,535 people have none yet.' },
    { label: 'Build a sequence', done: false, href: '/dashboard/outreach' },
  ],
  activity: [
    {
      at: at('2027-03-01T15:22:00'),
      kind: 'message.sent',
      subject_name: null,
      summary: 'Step 1 of “Exec ops, before the show” to 12 people',
      href: '/dashboard/outreach/s1',
    },
    {
      at: at('2027-03-01T14:58:00'),
      kind: 'reply.received',
      subject_name: `Tomas ${evil}`,
      summary: 'Tomas Berg answered; his sequence stopped',
    },
    {
      at: at('2027-02-26T10:11:00'),
      kind: 'import.finished',
      subject_name: null,
      summary: 'Imported people.csv: 5,397 new, 12 duplicate',
    },
  ],
}

function send(
  n: number,
  due: string,
  person_name: string,
  account_name: string,
  time_zone: string,
  step_number: number,
) {
  return {
    message_id: `m${n}`,
    due_at: at(due),
    person_id: `p${n}`,
    person_name,
    account_name,
    time_zone,
    sequence_id: 's1',
    sequence_name: 'Exec ops, before the show',
    step_number,
  }
}

const none = { mailed_after_stop: 0, duplicates: 0, lost: 0, stuck: 0, unaccounted: 0 }
const ledger = {
  enrolled: 212,
  enrollments: { active: 171, paused: 6, finished: 20, stopped: 15 },
  messages: { planned: 171, claimed: 0, sent: 388, skipped: 3, failed: 1, unconfirmed: 0, cancelled: 12 },
  alarms: none,
}

const queue: QueuePageProps = {
  rows: [
    job('j1', 'import-list', 'active', 1, null),
    job('j2', 'enrich-website', 'failed', 3, `acme.example answered 503 to every try ${evil}`),
    job('j3', 'drain-messages', 'completed', 1, null),
    job('j4', 'email-pattern', 'retrying', 2, 'The page did not answer within 10 s'),
    job('j5', 'generate-emails', 'waiting', 0, null),
  ],
  counts: { waiting: 14, active: 1, retrying: 1, completed: 1290, failed: 1 },
  oldest_due_at: at('2027-03-01T15:29:20'),
  ledger: null,
  filter: { status: '', name: '' },
  names: [
    { value: 'drain-messages', label: 'Send what is due' },
    { value: 'email-pattern', label: 'Find address pattern' },
  ],
  previous_href: null,
  next_href: '/dashboard/queue?after=j5',
  problem: null,
}

function job(
  id: string,
  name: string,
  status: QueuePageProps['rows'][number]['status'],
  attempts: number,
  error: string | null,
) {
  const finished_at = status === 'completed' || status === 'failed' ? at('2027-03-01T15:29:50') : null
  const created_at = at('2027-03-01T15:29:20')
  return {
    id,
    name,
    title: `Job ${name}`,
    status,
    attempts,
    max_attempts: 3,
    created_at,
    run_at: created_at,
    finished_at,
    error,
  }
}

export type Sample = { readonly name: string; readonly view: View; readonly page: Child }

/** Every page of `web/pages` that this file knows, with something in it and with nothing in it. */
export function samplePages(): readonly Sample[] {
  const sample = (name: string, page: Child, changes: Partial<View> = {}) => ({ name, view: sampleView(changes), page })
  const eventRow = { ...event, archived_at: null, accounts: 2653, people: 5409 }
  return [
    ...sampleListPages(evil).map(([name, page]) => sample(name, page)),
    ...sampleOutreachPages(evil).map(([name, page]) => sample(name, page)),
    ...sampleVersionPages(evil).map(([name, page]) => sample(name, page)),
    ...sampleEnrolPages(evil).map(([name, page]) => sample(name, page)),
    ...sampleSimulationPages(evil).map(([name, page]) => sample(name, page)),
    sample('login', <LoginPage form={emptyForm} return_to={null} />, signedOut),
    sample(
      'login-wrong',
      <LoginPage
        form={{ values: { email: evil }, errors: {}, form_error: 'No account has this email and password.' }}
        return_to="/dashboard/people?q=a&b"
      />,
      signedOut,
    ),
    sample('not-found', <NotFoundPage />, signedOut),
    sample('not-found-record', <NotFoundPage what="account" />),
    sample('forbidden', <ForbiddenPage text="Only an admin may change roles." />),
    sample('error', <ErrorPage request_id="01JN7Z3K8Q" />, signedOut),
    sample('error-inside', <ErrorPage request_id="01JN7Z3K8Q" />),
    sample('unsubscribe', <UnsubscribeConfirmPage token="t" address={`dana${evil}@acme.example`} />, signedOut),
    sample('unsubscribed', <UnsubscribedPage address="dana@acme.example" />, signedOut),
    sample('unsubscribe-invalid', <UnsubscribeInvalidPage />, signedOut),
    sample('dashboard', <DashboardPage {...dashboard} />, {
      waiting: { replies: 3, failed_jobs: 2 },
      notice: {
        tone: 'neutral',
        text: 'Mail stays on this machine: no SENDGRID_API_KEY.',
        href: '/outbox',
        link_text: 'Open the outbox',
      },
      flash: { tone: 'good', text: 'ProMat 2027 is your active event.' },
    }),
    sample(
      'dashboard-empty',
      <DashboardPage {...dashboard} next_sends={[]} replies={[]} activity={[]} why_not_now={null} counts={nothing} />,
    ),
    sample('dashboard-no-event', <DashboardPage {...dashboard} event={null} />, { events: [], active_event: null }),
    sample(
      'events',
      <EventsPage
        rows={[
          eventRow,
          {
            ...eventRow,
            id: 'e2',
            name: 'Manifest Vegas 2027',
            city: 'Las Vegas',
            venue: 'Venetian',
            booth: null,
            starts_on: '2027-04-30',
            ends_on: '2027-05-02',
            accounts: 0,
            people: 0,
          },
        ]}
        show="current"
        active_event_id="e1"
        counts={{ current: 2, archived: 0 }}
      />,
      { path: '/dashboard/events' },
    ),
    sample(
      'events-empty',
      <EventsPage rows={[]} show="archived" active_event_id={null} counts={{ current: 0, archived: 0 }} />,
    ),
    sample(
      'event',
      <EventFormPage form={formOf(event)} event={{ id: 'e1', name: evil, active: false, archived: false }} />,
      {
        path: '/dashboard/events/e1',
      },
    ),
    sample(
      'event-invalid',
      <EventFormPage
        form={{
          values: { name: evil, starts_on: '2027-03-25', ends_on: '2027-03-22', time_zone: '' },
          errors: { ends_on: 'The last day is before the first.', time_zone: 'Choose a time zone.' },
        }}
        event={null}
      />,
      { path: '/dashboard/events' },
    ),
    sample(
      'senders',
      <SendersPage
        rows={[
          {
            address: 'rita@yardflow.test',
            sequences: 2,
            today: 64,
            cap_today: 60,
            week: 120,
            weekly_cap: 2500,
            new_people: 12,
            new_people_cap: 500,
            gap_minutes: 3,
            ramp_started_on: '2027-03-01',
            paused_at: null,
            pause_reason: null,
            overbooked: { on: '2027-03-02', planned: 16, too_many: 10 },
          },
          {
            address: `${evil}@yardflow.test`,
            sequences: 0,
            today: 0,
            cap_today: 500,
            week: 0,
            weekly_cap: 2500,
            new_people: 0,
            new_people_cap: 500,
            gap_minutes: 0,
            ramp_started_on: null,
            paused_at: new Date('2027-03-01T12:00:00Z'),
            pause_reason: evil,
            overbooked: null,
          },
        ]}
        form={{
          values: { account_daily_cap: '10', domain_daily_cap: '0' },
          errors: { domain_daily_cap: 'At least 1.' },
        }}
        can_edit
      />,
      { path: '/dashboard/settings/senders' },
    ),
    sample(
      'sender',
      <SenderPage
        address="rita@yardflow.test"
        form={{ values: { daily_cap: '0' }, errors: { daily_cap: 'At least 1.' } }}
        can_edit
      />,
      { path: '/dashboard/settings/senders' },
    ),
    sample(
      'days-off',
      <DaysOffPage
        rows={[
          { id: 'd1', on: '2027-12-27', name: evil, country: null },
          { id: 'd2', on: '2027-11-26', name: 'Day after Thanksgiving', country: 'US' },
        ]}
        form={{ values: { on: '2027-02-31', country: evil }, errors: { on: 'There is no such day.' } }}
        zone={formOf({ time_zone: 'Europe/Rome' })}
      />,
      { path: '/dashboard/settings/days-off' },
    ),
    sample('days-off-empty', <DaysOffPage rows={[]} form={emptyForm} zone={formOf({ time_zone: 'UTC' })} />),
    sample(
      'new-sequence',
      <NewSequencePage
        form={{
          values: { name: evil, from_1: ['09:00', '13:00'], to_1: ['08:00', '17:00'], time_zone: 'UTC' },
          errors: { to_1: 'A window must end after it begins.' },
        }}
      />,
      { path: '/dashboard/outreach/new' },
    ),
    sample(
      'new-step',
      <StepFormPage
        sequence={{ id: 's1', name: evil, version: 1, activated: true }}
        form={{
          values: { kind: 'call', timing: 'event', condition: 'field', condition_value: evil },
          errors: { anchor: 'Before or after what?', condition_value: 'What should it be?' },
        }}
        step_key={null}
        position={2}
        variables={['person.name']}
        people={[]}
        preview={null}
        draft={null}
        ai_missing={[]}
      />,
      { path: '/dashboard/outreach/s1/steps/new' },
    ),
    sample(
      'integrations',
      <IntegrationsPage
        ports={[
          {
            port: 'database',
            mode: 'real',
            provider: 'Postgres',
            missing: [],
            check: { ok: true, text: 'answered in 3 ms' },
          },
          {
            port: 'queue',
            mode: 'real',
            provider: 'QStash',
            missing: [],
            check: { ok: false, text: 'Unreachable since 09:12.' },
          },
          { port: 'redis', mode: 'local', provider: 'Stand-in on this machine', missing: [], check: null },
          {
            port: 'mail',
            mode: 'local',
            provider: 'Stand-in on this machine',
            missing: [],
            check: null,
            link: { href: 'http://localhost:3003/', text: 'Open the outbox' },
          },
          {
            port: 'mail_events',
            mode: 'off',
            provider: 'SendGrid',
            missing: ['SENDGRID_WEBHOOK_PUBLIC_KEY'],
            check: null,
          },
          { port: 'ai', mode: 'off', provider: 'OpenAI', missing: ['OPENAI_API_KEY'], check: null },
        ]}
        webhook_urls={[{ label: 'Event webhook', url: 'https://hitlist.example/webhooks/sendgrid/events' }]}
      />,
      { path: '/dashboard/settings/integrations' },
    ),
    sample('queue', <QueuePage {...queue} />, { path: '/dashboard/queue', waiting: { failed_jobs: 1 } }),
    sample(
      'queue-empty',
      <QueuePage
        {...queue}
        rows={[]}
        counts={{ waiting: 0, active: 0, retrying: 0, completed: 0, failed: 0 }}
        oldest_due_at={null}
        next_href={null}
        problem="Queue unreachable since 09:12. Nothing is lost: jobs wait in the database."
      />,
    ),
    sample('queue-ledger', <QueuePage {...queue} ledger={ledger} />),
    sample(
      'queue-alarm',
      <QueuePage {...queue} ledger={{ ...ledger, enrolled: 213, alarms: { ...none, unaccounted: 1 } }} />,
    ),
    sample('queue-ledger-often', <QueuePage {...queue} ledger={42} />),
    sample(
      'job',
      <JobPage
        job={{
          ...job(
            '0195a3c8-21f0-7d2a-9a61-5f0c2f4f7a11',
            'enrich-website',
            'failed',
            3,
            'acme.example answered 503 to every try',
          ),
          dispatches: 3,
          queue_message_id: 'msg_26hZCxZCuWyyTWPmSVBrNB882AMRP8TsrrRcsP',
          payload: { accountId: 'a1', note: evil },
          result: null,
          started_at: at('2027-03-01T15:29:20'),
        }}
        subject={{ href: '/dashboard/accounts/a1', label: `Acme ${evil}` }}
        outcome={null}
        log={[
          { at: at('2027-03-01T15:29:20'), line: 'staged', detail: null },
          { at: at('2027-03-01T15:29:21'), line: 'received', detail: 'try 1' },
          { at: at('2027-03-01T15:29:21'), line: 'verified', detail: null },
          { at: at('2027-03-01T15:29:21'), line: 'claimed', detail: 'lease 2 min' },
          { at: at('2027-03-01T15:29:50'), line: 'failed', detail: `acme.example answered 503 ${evil}` },
        ]}
      />,
      { path: '/dashboard/queue/j2' },
    ),
  ]
}

const nothing = {
  accounts: 0,
  people: 0,
  people_with_address: 0,
  most_counted: 10_000,
  enrolled: 0,
  sent_today: 0,
  planned_today: 0,
  replies_waiting: 0,
  failed_jobs: 0,
  unconfirmed: 0,
}
