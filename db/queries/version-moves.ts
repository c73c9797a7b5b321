import { sql } from 'kysely'
import type { Db, Row } from '../schema.ts'
import type { MessageState } from '../tables/message.ts'
import type { TaskKind } from '../tables/task.ts'
import { may } from './message-transitions.ts'

/** The next enrollments of a sequence that still run in an older version, in the order of ids. */
export async function listEnrollmentsBehind(
  db: Db,
  of: { sequence_id: string; version: number; after: string | null; limit: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom('enrollment')
    .select('id')
    .where('sequence_id', '=', of.sequence_id)
    .where('status', 'in', ['active', 'paused'])
    .where('version', '<', of.version)
    .$if(of.after !== null, (behind) => behind.where('id', '>', of.after ?? ''))
    .orderBy('id')
    .limit(of.limit)
    .execute()
  return rows.map(({ id }) => id)
}

export interface OpenMail {
  id: string
  enrollment_id: string
  step_key: string
  state: Extract<MessageState, 'planned' | 'claimed' | 'unconfirmed'>
  version: number
  ready_at: Date
}

/** The mails that enrollments stand at, held until the transaction ends. The caller holds the enrollments. */
export async function lockOpenMails(db: Db, enrollment_ids: readonly string[]): Promise<OpenMail[]> {
  const { rows } = await sql<OpenMail>`
    select m.id, m.enrollment_id, m.step_key, m.state, m.version, m.ready_at from message m
    where m.enrollment_id in (select jsonb_array_elements_text(${JSON.stringify(enrollment_ids)}::jsonb)::uuid)
      and m.state in ('planned', 'claimed', 'unconfirmed')
    order by m.id for no key update of m`.execute(db)
  return rows
}

export type OpenTask = Pick<Row<'task'>, 'id' | 'due_at'> & { enrollment_id: string; step_key: string }

export async function listOpenTasks(db: Db, enrollment_ids: readonly string[]): Promise<OpenTask[]> {
  const { rows } = await sql<OpenTask>`
    select id, enrollment_id, step_key, due_at from task
    where enrollment_id in (select jsonb_array_elements_text(${JSON.stringify(enrollment_ids)}::jsonb)::uuid)
      and done_at is null and skipped_at is null`.execute(db)
  return rows
}

/**
 * Enrollments that stand in another version from here, with a line that says so. The caller holds their rows.
 *
 * @param how.keeps_step they stand at the step they stood at: what lay before them is not to be forgotten
 */
export async function setVersions(
  db: Db,
  moves: readonly { id: string; version: number }[],
  how: { keeps_step: boolean; now: Date },
): Promise<void> {
  if (moves.length === 0) return
  const now = sql`${how.now}::timestamptz`
  await sql`
    with move as (
      select * from json_to_recordset(${JSON.stringify(moves)}::json) as t(id uuid, version integer)
    ), before as materialized (
      select e.id, e.version from enrollment e join move using (id)
    ), moved as (
      update enrollment e set version = move.version, updated_at = ${now},
        from_version = case when ${how.keeps_step}::boolean then coalesce(e.from_version, e.version) end
      from move where e.id = move.id
      returning e.id, e.version
    )
    insert into receipt (enrollment_id, at, what, detail)
    select moved.id, ${now}, 'version', jsonb_build_object('from', before.version, 'to', moved.version)
    from moved join before using (id) where before.version <> moved.version`.execute(db)
}

/** A planned mail in its new version. Without `due_at` its moment stays. */
export interface RenewedMail {
  id: string
  version: number
  position: number
  due_at: Date | null
  ready_at: Date | null
  time_zone: string | null
  country: string | null
  rule: string | null
}

/** Unsent mails take another version's text, or other moments. One that was claimed in the meantime stays. */
export async function renewMails(
  db: Db,
  mails: readonly RenewedMail[],
  reason: 'new_version' | 'event_moved',
  now: Date,
): Promise<void> {
  if (mails.length === 0) return
  await sql`
    with given as (
      select * from json_to_recordset(${JSON.stringify(mails)}::json) as t(id uuid, version integer, position integer,
        due_at timestamptz, ready_at timestamptz, time_zone text, country text, rule text)
    ), renewed as (
      update message m set version = g.version, position = g.position, due_at = coalesce(g.due_at, m.due_at),
        ready_at = coalesce(g.ready_at, m.ready_at), time_zone = coalesce(g.time_zone, m.time_zone),
        country = coalesce(g.country, m.country), reason = case when g.due_at is null then m.reason else ${reason}::text end
      from given g where m.id = g.id and m.state = 'planned'
      returning m.id, m.enrollment_id, m.due_at, m.time_zone, g.rule, g.due_at is not null as is_moved
    )
    insert into receipt (enrollment_id, message_id, at, what, detail)
    select enrollment_id, id, ${now}::timestamptz, 'moved',
      jsonb_build_object('reason', ${reason}::text, 'due_at', due_at, 'time_zone', time_zone, 'rule', rule)
    from renewed where is_moved`.execute(db)
}

/** Planned mails whose step is gone, or is no mail any more. @returns the enrollments whose mail was still planned */
export async function cancelMails(
  db: Db,
  mails: readonly { id: string; reason: 'step_removed' | 'step_changed' }[],
  now: Date,
): Promise<void> {
  if (mails.length === 0) return
  await sql`
    with given as (
      select * from json_to_recordset(${JSON.stringify(mails)}::json) as t(id uuid, reason text)
    ), cancelled as (
      update message m set state = 'cancelled', reason = g.reason, settled_at = ${now}::timestamptz, claim_token = null,
        lease_until = null
      from given g where m.id = g.id and m.state = 'planned' and ${may('cancel')}
      returning m.id, m.enrollment_id, m.reason
    )
    insert into receipt (enrollment_id, message_id, at, what, detail)
    select enrollment_id, id, ${now}::timestamptz, 'cancelled', jsonb_build_object('reason', reason)
    from cancelled`.execute(db)
}

export interface RenewedTask {
  id: string
  kind: TaskKind
  title: string
  notes: string | null
  condition: Row<'task'>['condition']
  due_at: Date | null
  times_out_at: Date | null
}

export async function renewTasks(db: Db, tasks: readonly RenewedTask[]): Promise<void> {
  if (tasks.length === 0) return
  await sql`
    update task set kind = g.kind, title = g.title, notes = g.notes, due_at = coalesce(g.due_at, task.due_at),
      times_out_at = case when g.due_at is null then task.times_out_at else g.times_out_at end, condition = g.condition
    from json_to_recordset(${JSON.stringify(tasks)}::json)
      as g(id uuid, kind text, title text, notes text, condition jsonb, due_at timestamptz, times_out_at timestamptz)
    where task.id = g.id and done_at is null and skipped_at is null`.execute(db)
}

/** Open tasks that nobody has to do any more: their step is gone, or has become a mail. */
export async function dropTasks(
  db: Db,
  tasks: readonly { id: string; reason: 'step_removed' | 'step_changed' }[],
  now: Date,
): Promise<void> {
  if (tasks.length === 0) return
  await sql`
    with given as (
      select * from json_to_recordset(${JSON.stringify(tasks)}::json) as t(id uuid, reason text)
    ), dropped as (
      -- Not skipped: its step may become a task once more.
      delete from task using given g where task.id = g.id and done_at is null and skipped_at is null
      returning task.id, task.enrollment_id, task.title, g.reason
    )
    insert into receipt (enrollment_id, at, what, detail)
    select enrollment_id, ${now}::timestamptz, 'task_dropped', jsonb_build_object('task_id', id, 'reason', reason,
      'title', title)
    from dropped`.execute(db)
}

/** Open tasks at other moments, each with its line. */
export async function setTaskMoments(
  db: Db,
  moments: readonly { id: string; due_at: Date; times_out_at: Date | null; rule: string }[],
  now: Date,
): Promise<void> {
  if (moments.length === 0) return
  await sql`
    with given as (
      select * from json_to_recordset(${JSON.stringify(moments)}::json)
        as t(id uuid, due_at timestamptz, times_out_at timestamptz, rule text)
    ), moved as (
      update task set due_at = g.due_at, times_out_at = g.times_out_at from given g
      where task.id = g.id and done_at is null and skipped_at is null
      returning task.id, task.enrollment_id, task.due_at, g.rule
    )
    insert into receipt (enrollment_id, at, what, detail)
    select enrollment_id, ${now}::timestamptz, 'task_moved',
      jsonb_build_object('task_id', id, 'reason', 'event_moved', 'due_at', due_at, 'rule', rule)
    from moved`.execute(db)
}
