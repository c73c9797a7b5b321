import { sql } from 'kysely'
import type { Db, Row } from '../schema.ts'

/** What hangs on the dates of a show: open mails and tasks of steps before or after its doors. A visit to the booth has its own moment. */
const hangsOnShow = sql<boolean>`step.timing = 'event' and step.anchor <> 'booth_visit'`

/** Unsent mails and open tasks that hang on the show and whose moment is the same, for it depends on nothing else. */
export type EventPlanGroup = Pick<Row<'step'>, 'position'> & {
  sequence_id: string
  sequence_name: string
  version: number
  step_key: string
  kind: Row<'step'>['kind']
  time_zone: string | null
  country: string | null
  account_country: string | null
  account_region: string | null
  plans: number
  first_at: Date
  last_at: Date
}

/** By sequence and step, then by where people are. One row for each, however many people. */
export async function listEventPlanGroups(db: Db, event_id: string): Promise<EventPlanGroup[]> {
  const { rows } = await sql<EventPlanGroup>`
    with open as (
      select m.enrollment_id, m.step_key, m.version, m.due_at from message m
      where m.event_id = ${event_id}::uuid and m.state = 'planned'
      union all
      select t.enrollment_id, t.step_key, e.version, t.due_at from task t join enrollment e on e.id = t.enrollment_id
      where t.event_id = ${event_id}::uuid and t.done_at is null and t.skipped_at is null
    )
    select s.id as sequence_id, s.name as sequence_name, step.version, step.step_key, step.position, step.kind,
      p.time_zone, p.country, account.country as account_country, account.region as account_region,
      count(*)::integer as plans, min(open.due_at) as first_at, max(open.due_at) as last_at
    from open join enrollment e on e.id = open.enrollment_id and e.status in ('active', 'paused')
      join sequence s on s.id = e.sequence_id
      join step on step.sequence_id = s.id and step.version = open.version and step.step_key = open.step_key
      join person p on p.id = e.person_id left join account on account.id = e.account_id
    where ${hangsOnShow}
    group by s.id, step.id, p.time_zone, p.country, account.country, account.region
    order by s.name, s.id, step.position, step.version`.execute(db)
  return rows
}

/** A sequence with steps that hang on the show, and who has not come to the last of them. */
export type ShowSequence = Pick<Row<'sequence'>, 'id' | 'name' | 'status'> & {
  /** of the newest version, in order */
  positions: number[]
  /** enrollments, active or paused, that have nothing planned for the last of these steps yet */
  still_to_come: number
}

/** Sequences of the event, drafts too, whose newest version has such steps; archived ones are left out. */
export async function listShowSequences(db: Db, event_id: string): Promise<ShowSequence[]> {
  const { rows } = await sql<ShowSequence>`
    with hanging as (
      select s.id, s.name, s.status, array_agg(step.position order by step.position) as positions,
        (array_agg(step.step_key order by step.position desc))[1] as last_key
      from sequence s join step on step.sequence_id = s.id and step.version = s.version
      where s.event_id = ${event_id}::uuid and s.status <> 'archived' and ${hangsOnShow}
      group by s.id
    )
    select h.id, h.name, h.status, h.positions, (
      select count(*)::integer from enrollment e
      where e.sequence_id = h.id and e.status in ('active', 'paused')
        and not exists (select from message m where m.enrollment_id = e.id and m.step_key = h.last_key)
        and not exists (select from task t where t.enrollment_id = e.id and t.step_key = h.last_key)
    ) as still_to_come
    from hanging h order by h.name, h.id`.execute(db)
  return rows
}

/** The next enrollments of an event that stand at such a step, in the order of ids. */
export async function listEnrollmentsOnShow(
  db: Db,
  of: { event_id: string; after: string | null; limit: number },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select e.id from enrollment e join sequence s on s.id = e.sequence_id
    where s.event_id = ${of.event_id}::uuid and e.status in ('active', 'paused')
      and (${of.after}::uuid is null or e.id > ${of.after}::uuid)
      and exists (select from step where step.sequence_id = s.id and ${hangsOnShow} and (
        exists (select from message m where m.enrollment_id = e.id and m.state = 'planned'
          and m.step_key = step.step_key and m.version = step.version)
        or exists (select from task t where t.enrollment_id = e.id and t.step_key = step.step_key
          and e.version = step.version and t.done_at is null and t.skipped_at is null)))
    order by e.id limit ${of.limit}`.execute(db)
  return rows.map(({ id }) => id)
}

/** Until when the enrollments of an event wait for a visit to the booth. */
export async function setVisitsUntil(db: Db, of: { event_id: string; until_at: Date }): Promise<void> {
  await sql`
    update enrollment e set waiting_until_at = ${of.until_at}::timestamptz from sequence s
    where s.id = e.sequence_id and s.event_id = ${of.event_id}::uuid and e.waiting_for = 'booth_visit'
      and e.waiting_until_at <> ${of.until_at}::timestamptz`.execute(db)
}
