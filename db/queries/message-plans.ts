import { sql } from 'kysely'
import type { Db } from '../schema.ts'
import { may } from './message-transitions.ts'
import { isResuming } from './resumptions.ts'
import { nextWaits } from './step-waits.ts'

export interface NewMessage {
  id: string
  enrollment_id: string
  step_key: string
  rotation: number
  sequence_id: string
  person_id: string
  event_id: string
  position: number
  version: number
  due_at: Date
  ready_at: Date
  priority: number
  country: string | null
  account_key: string
  is_first: boolean
  time_zone: string
  message_id_header: string
  /** why this moment, for the receipt */
  rule: string
}

/** Plans mails of enrollments that go on; a mail that is planned already stays as it is. */
export async function insertMessages(db: Db, messages: readonly NewMessage[], now: Date): Promise<string[]> {
  if (messages.length === 0) return []
  const { rows } = await sql<{ id: string }>`
    with planned as (
      select * from json_to_recordset(${JSON.stringify(messages)}::json) as t(id uuid, enrollment_id uuid, step_key uuid,
        rotation integer, sequence_id uuid, person_id uuid, event_id uuid, position integer,
        version integer, due_at timestamptz, ready_at timestamptz, priority integer, country text, account_key text,
        is_first boolean, time_zone text, message_id_header text, rule text)
    ), added as (
      insert into message (id, enrollment_id, step_key, rotation, sequence_id, person_id, event_id, position,
        version, due_at, ready_at, priority, country, account_key, is_first, time_zone, message_id_header, created_at,
        is_waiting)
      select p.id, p.enrollment_id, p.step_key, p.rotation, p.sequence_id, p.person_id, p.event_id,
        p.position, p.version, p.due_at, p.ready_at, p.priority, p.country, p.account_key, p.is_first, p.time_zone,
        p.message_id_header, ${now}::timestamptz, e.status = 'paused'
      from planned p join enrollment e on e.id = p.enrollment_id and e.status in ('active', 'paused')
      on conflict do nothing
      returning id, enrollment_id
    ), logged as (
      insert into receipt (enrollment_id, message_id, at, what, detail)
      select a.enrollment_id, a.id, ${now}::timestamptz, 'planned',
        jsonb_build_object('due_at', p.due_at, 'rule', p.rule, 'time_zone', p.time_zone, 'position', p.position)
      from added a join planned p on p.id = a.id
    )
    select id from added`.execute(db)
  return rows.map((row) => row.id)
}

/**
 * Moves planned mails to a later moment, each with its reason; one that has changed since it was read stays.
 *
 * @param options.skip_busy leaves what is in another's hands as it is, and so never waits: for a transaction that moves
 * more than one statement's worth, whose locks would come out of order
 */
export async function moveMessages(
  db: Db,
  moves: readonly { id: string; from: Date; due_at: Date; reason: string }[],
  now: Date,
  options: { skip_busy?: boolean } = {},
): Promise<void> {
  if (moves.length === 0) return
  // JSON carries milliseconds, the column microseconds
  await sql`
    with move as (
      select * from json_to_recordset(${JSON.stringify(moves)}::json)
        as t(id uuid, "from" timestamptz, due_at timestamptz, reason text)
    ), held as materialized (
      select m.id, e.id as enrollment_id from move join message m on m.id = move.id
        join enrollment e on e.id = m.enrollment_id
      order by e.id for no key update of e ${options.skip_busy ? sql`skip locked` : sql``}
    ), moved as (
      update message m set due_at = move.due_at, reason = move.reason from move join held on held.id = move.id
      where m.id = move.id and m.state = 'planned'
        and date_trunc('milliseconds', m.due_at) = move."from"
      returning m.id, m.enrollment_id, m.due_at, m.reason
    )
    insert into receipt (enrollment_id, message_id, at, what, detail)
    select enrollment_id, id, ${now}::timestamptz, 'moved', jsonb_build_object('reason', reason, 'due_at', due_at)
    from moved`.execute(db)
}

/**
 * The moment something is to be done next: a mail is due that nothing holds, a pause ends by itself, or a task or a wait is
 * over; not before a provider that is down is asked again. Or a lease runs out: whoever lives renews it, and a drain that
 * failed has left it. undefined when there is nothing.
 */
export async function findNextDue(db: Db): Promise<Date | undefined> {
  const { rows } = await sql<{ due_at: Date | null }>`
    with next as (
      select least((
        select m.due_at from sequence s
          left join campaign c on c.id = s.campaign_id
          left join sender on sender.address = lower(s.from_address)
          cross join lateral (
            select m.due_at from message m
              join enrollment e on e.id = m.enrollment_id and e.status = 'active'
            where m.sequence_id = s.id and m.state = 'planned' and not m.is_waiting
            order by m.due_at limit 1
          ) m
        where s.status = 'active' and (c.id is null or c.status not in ('paused', 'ended')) and sender.paused_at is null
          and not ${isResuming}
        order by m.due_at limit 1
      ), (select min(resume_at) from enrollment where resume_at is not null), (${nextWaits})) as at
    )
    select least(
        case when next.at is not null then greatest(next.at, (select until_at from hold where key = 'provider')) end,
        (select min(lease_until) from message where state = 'claimed')
      ) as due_at from next`.execute(db)
  return rows[0]?.due_at ?? undefined
}

/** Leases that ran out: what had not left is planned again, what had left is unconfirmed. Never the other way. */
export async function sweepLeases(db: Db, now: Date): Promise<{ released: number; unconfirmed: number }> {
  const at = sql`${now}::timestamptz`
  const { rows } = await sql<{ released: number; unconfirmed: number }>`
    with held as materialized (
      select m.id, e.id as enrollment_id, e.status, e.stop_reason from message m
        join enrollment e on e.id = m.enrollment_id
      where m.state = 'claimed' and m.lease_until <= ${at}
      order by e.id for no key update of e
    ), released as (
      update message m set
        state = case when e.status in ('stopped', 'finished') then 'cancelled' else 'planned' end,
        reason = case when e.status in ('stopped', 'finished') then coalesce(e.stop_reason, 'finished')
          else 'The sender was interrupted before the mail left' end,
        settled_at = case when e.status in ('stopped', 'finished') then ${at} end,
        claim_token = null, lease_until = null
      from held e
      where e.id = m.id and m.lease_until <= ${at} and ${may('release')}
      returning m.id, m.enrollment_id, m.state, m.reason
    ), lost as (
      update message m set state = 'unconfirmed', lease_until = null, settled_at = ${at},
        reason = 'The sender was interrupted after the mail had left'
      from held where m.id = held.id and m.lease_until <= ${at} and ${may('expire')}
      returning m.id, m.enrollment_id, m.state, m.reason
    ), logged as (
      insert into receipt (enrollment_id, message_id, at, what, detail)
      select enrollment_id, id, ${at}, case state when 'planned' then 'released' else state end,
        jsonb_build_object('reason', reason)
      from (select * from released union all select * from lost) swept
    )
    select (select count(*) from released)::integer as released, (select count(*) from lost)::integer as unconfirmed`.execute(
    db,
  )
  return rows[0] ?? { released: 0, unconfirmed: 0 }
}

/** Enrollments that run and have nothing before them: a process died between two statements, or a row was written by hand. */
export async function listStrandedEnrollments(
  db: Db,
  limit: number,
): Promise<{ enrollment_id: string; step_key: string; done_at: Date }[]> {
  // Who has no mail before them comes first, and by an index of its own: nearly every running enrollment has a mail before it.
  // Not by place: a step that an edit put last may have been the first to leave.
  const { rows } = await sql<{ enrollment_id: string; step_key: string; done_at: Date }>`
    with idle as materialized (
      select e.id, e.sequence_id, e.version from enrollment e
      where e.status = 'active'
        and not exists (select from message m where m.enrollment_id = e.id
          and m.state in ('planned', 'claimed', 'unconfirmed', 'failed'))
        and e.waiting_for is null
        and not exists (select from task where task.enrollment_id = e.id and done_at is null and skipped_at is null)
    )
    select e.id as enrollment_id, last.step_key, last.done_at
    from idle e join lateral (
      select m.step_key, coalesce(m.settled_at, m.sent_at, m.created_at) as done_at from message m
      where m.enrollment_id = e.id and m.state in ('sent', 'skipped')
      order by coalesce(m.settled_at, m.sent_at) desc, m.position desc limit 1
    ) last on true
    where not exists (select from task join step on step.sequence_id = e.sequence_id and step.version = e.version
          and step.step_key = task.step_key
        join step before on before.sequence_id = e.sequence_id and before.version = e.version
          and before.step_key = last.step_key
        where task.enrollment_id = e.id and step.position > before.position)
    order by e.id limit ${limit}`.execute(db)
  return rows
}

/** Planned or claimed mails of enrollments that have ended. */
export async function listOrphanedPlans(db: Db, limit: number): Promise<{ enrollment_id: string; reason: string }[]> {
  const { rows } = await sql<{ enrollment_id: string; reason: string }>`
    select distinct m.enrollment_id, coalesce(e.stop_reason, 'finished') as reason
    from message m join enrollment e on e.id = m.enrollment_id
    where m.state = 'planned' and e.status in ('stopped', 'finished')
    limit ${limit}`.execute(db)
  return rows
}
