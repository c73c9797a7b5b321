import { sql } from 'kysely'
import type { Db, Row } from '../schema.ts'
import type { JobStatus } from '../tables/job.ts'
import { keyset, type Order, orderValue, type Page, type PageRequest, toPage } from './keyset.ts'

const newest: Order = { expression: sql`job.created_at`, type: 'timestamptz' }

export type ListedJob = Pick<
  Row<'job'>,
  'id' | 'name' | 'status' | 'attempts' | 'max_attempts' | 'created_at' | 'run_at' | 'finished_at' | 'error'
>

/** Jobs, newest first. */
export async function listJobs(
  db: Db,
  { status, name, page }: { status?: JobStatus; name?: string; page: Omit<PageRequest<string>, 'sort' | 'direction'> },
): Promise<Page<ListedJob>> {
  const request = { ...page, direction: 'desc' as const }
  const query = db
    .selectFrom('job')
    .select(['id', 'name', 'status', 'attempts', 'max_attempts', 'created_at', 'run_at', 'finished_at', 'error'])
    .select(orderValue(newest))
    .$if(status !== undefined, (jobs) => jobs.where('status', '=', status!))
    .$if(name !== undefined, (jobs) => jobs.where('name', '=', name!))
  return toPage(await keyset(query, newest, sql`job.id`, request).execute(), request)
}

export interface JobStats {
  waiting: number
  active: number
  retrying: number
  completed: number
  failed: number
  oldest_due_at: Date | null
}

/** Jobs by status and the moment since when the oldest due one waits. */
export async function countJobs(db: Db, now: Date): Promise<JobStats> {
  const { rows } = await sql<{ status: JobStatus; count: number; oldest: Date | null }>`
    select status, count(*) as count, min(run_at) filter (where status in ('waiting', 'retrying') and run_at <= ${now}) as oldest
    from job group by status`.execute(db)
  const stats: JobStats = { waiting: 0, active: 0, retrying: 0, completed: 0, failed: 0, oldest_due_at: null }
  for (const row of rows) {
    stats[row.status] = row.count
    if (row.oldest !== null && (stats.oldest_due_at === null || row.oldest < stats.oldest_due_at))
      stats.oldest_due_at = row.oldest
  }
  return stats
}

export async function listJobLog(db: Db, job_id: string): Promise<{ at: Date; line: string; detail: string | null }[]> {
  return db
    .selectFrom('job_log')
    .select(['at', 'line', 'detail'])
    .where('job_id', '=', job_id)
    .orderBy('id')
    .limit(500)
    .execute()
}

/** Makes a failed job wait again, with all its attempts; false when it is not failed. A waiting job of the same key wins over it. */
export async function resetFailedJob(db: Db, id: string, now: Date): Promise<boolean> {
  const rows = await db
    .with('reset', (query) =>
      query
        .updateTable('job')
        .set({ status: 'retrying', run_at: now, attempts: 0, finished_at: null, dispatched_at: null })
        .where('id', '=', id)
        .where('status', '=', 'failed')
        .returning('id'),
    )
    .insertInto('job_log')
    .columns(['job_id', 'at', 'line'])
    .expression((from) =>
      from
        .selectFrom('reset')
        .select(['reset.id', sql<Date>`${now}::timestamptz`.as('at'), sql<string>`'retried by hand'`.as('line')]),
    )
    .returning('job_id')
    .execute()
  return rows.length > 0
}

/** Forgets finished jobs, at most `limit` at once. Failed ones stay until somebody retries them or they are as old. */
export async function deleteFinishedJobs(db: Db, { before, limit }: { before: Date; limit: number }): Promise<number> {
  const gone = await db
    .deleteFrom('job')
    .where('id', 'in', (from) =>
      from
        .selectFrom('job')
        .select('id')
        .where('status', 'in', ['completed', 'failed'])
        .where('created_at', '<', before)
        .limit(limit),
    )
    .executeTakeFirst()
  return Number(gone.numDeletedRows)
}
