import { sql } from 'kysely'
import type { Db } from '../schema.ts'

/** What the send contract promises, counted. Every figure under `alarms` is 0, or something is broken. */
export interface Ledger {
  messages: {
    planned: number
    claimed: number
    sent: number
    skipped: number
    failed: number
    unconfirmed: number
    cancelled: number
  }
  enrolled: number
  enrollments: { active: number; paused: number; finished: number; stopped: number }
  alarms: {
    /** handed over after the enrollment had stopped */
    mailed_after_stop: number
    /** steps of an enrollment that left more than once without a person's word */
    duplicates: number
    /** running enrollments with nothing before them */
    lost: number
    /** leases that ran out and were not swept */
    stuck: number
    /** enrolled less the sum of states */
    unaccounted: number
  }
}

/** Reads every message and enrollment: for the demo, the queue page and `/health?deep=1`. */
export async function readLedger(db: Db, now: Date): Promise<Ledger> {
  const { rows } = await sql<Ledger>`
    with mails as (select state, count(*)::integer n from message group by state),
    people as (select status, count(*)::integer n from enrollment group by status)
    select
      (select jsonb_build_object('planned', 0, 'claimed', 0, 'sent', 0, 'skipped', 0, 'failed', 0, 'unconfirmed', 0,
        'cancelled', 0) || coalesce(jsonb_object_agg(state, n), '{}') from mails) as messages,
      (select count(*)::integer from enrollment) as enrolled,
      (select jsonb_build_object('active', 0, 'paused', 0, 'finished', 0, 'stopped', 0)
        || coalesce(jsonb_object_agg(status, n), '{}') from people) as enrollments,
      jsonb_build_object(
        'mailed_after_stop', (select count(*) from message m join enrollment e on e.id = m.enrollment_id
          -- both moments are read before their statements wait for each other's rows, by clocks of two processes
          where m.handed_at > e.stopped_at + interval '5 seconds'),
        'duplicates', (select count(*) from (
          select from message m where m.handed_at is not null and m.state in ('sent', 'unconfirmed')
          group by m.enrollment_id, m.step_key having count(*) > 1) twice),
        'lost', (select count(*) from enrollment e where e.status = 'active' and e.waiting_for is null
          and not exists (select from message m where m.enrollment_id = e.id
            and m.state in ('planned', 'claimed', 'unconfirmed'))
          and not exists (select from task where task.enrollment_id = e.id and done_at is null and skipped_at is null)),
        'stuck', (select count(*) from message m
          where m.state = 'claimed' and m.lease_until < ${now}::timestamptz - interval '20 minutes'),
        'unaccounted', (select count(*) from enrollment) - (select coalesce(sum(n), 0) from people)
      ) as alarms`.execute(db)
  const ledger = rows[0]
  if (ledger === undefined) throw new Error('A select without from gives one row')
  return ledger
}
