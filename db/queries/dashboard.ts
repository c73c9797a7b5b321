import { sql } from 'kysely'
import type { Db, Row } from '../schema.ts'
import type { ReplyClass } from '../tables/reply.ts'
import { MOST_COUNTED } from './keyset.ts'
import { type NextDue, type NextDueJson, nextDueOfSequence, readNextDue } from './next-due.ts'

type DashboardEvent = Pick<
  Row<'event'>,
  'id' | 'name' | 'venue' | 'city' | 'country' | 'time_zone' | 'booth' | 'starts_on' | 'ends_on'
>

export interface DashboardFigures {
  event: DashboardEvent
  accounts: number
  people: number
  /** with a primary address that has not bounced and is not known to be wrong; at most MOST_COUNTED + 1 */
  people_with_address: number
  /** in a sequence now, paused ones too */
  enrolled: number
  has_sequence: boolean
  has_enrollment: boolean
  has_sent: boolean
  sent_today: number
  /** due before the day is over, overdue ones too, in sequences that run and whose sender is not paused */
  planned_today: number
  /** in whatever sequence, also one that does not run */
  has_planned: boolean
  /** of the sequence paused last */
  pause_reason: string | null
  unconfirmed: number
  replies_waiting: number
  failed_jobs: number
  next: NextDue | null
}

/** Sequences of an event whose mail leaves by itself, once their senders may; few, and each knows its next mails by an index. */
const running = (event_id: string) => sql`
  (select sequence.*, sender.paused_at is not null as is_silent
    from sequence left join campaign on campaign.id = sequence.campaign_id
      left join sender on sender.address = lower(sequence.from_address)
    where sequence.event_id = ${event_id}::uuid and sequence.status = 'active'
      and (campaign.id is null or campaign.status not in ('paused', 'ended'))) sequence`

/**
 * Every figure of the dashboard in one statement; undefined when there is no such event.
 *
 * @param today the day that `now` falls in where the reader is; from inclusive, to exclusive
 */
export async function findDashboardFigures(
  db: Db,
  event_id: string,
  today: { from: Date; to: Date },
): Promise<DashboardFigures | undefined> {
  const { rows } = await sql<Omit<DashboardFigures, 'next'> & { next: NextDueJson }>`
    select
      json_build_object('id', event.id, 'name', event.name, 'venue', event.venue, 'city', event.city,
        'country', event.country, 'time_zone', event.time_zone, 'booth', event.booth,
        'starts_on', event.starts_on, 'ends_on', event.ends_on) as event,
      listed.accounts, listed.people + alone.people as people, reachable.people_with_address,
      enrolments.enrolled, enrolments.has_enrollment,
      exists (select from sequence where sequence.event_id = event.id) as has_sequence,
      exists (select from sequence join message on message.sequence_id = sequence.id and message.state = 'sent'
        where sequence.event_id = event.id) as has_sent,
      exists (select from message where message.event_id = event.id and message.state = 'planned') as has_planned,
      (select pause_reason from sequence where sequence.event_id = event.id and sequence.status = 'paused'
        order by paused_at desc nulls last limit 1) as pause_reason,
      sent.sent_today, waiting.planned_today,
      (select count(*)::integer from message
        where message.event_id = event.id and message.state = 'unconfirmed') as unconfirmed,
      (select count(*)::integer from reply where reply.event_id = event.id and reply.read_at is null) as replies_waiting,
      (select count(*)::integer from job where job.status = 'failed') as failed_jobs,
      (select next.next from ${running(event_id)} cross join lateral (${nextDueOfSequence}) next
        order by sequence.is_silent, next.due_at limit 1) as next
    from "event"
      -- People are counted from their accounts, which are fewer; those without one are found by an index.
      cross join lateral (select count(*)::integer as accounts, coalesce(sum(people_count), 0)::integer as people
        from account where account.event_id = event.id) listed
      cross join lateral (select count(*)::integer as people
        from person where person.event_id = event.id and person.account_id is null) alone
      cross join lateral (select count(*)::integer as people_with_address from (
        select from email_address join person on person.id = email_address.person_id
        where person.event_id = ${event_id}::uuid and email_address.is_primary
          and email_address.status not in ('invalid', 'bounced')
        limit ${MOST_COUNTED + 1}) counted) reachable
      cross join lateral (select count(*) > 0 as has_enrollment,
          (count(*) filter (where enrollment.status in ('active', 'paused')))::integer as enrolled
        from enrollment join sequence on sequence.id = enrollment.sequence_id
        where sequence.event_id = event.id) enrolments
      cross join lateral (select count(*)::integer as sent_today
        from message join sequence on sequence.id = message.sequence_id
        where sequence.event_id = event.id and message.state = 'sent' and message.sent_at >= ${today.from}::timestamptz
          and message.claimed_at >= ${today.from}::timestamptz - interval '1 day') sent
      cross join lateral (select count(*)::integer as planned_today
        from ${running(event_id)}
          join message on message.sequence_id = sequence.id
          join enrollment on enrollment.id = message.enrollment_id and enrollment.status = 'active'
        where not sequence.is_silent and message.state = 'planned' and message.due_at < ${today.to}::timestamptz) waiting
    where event.id = ${event_id}::uuid`.execute(db)
  const [figures] = rows
  if (figures === undefined) return undefined
  return { ...figures, next: readNextDue(figures.next) }
}

export interface DashboardLists {
  next_sends: {
    message_id: string
    due_at: Date
    person_id: string
    person_name: string
    account_name: string | null
    time_zone: string
    sequence_id: string
    sequence_name: string
    step_number: number
  }[]
  replies: {
    id: string
    person_id: string | null
    person_name: string
    account_name: string | null
    subject: string
    class: ReplyClass
    received_at: Date
  }[]
  activity: {
    at: Date
    kind: string
    summary: string
    person_id: string | null
    account_id: string | null
    /** of the person, else of the account */
    subject_name: string | null
  }[]
}

/** The three lists of the dashboard in one statement: what leaves next, unread replies, what happened lately. */
export async function findDashboardLists(db: Db, event_id: string): Promise<DashboardLists> {
  const { rows } = await sql<{ [Name in keyof DashboardLists]: Record<string, unknown>[] }>`
    select
      (select coalesce(json_agg(next_send), '[]') from (
        select message.id as message_id, message.due_at, person.id as person_id, person.name as person_name,
          account.name as account_name, message.time_zone, sequence.id as sequence_id, sequence.name as sequence_name,
          message.position as step_number
        from ${running(event_id)}
          cross join lateral (
            select message.* from message
              join enrollment on enrollment.id = message.enrollment_id and enrollment.status = 'active'
            where message.sequence_id = sequence.id and message.state = 'planned' and not message.is_waiting
            order by message.due_at, message.id limit 8) message
          join person on person.id = message.person_id
          left join account on account.id = person.account_id
        where not sequence.is_silent
        order by message.due_at, message.id limit 8) next_send) as next_sends,
      (select coalesce(json_agg(unread), '[]') from (
        select reply.id, reply.person_id, coalesce(person.name, reply.from_address) as person_name,
          account.name as account_name, reply.subject, reply.class, reply.received_at
        from reply
          left join person on person.id = reply.person_id
          left join account on account.id = person.account_id
        where reply.event_id = ${event_id}::uuid and reply.read_at is null
        order by reply.received_at desc, reply.id limit 5) unread) as replies,
      (select coalesce(json_agg(line), '[]') from (
        select newest.*, coalesce(person.name, account.name) as subject_name
        from (
          select id, at, kind, summary, person_id, account_id from activity
          where event_id = ${event_id}::uuid order by at desc, id limit 10) newest
          left join person on person.id = newest.person_id
          left join account on account.id = newest.account_id
        order by newest.at desc, newest.id) line) as activity`.execute(db)
  const [lists] = rows
  if (lists === undefined) throw new Error('A select without from always has one row')
  const { next_sends, replies, activity } = lists
  return {
    next_sends: withInstant(next_sends, 'due_at'),
    replies: withInstant(replies, 'received_at'),
    activity: withInstant(activity, 'at'),
  } as DashboardLists
}

/** JSON has no instants. */
function withInstant(rows: Record<string, unknown>[], name: string): Record<string, unknown>[] {
  return rows.map((row) => ({ ...row, [name]: new Date(String(row[name])) }))
}
