import { sql } from 'kysely'
import type { Db } from '../schema.ts'

/** Counts stop here, so that a health check costs the same at every size. */
const COUNT_LIMIT = 1000

export interface OpenWork {
  messages_due: number
  messages_claimed: number
  messages_unconfirmed: number
  jobs_open: number
  jobs_overdue: number
  jobs_failed: number
}

/** What is under way or stuck, in one statement over partial indexes. */
export async function countOpenWork(
  db: Db,
  { now, overdue_before }: { now: Date; overdue_before: Date },
): Promise<OpenWork> {
  const { rows } = await sql<OpenWork>`
    select
      (select count(*) from (select 1 from message where state = 'planned' and due_at <= ${now} limit ${COUNT_LIMIT}) s) as messages_due,
      (select count(*) from (select 1 from message where state = 'claimed' limit ${COUNT_LIMIT}) s) as messages_claimed,
      (select count(*) from (select 1 from message where state = 'unconfirmed' limit ${COUNT_LIMIT}) s) as messages_unconfirmed,
      (select count(*) from (select 1 from job where status in ('waiting', 'retrying', 'active') limit ${COUNT_LIMIT}) s) as jobs_open,
      (select count(*) from (
        select 1 from job where status in ('waiting', 'retrying', 'active') and run_at <= ${overdue_before} limit ${COUNT_LIMIT}) s) as jobs_overdue,
      (select count(*) from (select 1 from job where status = 'failed' limit ${COUNT_LIMIT}) s) as jobs_failed`.execute(
    db,
  )
  return rows[0]!
}
