import { sql } from 'kysely'
import type { Db } from '../schema.ts'
import { isResuming } from './resumptions.ts'

/** A planned mail, for placing it anew from the moment its wait is over. */
export interface Plan {
  id: string
  sequence_id: string
  ready_at: Date
  due_at: Date
  reason: string | null
  time_zone: string
  country: string | null
  priority: number
  enrollment_id: string
  /** hangs on a day or the show, and is not worth sending when that is long past */
  gives_up: boolean
}

const plan = sql`m.id, m.sequence_id, m.enrollment_id, m.ready_at, m.due_at, m.reason, m.time_zone, m.country, m.priority,
  coalesce(step.timing <> 'wait' and step.when_late = 'skip', false) as gives_up`
const stepOfMessage = sql`left join step on step.sequence_id = m.sequence_id and step.version = m.version
  and step.step_key = m.step_key`

type Of = { sequence_id: string } | { enrollment_ids: readonly string[] }

const ofWhom = (of: Of) =>
  'sequence_id' in of
    ? sql`m.sequence_id = ${of.sequence_id}::uuid`
    : sql`m.enrollment_id in (select jsonb_array_elements_text(${JSON.stringify(of.enrollment_ids)}::jsonb)::uuid)`

/** Planned mails in the order of leaving. */
export async function listPlans(db: Db, of: Of, limit: number): Promise<Plan[]> {
  const { rows } = await sql<Plan>`
    select ${plan} from message m ${stepOfMessage}
    where ${ofWhom(of)} and m.state = 'planned'
    order by m.due_at, m.priority desc, m.id limit ${limit}`.execute(db)
  return rows
}

/**
 * Shifts the mails that wait, of a sequence or of some of those in it, by the part of a pause, its own or its sender's, that
 * they have waited through, so that what was left of a wait is left of it still. What hangs on a day or the show keeps its
 * moment, and so does what an enrollment's own pause will shift when that ends. From where another pause has begun that
 * lasts, that one will shift them when it ends: no moment is counted twice.
 *
 * @param pause.until its end, or where the other one of sequence and sender began
 */
export async function shiftPlansOfSequence(db: Db, of: Of, pause: { paused_at: Date; until: Date }): Promise<void> {
  const waited = sql`least(e.paused_at, ${pause.until}::timestamptz) - greatest(${pause.paused_at}::timestamptz, m.created_at)`
  await sql`
    update message m set ready_at = m.ready_at + (${waited})
    from enrollment e, step
    where ${ofWhom(of)} and m.state = 'planned' and e.id = m.enrollment_id
      and step.sequence_id = m.sequence_id and step.version = m.version and step.step_key = m.step_key
      and step.timing = 'wait' and ${waited} > interval '0'`.execute(db)
}

/**
 * The same for enrollments that are about to be woken. A pause of their sequence or sender that lasts is not counted here, nor
 * one that is over and that a job will count for them.
 */
export async function shiftPlansOfEnrollments(
  db: Db,
  pause: { enrollment_ids: readonly string[]; now: Date },
): Promise<void> {
  const uncounted = sql`(select max(resumption.resumed_at) from resumption
    where resumption.sequence_id = s.id and resumption.after < e.id)`
  const waited = sql`least(s.paused_at, sender.paused_at, ${pause.now}::timestamptz)
    - greatest(e.paused_at, m.created_at, ${uncounted})`
  await sql`
    update message m set ready_at = m.ready_at + (${waited})
    from enrollment e, step, sequence s left join sender on sender.address = lower(s.from_address)
    where ${ofWhom(pause)} and m.state = 'planned' and e.id = m.enrollment_id and e.status = 'paused'
      and s.id = m.sequence_id and step.sequence_id = m.sequence_id and step.version = m.version
      and step.step_key = m.step_key and step.timing = 'wait' and ${waited} > interval '0'`.execute(db)
}

/** Whether more than `limit` mails of these sequences are planned; counts no further. */
export async function hasMorePlans(db: Db, sequence_ids: readonly string[], limit: number): Promise<boolean> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::integer as n from (
      select from message where sequence_id in (select jsonb_array_elements_text(${JSON.stringify(sequence_ids)}::jsonb)::uuid)
        and state = 'planned' limit ${limit + 1}) counted`.execute(db)
  return (rows[0]?.n ?? 0) > limit
}

/** Mails that should have left before `before` and that nothing holds, in the order of leaving. */
export async function listLatePlans(db: Db, before: Date, limit: number): Promise<Plan[]> {
  const { rows } = await sql<Plan>`
    select ${plan} from sequence s
      left join campaign c on c.id = s.campaign_id
      cross join lateral (
        select m.* from message m join enrollment e on e.id = m.enrollment_id and e.status = 'active'
        where m.sequence_id = s.id and m.state = 'planned' and not m.is_waiting and m.due_at < ${before}::timestamptz
        order by m.due_at, m.priority desc, m.id limit ${limit}
      ) m ${stepOfMessage}
    where s.status = 'active' and (c.id is null or c.status not in ('paused', 'ended')) and not ${isResuming}
    order by m.due_at, m.priority desc, m.id limit ${limit}`.execute(db)
  return rows
}
