import { sql } from 'kysely'
import type { Db } from '../schema.ts'

/** More than this is shown as this: a badge of four digits helps nobody, and counting stops there. */
const MOST_COUNTED = 100

export interface Shell {
  events: { id: string; name: string }[]
  replies_waiting: number
  failed_jobs: number
}

/** What stands around every page: the events to switch between, and what waits for a person. One statement. */
export async function findShell(db: Db, active_event_id: string | null): Promise<Shell> {
  const result = await sql<Shell>`
    select
      coalesce((
        select json_agg(json_build_object('id', id, 'name', name) order by starts_on desc, id)
        from "event" where archived_at is null or id = ${active_event_id}::uuid
      ), '[]') as events,
      (select count(*)::integer from (
        select 1 from reply where event_id = ${active_event_id}::uuid and read_at is null limit ${MOST_COUNTED}
      ) waiting) as replies_waiting,
      (select count(*)::integer from (
        select 1 from job where status = 'failed' limit ${MOST_COUNTED}
      ) failed) as failed_jobs`.execute(db)
  const [shell] = result.rows
  if (shell === undefined) throw new Error('A select without from always has one row')
  return shell
}
