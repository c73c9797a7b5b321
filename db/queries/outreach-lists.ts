import { sql } from 'kysely'
import type { Db, Row } from '../schema.ts'
import type { EnrollmentStatus } from '../tables/enrollment.ts'
import type { MessageState } from '../tables/message.ts'

/** How many people are where, and what became of the mails. Rates divide by `sent`. */
interface SequenceCounts {
  enrolled: number
  active: number
  paused: number
  finished: number
  stopped: number
  planned: number
  sent: number
  delivered: number
  opened: number
  clicked: number
  replied: number
  bounced: number
  unconfirmed: number
  failed: number
}

export type SequenceRow = Row<'sequence'> &
  SequenceCounts & { owner_name: string; step_count: number; next_due_at: Date | null }

/** Sequences of an event with their counts, newest first; one statement. */
export async function listSequences(
  db: Db,
  of: { event_id: string; limit?: number; sequence_id?: string },
): Promise<SequenceRow[]> {
  const { rows } = await sql<SequenceRow>`
    with listed as (
      select * from sequence where event_id = ${of.event_id}::uuid
        and (${of.sequence_id ?? null}::uuid is null or id = ${of.sequence_id ?? null}::uuid)
      order by created_at desc, id limit ${of.limit ?? 200}
    ), people as (
      select sequence_id, count(*)::integer enrolled,
        count(*) filter (where status = 'active')::integer active,
        count(*) filter (where status = 'paused')::integer paused,
        count(*) filter (where status = 'finished')::integer finished,
        count(*) filter (where status = 'stopped')::integer stopped
      from enrollment where sequence_id in (select id from listed) group by sequence_id
    ), mails as (
      select sequence_id,
        count(*) filter (where state in ('planned', 'claimed'))::integer planned,
        count(*) filter (where state = 'sent')::integer sent,
        count(*) filter (where delivered_at is not null)::integer delivered,
        count(*) filter (where opened_at is not null)::integer opened,
        count(*) filter (where clicked_at is not null)::integer clicked,
        count(distinct enrollment_id) filter (where replied_at is not null)::integer replied,
        count(*) filter (where bounced_at is not null)::integer bounced,
        count(*) filter (where state = 'unconfirmed')::integer unconfirmed,
        count(*) filter (where state = 'failed')::integer failed,
        min(due_at) filter (where state = 'planned') as next_due_at
      from message where sequence_id in (select id from listed) group by sequence_id
    )
    select listed.*, "user".name as owner_name,
      coalesce(people.enrolled, 0) enrolled, coalesce(people.active, 0) active, coalesce(people.paused, 0) paused,
      coalesce(people.finished, 0) finished, coalesce(people.stopped, 0) stopped,
      coalesce(mails.planned, 0) planned, coalesce(mails.sent, 0) sent, coalesce(mails.delivered, 0) delivered,
      coalesce(mails.opened, 0) opened, coalesce(mails.clicked, 0) clicked, coalesce(mails.replied, 0) replied,
      coalesce(mails.bounced, 0) bounced, coalesce(mails.unconfirmed, 0) unconfirmed, coalesce(mails.failed, 0) failed,
      mails.next_due_at,
      (select count(*)::integer from step where step.sequence_id = listed.id and step.version = listed.version) step_count
    from listed
      join "user" on "user".id = listed.owner_id
      left join people on people.sequence_id = listed.id
      left join mails on mails.sequence_id = listed.id
    order by listed.created_at desc, listed.id`.execute(db)
  return rows
}

export interface StepCounts {
  step_key: string
  planned: number
  sent: number
  opened: number
  clicked: number
  replied: number
  bounced: number
  open_tasks: number
}

/** What became of each step, over all versions. */
export async function listStepCounts(db: Db, sequence_id: string): Promise<StepCounts[]> {
  const { rows } = await sql<StepCounts>`
    select step_key, sum(planned)::integer planned, sum(sent)::integer sent, sum(opened)::integer opened,
      sum(clicked)::integer clicked, sum(replied)::integer replied, sum(bounced)::integer bounced,
      sum(open_tasks)::integer open_tasks
    from (
      select step_key, count(*) filter (where state in ('planned', 'claimed')) planned,
        count(*) filter (where state = 'sent') sent, count(opened_at) opened, count(clicked_at) clicked,
        count(replied_at) replied, count(bounced_at) bounced, 0 open_tasks
      from message where sequence_id = ${sequence_id}::uuid group by step_key
      union all
      select task.step_key, 0, 0, 0, 0, 0, 0, count(*) filter (where done_at is null and skipped_at is null)
      from task join enrollment e on e.id = task.enrollment_id
      where e.sequence_id = ${sequence_id}::uuid and task.step_key is not null group by task.step_key
    ) counted group by step_key`.execute(db)
  return rows
}

export interface EnrolledPerson {
  enrollment_id: string
  status: EnrollmentStatus
  stop_reason: string | null
  enrolled_at: Date
  version: number
  person_id: string
  person_name: string
  title: string | null
  account_id: string | null
  account_name: string | null
  address: string | null
  /** of the newest mail */
  position: number | null
  message_id: string | null
  state: MessageState | null
  message_reason: string | null
  due_at: Date | null
  sent_at: Date | null
  opened_at: Date | null
  clicked_at: Date | null
  replied_at: Date | null
  bounced_at: Date | null
  open_task: string | null
}

export interface PeopleFilter {
  sequence_id: string
  status?: EnrollmentStatus
  /** of the newest mail, e.g. `unconfirmed` */
  state?: MessageState
  limit: number
  /** the last row of the page before */
  after?: { enrolled_at: Date; enrollment_id: string }
}

/** People of a sequence with where they stand, newest first. */
export async function listEnrolledPeople(db: Db, filter: PeopleFilter): Promise<EnrolledPerson[]> {
  const { after } = filter
  const { rows } = await sql<EnrolledPerson>`
    select e.id as enrollment_id, e.status, e.stop_reason, e.enrolled_at, e.version, p.id as person_id,
      p.name as person_name, p.title, p.account_id, account.name as account_name, a.address, m.position,
      m.id as message_id, m.state, m.reason as message_reason, m.due_at, m.sent_at, seen.opened_at, seen.clicked_at,
      seen.replied_at, seen.bounced_at,
      (select task.title from task where task.enrollment_id = e.id and done_at is null and skipped_at is null limit 1)
        as open_task
    from enrollment e
      join person p on p.id = e.person_id
      left join account on account.id = p.account_id
      left join email_address a on a.person_id = p.id and a.is_primary
      left join lateral (
        select * from message m where m.enrollment_id = e.id order by m.position desc, m.rotation desc limit 1
      ) m on true
      left join lateral (
        select min(opened_at) opened_at, min(clicked_at) clicked_at, min(replied_at) replied_at, min(bounced_at) bounced_at
        from message m where m.enrollment_id = e.id
      ) seen on true
    where e.sequence_id = ${filter.sequence_id}::uuid
      and (${filter.status ?? null}::text is null or e.status = ${filter.status ?? null}::text)
      and (${filter.state ?? null}::text is null or m.state = ${filter.state ?? null}::text)
      and (${after?.enrollment_id ?? null}::uuid is null
        or (e.enrolled_at, e.id) < (${after?.enrolled_at ?? null}::timestamptz, ${after?.enrollment_id ?? null}::uuid))
    order by e.enrolled_at desc, e.id desc
    limit ${filter.limit}`.execute(db)
  return rows
}

/** Mails of one person, newest first, for their page. */
export async function listMessagesOfPerson(
  db: Db,
  person_id: string,
): Promise<(Row<'message'> & { sequence_name: string })[]> {
  return db
    .selectFrom('message')
    .innerJoin('sequence', 'sequence.id', 'message.sequence_id')
    .selectAll('message')
    .select('sequence.name as sequence_name')
    .where('message.person_id', '=', person_id)
    .orderBy('message.created_at', 'desc')
    .orderBy('message.id', 'desc')
    .limit(200)
    .execute()
}

/** Unconfirmed mails that wait for a person's word, oldest first. */
export async function listUnconfirmed(
  db: Db,
  { event_id, handed_before, limit }: { event_id: string; handed_before: Date; limit: number },
): Promise<(Row<'message'> & { person_name: string; sequence_name: string })[]> {
  return db
    .selectFrom('message')
    .innerJoin('person', 'person.id', 'message.person_id')
    .innerJoin('sequence', 'sequence.id', 'message.sequence_id')
    .selectAll('message')
    .select(['person.name as person_name', 'sequence.name as sequence_name'])
    .where('message.event_id', '=', event_id)
    .where('message.state', '=', 'unconfirmed')
    .where('message.handed_at', '<=', handed_before)
    .orderBy('message.handed_at')
    .orderBy('message.id')
    .limit(limit)
    .execute()
}
