import type { Child } from 'hono/jsx'
import { RepliesPage, type ReplyRow } from '../../web/pages/outreach/replies-page.tsx'
import type { SequenceHead } from '../../web/pages/outreach/sequence-frame.tsx'
import { SequencePeoplePage, type SequencePersonRow } from '../../web/pages/outreach/sequence-people-page.tsx'
import { type SequenceRow, SequencesPage } from '../../web/pages/outreach/sequences-page.tsx'
import { type TaskRow, TasksPage } from '../../web/pages/outreach/tasks-page.tsx'

const at = (text: string) => new Date(`${text}Z`)
const nowhere = { previous_href: null, next_href: null }
const due_at = at('2027-03-02T03:40:00')

/** The lists of outreach: whom a sequence writes to, tasks, replies. */
export function sampleOutreachPages(evil: string): readonly [string, Child][] {
  return [
    ['sequences', <SequencesPage rows={sequences(evil)} archived={false} {...nowhere} />],
    [
      'sequence-people',
      <SequencePeoplePage sequence={{ ...head, ...gone }} rows={people(evil)} status={null} {...nowhere} />,
    ],
    [
      'sequence-people-held',
      <SequencePeoplePage
        sequence={{ ...head, ...gone, why_not_now: { why: 'sender_paused', address: 'kim@acme.example', reason: '' } }}
        rows={people(evil)}
        status={null}
        {...nowhere}
      />,
    ],
    ['tasks', <TasksPage rows={tasks(evil)} whose="mine" {...nowhere} />],
    ['tasks-all', <TasksPage rows={tasks(evil)} whose="all" {...nowhere} />],
    ['replies', <RepliesPage rows={replies(evil)} show="unread" {...nowhere} />],
  ]
}

const gone = { finished: 2, stopped: 5 }
const head: SequenceHead = {
  id: 's1',
  name: 'Manifest: meetings with operations',
  status: 'active',
  version: 1,
  owner_name: 'Alex Morgan',
  window: 'Mon–Fri 09:00–17:00',
  steps: 3,
  enrolled: 25,
  active: 17,
  paused: 1,
  planned: 3,
  sent: 42,
  opened: 10,
  replied: 3,
  bounced: 1,
  unconfirmed: 0,
  why_not_now: { why: 'window_shut', window: 'Mon–Fri 09:00–17:00', next_at: due_at, time_zone: 'Asia/Kolkata' },
}

const sequences = (evil: string): SequenceRow[] => [
  head,
  { ...head, name: evil, why_not_now: { why: 'paused', reason: 'Waiting for the joint demo to be agreed' } },
  { ...head, name: 'Manifest: the week of the show', status: 'draft', why_not_now: { why: 'draft' } },
]

const person: SequencePersonRow = {
  id: 'n1',
  person_id: 'p1',
  person_name: 'Rajesh Iyer',
  account_name: 'Global Freight Co',
  status: 'active',
  stop_reason: null,
  pause_reason: null,
  resume_at: null,
  version: 1,
  position: 2,
  state: 'planned',
  reason: null,
  due_at,
  sent_at: null,
  opened_at: null,
  clicked_at: null,
  replied_at: null,
  bounced_at: null,
  time_zone: 'Asia/Kolkata',
  task_title: null,
  task_due_at: null,
}
const people = (evil: string): SequencePersonRow[] => [
  person,
  { ...person, person_name: evil, time_zone: 'America/Chicago', opened_at: due_at },
  { ...person, state: 'sent', task_title: 'Call', task_due_at: due_at, time_zone: 'Europe/Paris' },
  { ...person, status: 'paused', pause_reason: 'out_of_office', resume_at: at('2027-03-08T09:00:00') },
  { ...person, status: 'paused', pause_reason: 'by Dana Whitfield' },
  { ...person, status: 'stopped', stop_reason: 'complained', state: 'cancelled' },
  { ...person, status: 'stopped', stop_reason: 'clicked', state: 'cancelled', clicked_at: due_at },
]

const task: TaskRow = {
  id: 't1',
  kind: 'linkedin',
  title: 'Message Stefan Richter on LinkedIn',
  notes: 'Connect, and say that we share an aisle. Ask whether the yard at the Gary site still fills up on Mondays.',
  due_at: at('2027-02-26T15:00:00'),
  person_id: 'p1',
  person_name: 'Stefan Richter',
  account_name: 'Supply Chain Plus',
  phone: '+1 312 555 0188',
  linkedin_url: 'https://www.linkedin.com/in/stefan',
  address: 'srichter@supplychainplus.example',
  owner_name: 'Alex Morgan',
  enrollment_id: 'n1',
  sequence_id: 's1',
  sequence_name: 'Manifest: partners on the floor',
}
const tasks = (evil: string): TaskRow[] => [
  task,
  { ...task, id: 't2', kind: 'call', title: `Call ${evil}`, notes: evil, due_at },
  { ...task, id: 't3', kind: 'manual_email', title: 'Write to Fiona MacLeod', notes: null, due_at },
]

const reply: ReplyRow = {
  id: 'r1',
  person_id: 'p1',
  person_name: 'Tomas Berg',
  account_name: 'Fast Transport LLC',
  sequence_id: 's1',
  sequence_name: head.name,
  enrollment_id: 'n1',
  from_address: 'tberg@fasttransport.example',
  subject: 'Re: Ten minutes at the booth?',
  text: 'Yes, Tuesday at ten.',
  html: null,
  resume_on: null,
  enrollment_status: 'stopped',
  resume_at: null,
  class: 'human',
  received_at: at('2027-03-01T14:00:00'),
  read_at: null,
  meeting_booked_at: null,
}
const replies = (evil: string): ReplyRow[] => [
  reply,
  { ...reply, id: 'r2', subject: evil, text: evil, person_name: evil, class: 'out_of_office' },
  { ...reply, id: 'r3', person_id: null, person_name: null, class: 'auto_reply' },
]
