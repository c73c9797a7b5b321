import { sql } from 'kysely'
import type { Database } from './database.ts'
import type { MessageRow } from './message.ts'

/**
 * `ready`: the messages nothing but the clock holds back, with the moment they may go. Left out are those in flight,
 * behind another in a queue, in a paused queue, or under a paused flow-control key. `free` is how many more of its
 * flow-control key may start (null: no limit).
 */
function readiness(now: Date) {
  const at = sql`${now}::timestamptz`
  return sql`
    flow as materialized (
      select f.flow_control_key, f.is_paused, window_end <= ${at} as is_window_over, window_end,
        f.parallelism - busy.count as free_slots,
        case when f.rate is null then null when window_end > ${at} then f.rate - f.rate_count else f.rate end as free_rate
      from local.qstash_flow_control f
      cross join lateral (
        select coalesce(f.period_started_at + make_interval(secs => f.period_seconds), ${at}) as window_end
      ) as span
      cross join lateral (
        select count(*)::int as count from local.qstash_message m
        where m.flow_control_key = f.flow_control_key and m.is_in_flight
      ) as busy
    ),
    turn as materialized (
      select message_id,
        dense_rank() over (partition by queue_name order by coalesce(queue_place, position)) as place
      from local.qstash_message where queue_name is not null
    ),
    ready as (
      select m.message_id, m.position, m.due_at, m.flow_control_key, least(flow.free_slots, flow.free_rate) as free,
        greatest(m.due_at, case when flow.free_rate <= 0 then flow.window_end end) as ready_at
      from local.qstash_message m
      left join flow on flow.flow_control_key = m.flow_control_key
      left join local.qstash_queue q on q.queue_name = m.queue_name
      left join turn on turn.message_id = m.message_id
      where not m.is_in_flight
        and flow.is_paused is not true
        and (m.queue_name is null or (q.is_paused is not true and turn.place <= coalesce(q.parallelism, 1)))
    )`
}

/** Takes up to `limit` messages due at `now`, counts them against their flow control and logs them ACTIVE: one statement. */
export async function claimDue(db: Database, now: Date, limit: number): Promise<MessageRow[]> {
  const { rows } = await sql<MessageRow>`
    with ${readiness(now)},
    ranked as (
      select message_id, ready_at, position, free,
        row_number() over (partition by flow_control_key order by ready_at, position) as place
      from ready where due_at <= ${now}::timestamptz and ready_at <= ${now}::timestamptz
    ),
    picked as materialized (
      select message_id from ranked where free is null or place <= free
      order by ready_at, position limit ${sql.lit(limit)}
    ),
    claimed as (
      update local.qstash_message m set is_in_flight = true
      from picked where picked.message_id = m.message_id and not m.is_in_flight
      returning m.*
    ),
    counted as (
      update local.qstash_flow_control f set
        rate_count = taken.count + case when flow.is_window_over then 0 else f.rate_count end,
        period_started_at = case when flow.is_window_over then ${now}::timestamptz else f.period_started_at end
      from flow
      join (select flow_control_key, count(*)::int as count from claimed group by flow_control_key) as taken
        using (flow_control_key)
      where f.flow_control_key = flow.flow_control_key
    ),
    logged as (
      insert into local.qstash_event (message_id, url, method, topic_name, endpoint_name, queue_name, schedule_id,
        flow_control_key, caller_ip, labels, state, occurred_at)
      select message_id, url, method, topic_name, endpoint_name, queue_name, schedule_id,
        flow_control_key, caller_ip, labels, 'ACTIVE', ${now}::timestamptz
      from claimed order by position
    )
    select * from claimed order by due_at, position`.execute(db)
  return rows
}

/** The earliest moment at which a waiting message may go or a schedule fires. */
export async function findNextDueAt(db: Database, now: Date): Promise<Date | undefined> {
  const { rows } = await sql<{ next_at: Date | null }>`
    with ${readiness(now)}
    select least(
      (select min(ready_at) from ready where free is null or free > 0 or ready_at > ${now}::timestamptz),
      (select min(next_fire_at) from local.qstash_schedule where not is_paused)
    ) as next_at`.execute(db)
  return rows[0]?.next_at ?? undefined
}

/** Whatever was in flight when the last process died was perhaps not received: it goes again. */
export async function releaseInFlight(db: Database): Promise<void> {
  await sql`update local.qstash_message set is_in_flight = false where is_in_flight`.execute(db)
}
