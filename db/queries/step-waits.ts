import { sql } from 'kysely'
import type { Db } from '../schema.ts'
import type { NewMessage } from './message-plans.ts'
import { may } from './message-transitions.ts'
import { conditionNotMet } from './step-conditions.ts'

/** A step whose turn had come and whose moment was over: the sequence goes on without it. */
export interface PassedStep {
  id: string
  enrollment_id: string
  position: number
  reason: string
  rule: string
  /** null for a task */
  mail: NewMessage | null
}

/** Leaves a line for each, and for a mail its row in state skipped: the receipt tells why a person did not get a step. */
export async function insertPassedSteps(db: Db, passed: readonly PassedStep[], now: Date): Promise<void> {
  if (passed.length === 0) return
  const flat = passed.map(({ mail, ...step }) => ({ ...mail, ...step, is_mail: mail !== null }))
  await sql`
    with given as (
      select * from json_to_recordset(${JSON.stringify(flat)}::json) as t(id uuid, enrollment_id uuid, step_key uuid,
        rotation integer, sequence_id uuid, person_id uuid, event_id uuid, position integer,
        version integer, due_at timestamptz, ready_at timestamptz, priority integer, country text, account_key text,
        is_first boolean, time_zone text, message_id_header text, rule text, reason text, is_mail boolean)
    ), added as (
      insert into message (id, enrollment_id, step_key, rotation, sequence_id, person_id, event_id, position,
        version, state, reason, due_at, ready_at, priority, country, account_key, is_first, time_zone,
        message_id_header, settled_at, created_at)
      select g.id, g.enrollment_id, g.step_key, g.rotation, g.sequence_id, g.person_id, g.event_id,
        g.position, g.version, 'skipped', g.reason, g.due_at, g.ready_at, g.priority, g.country, g.account_key,
        g.is_first, g.time_zone, g.message_id_header, ${now}::timestamptz, ${now}::timestamptz
      from given g join enrollment e on e.id = g.enrollment_id and e.status in ('active', 'paused')
      where g.is_mail
      on conflict do nothing
      returning id, enrollment_id
    )
    insert into receipt (enrollment_id, message_id, at, what, detail)
    select g.enrollment_id, a.id, ${now}::timestamptz, case when g.is_mail then 'skipped' else 'task_skipped' end,
      jsonb_strip_nulls(jsonb_build_object('reason', g.reason, 'rule', g.rule, 'position', g.position,
        'due_at', g.due_at))
    from given g left join added a on a.id = g.id
    where a.id is not null or not g.is_mail
    order by g.enrollment_id, g.position`.execute(db)
}

/** An enrollment whose next step hangs on something that has no moment yet. */
export interface Waiting {
  enrollment_id: string
  step_key: string
  waiting_for: 'booth_visit'
  since_at: Date
  until_at: Date
}

export async function setWaiting(db: Db, waiting: readonly Waiting[], now: Date): Promise<void> {
  if (waiting.length === 0) return
  await sql`
    with given as (
      select * from json_to_recordset(${JSON.stringify(waiting)}::json) as t(enrollment_id uuid, step_key uuid,
        waiting_for text, since_at timestamptz, until_at timestamptz)
    ), set_waiting as (
      update enrollment e set waiting_for = given.waiting_for, waiting_step_key = given.step_key,
        waiting_since_at = given.since_at, waiting_until_at = given.until_at, updated_at = ${now}::timestamptz
      from given where e.id = given.enrollment_id and e.status in ('active', 'paused') and e.waiting_for is null
      returning e.id, e.waiting_for, e.waiting_until_at
    )
    insert into receipt (enrollment_id, at, what, detail)
    select id, ${now}::timestamptz, 'waiting', jsonb_build_object('for', waiting_for, 'until_at', waiting_until_at)
    from set_waiting`.execute(db)
}

/** Passes over mails whose condition did not hold when they were due. The caller holds the enrollments' rows. */
export async function skipMessages(
  db: Db,
  skip: { ids: readonly string[]; reason: string; now: Date },
): Promise<{ enrollment_id: string; step_key: string }[]> {
  const { rows } = await sql<{ enrollment_id: string; step_key: string }>`
    with skipped as (
      update message m set state = 'skipped', reason = ${skip.reason}::text, settled_at = ${skip.now}::timestamptz,
        claim_token = null, lease_until = null
      where m.id in (select jsonb_array_elements_text(${JSON.stringify(skip.ids)}::jsonb)::uuid) and ${may('skip')}
      returning m.id, m.enrollment_id, m.step_key
    ), logged as (
      insert into receipt (enrollment_id, message_id, at, what, detail)
      select enrollment_id, id, ${skip.now}::timestamptz, 'skipped', jsonb_build_object('reason', ${skip.reason}::text)
      from skipped
    )
    select enrollment_id, step_key from skipped`.execute(db)
  return rows
}

/** Tasks and waits whose moment has come: to be judged, given up, or no longer waited for. */
export interface DueWait {
  enrollment_id: string
  what: 'judge' | 'time_out' | 'visit'
}

const running = sql`join enrollment e on e.id = t.enrollment_id and e.status = 'active'
        join sequence s on s.id = e.sequence_id and s.status = 'active'`

/** Whatever stands still is left alone, and takes nobody's place: its moment comes again when it goes on. */
export async function listDueWaits(db: Db, now: Date, limit: number): Promise<DueWait[]> {
  const at = sql`${now}::timestamptz`
  const { rows } = await sql<DueWait>`
    select w.enrollment_id, w.what from (
      (select t.enrollment_id, 'judge' as what, t.due_at as at from task t ${running}
        where t.condition is not null and t.judged_at is null and t.done_at is null and t.skipped_at is null
          and t.due_at <= ${at}
        order by t.due_at limit ${limit})
      union all
      (select t.enrollment_id, 'time_out', t.times_out_at from task t ${running}
        where t.times_out_at <= ${at} and t.done_at is null and t.skipped_at is null
        order by t.times_out_at limit ${limit})
      union all
      (select e.id, 'visit', e.waiting_until_at from enrollment e
          join sequence s on s.id = e.sequence_id and s.status = 'active'
        where e.waiting_for is not null and e.waiting_until_at <= ${at} and e.status = 'active'
        order by e.waiting_until_at limit ${limit})
    ) w
    order by w.at limit ${limit}`.execute(db)
  return rows
}

/** The earliest of these moments, for the wake-up: a fragment that gives rows of `due_at`. */
export const nextWaits = sql`
  select due_at from (
    (select t.due_at from task t ${running}
      where t.condition is not null and t.judged_at is null and t.done_at is null and t.skipped_at is null
      order by t.due_at limit 1)
    union all
    (select t.times_out_at from task t ${running}
      where t.times_out_at is not null and t.done_at is null and t.skipped_at is null
      order by t.times_out_at limit 1)
    union all
    (select e.waiting_until_at from enrollment e join sequence s on s.id = e.sequence_id and s.status = 'active'
      where e.waiting_for is not null and e.status = 'active'
      order by e.waiting_until_at limit 1)
  ) waits`

/**
 * Judges the conditions of tasks that are due, and gives up those that have waited too long. One statement; the caller
 * holds the enrollments' rows.
 *
 * @returns the steps that are behind their enrollments now
 */
export async function closeDueTasks(
  db: Db,
  { enrollment_ids, now }: { enrollment_ids: readonly string[]; now: Date },
): Promise<{ enrollment_id: string; step_key: string }[]> {
  const at = sql`${now}::timestamptz`
  const notMet = conditionNotMet({
    condition: 't.condition',
    enrollment_id: 't.enrollment_id',
    person: 'p',
    account: 'account',
  })
  const { rows } = await sql<{ enrollment_id: string; step_key: string }>`
    with judged as (
      select t.id, t.condition is not null and t.judged_at is null and t.due_at <= ${at} as is_judged,
        t.condition is not null and t.judged_at is null and t.due_at <= ${at} and ${notMet} as is_passed,
        coalesce(t.times_out_at <= ${at}, false) as is_over
      from task t join person p on p.id = t.person_id left join account on account.id = p.account_id
      where t.enrollment_id in (select jsonb_array_elements_text(${JSON.stringify(enrollment_ids)}::jsonb)::uuid)
        and t.done_at is null and t.skipped_at is null
    ), closed as (
      update task set judged_at = case when is_judged then ${at} else judged_at end,
        skipped_at = case when is_passed or is_over then ${at} end,
        timed_out_at = case when is_over and not is_passed then ${at} end
      from judged where task.id = judged.id and (is_judged or is_over)
      returning task.id, task.enrollment_id, task.step_key, task.skipped_at, task.timed_out_at, task.title
    ), logged as (
      insert into receipt (enrollment_id, at, what, detail)
      select enrollment_id, ${at}, case when skipped_at is null then 'task_ready'
          when timed_out_at is null then 'task_skipped' else 'task_timed_out' end,
        jsonb_strip_nulls(jsonb_build_object('task_id', id,
          'reason', case when skipped_at is not null and timed_out_at is null then 'condition_not_met' end))
      from closed
    )
    select enrollment_id, step_key from closed where skipped_at is not null`.execute(db)
  return rows
}

/** An enrollment that no longer waits, and the step that is before it. */
export interface Ended {
  enrollment_id: string
  step_key: string
  since_at: Date
}

/** Ends the waits of enrollments, whatever they waited for. The caller holds their rows. */
export async function endWaiting(db: Db, enrollment_ids: readonly string[], now: Date): Promise<Ended[]> {
  const { rows } = await sql<Ended>`
    with waiting as (
      select id, waiting_step_key as step_key, waiting_since_at as since_at from enrollment
      where id in (select jsonb_array_elements_text(${JSON.stringify(enrollment_ids)}::jsonb)::uuid)
        and waiting_for is not null
    ), ended as (
      update enrollment e set waiting_for = null, waiting_step_key = null, waiting_since_at = null,
        waiting_until_at = null, updated_at = ${now}::timestamptz
      from waiting where e.id = waiting.id returning e.id
    )
    select id as enrollment_id, step_key, since_at from waiting`.execute(db)
  return rows
}

/** Writes down a visit to the booth; a second one changes nothing. @returns the person's running enrollments that waited */
export async function markBoothVisit(
  db: Db,
  visit: { person_id: string; by: string | null; now: Date },
): Promise<string[] | undefined> {
  const at = sql`${visit.now}::timestamptz`
  const { rows } = await sql<{ waiting: string[] | null }>`
    with visited as (
      update person set booth_visited_at = ${at}, updated_at = ${at}
      where id = ${visit.person_id}::uuid and booth_visited_at is null
      returning id, event_id, account_id
    ), told as (
      insert into activity (id, event_id, account_id, person_id, actor_id, kind, summary, detail, at)
      select gen_random_uuid(), event_id, account_id, id, ${visit.by}::uuid, 'booth_visit', 'Met at the booth', '{}', ${at}
      from visited
    )
    select (select json_agg(e.id) from enrollment e where e.person_id = visited.id and e.waiting_for = 'booth_visit'
      and e.status in ('active', 'paused')) as waiting from visited`.execute(db)
  return rows[0] && (rows[0].waiting ?? [])
}
