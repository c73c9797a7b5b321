import { sql } from 'kysely'
import type { Db, Row } from '../schema.ts'

export interface NewJob {
  id: string
  name: string
  key: string | null
  payload: Record<string, unknown>
  max_attempts: number
  run_at: Date
  created_by: string | null
  now: Date
}

/**
 * Inserts a job and its first log line; a waiting job of the same key, or a job of the same id, is answered instead. One
 * that waits for a later moment than this is brought forward.
 *
 * @returns `for_queue` when the queue does not have the job, or not for this moment: also one whose hand-over was lost
 */
export async function insertJob(db: Db, job: NewJob): Promise<{ id: string; for_queue: boolean }> {
  const { now, payload, ...columns } = job
  const inserted = await db
    .with('added', (query) =>
      query
        .insertInto('job')
        .values({ ...columns, payload: JSON.stringify(payload), created_at: now })
        .onConflict((conflict) => conflict.doNothing())
        .returning('id'),
    )
    .with('logged', (query) =>
      query
        .insertInto('job_log')
        .columns(['job_id', 'at', 'line'])
        .expression((from) =>
          from
            .selectFrom('added')
            .select(['added.id', sql<Date>`${now}::timestamptz`.as('at'), sql<string>`'staged'`.as('line')]),
        ),
    )
    .selectFrom('added')
    .select('added.id')
    .executeTakeFirst()
  if (inserted !== undefined) return { id: inserted.id, for_queue: true }
  const existing = await db
    .selectFrom('job')
    .select(['id', 'status', 'run_at', 'dispatched_at'])
    .where((on) => on.or([on('id', '=', job.id), on.and([on('key', '=', job.key), on('status', '=', 'waiting')])]))
    .executeTakeFirst()
  // The job that held the key was claimed in between: then the key is free again.
  if (existing === undefined) return insertJob(db, job)
  const { id, status, run_at, dispatched_at } = existing
  const is_later = status === 'waiting' && run_at > job.run_at
  if (is_later) await bringForward(db, id, job.run_at)
  return { id, for_queue: is_later || (status === 'waiting' && dispatched_at === null) }
}

async function bringForward(db: Db, id: string, run_at: Date): Promise<void> {
  await db
    .updateTable('job')
    .set({ run_at })
    .where('id', '=', id)
    .where('status', '=', 'waiting')
    .where('run_at', '>', run_at)
    .execute()
}

/** Inserts many jobs of one name in one statement; those whose key waits already are left as they are. @returns the new ones */
export async function insertJobs(
  db: Db,
  jobs: readonly { id: string; key: string; payload: Record<string, unknown> }[],
  of: Pick<NewJob, 'name' | 'max_attempts' | 'created_by' | 'now'>,
): Promise<string[]> {
  if (jobs.length === 0) return []
  const { rows } = await sql<{ id: string }>`
    with added as (
      insert into job (id, name, key, payload, max_attempts, run_at, created_by, created_at)
      select id, ${of.name}, key, payload, ${of.max_attempts}, ${of.now}::timestamptz, ${of.created_by}::uuid, ${of.now}::timestamptz
      from json_to_recordset(${JSON.stringify(jobs)}::json) as t(id uuid, key text, payload jsonb)
      on conflict do nothing returning id
    ), logged as (
      insert into job_log (job_id, at, line) select id, ${of.now}::timestamptz, 'staged' from added
    )
    select id from added`.execute(db)
  return rows.map((row) => row.id)
}

export async function findJob(db: Db, id: string): Promise<Row<'job'> | undefined> {
  return db.selectFrom('job').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Those of the jobs that still wait for the queue, and a few that it should have had before `lost_before` and never got. */
export async function listJobsToDispatch(
  db: Db,
  ids: readonly string[],
  { lost_before, limit }: { lost_before: Date; limit: number },
): Promise<Pick<Row<'job'>, 'id' | 'name' | 'run_at' | 'dispatches'>[]> {
  const { rows } = await sql<Pick<Row<'job'>, 'id' | 'name' | 'run_at' | 'dispatches'>>`
    select id, name, run_at, dispatches from job
    where id in (select json_array_elements_text(${JSON.stringify(ids)}::json)::uuid)
      and status in ('waiting', 'retrying', 'active')
    union
    select id, name, run_at, dispatches from (
      select id, name, run_at, dispatches from job
      where status = 'waiting' and dispatched_at is null and created_at <= ${lost_before}::timestamptz
      order by run_at, id limit ${limit}
    ) lost`.execute(db)
  return rows
}

/** Notes that the queue took the jobs. */
export async function recordDispatches(
  db: Db,
  taken: readonly { id: string; queue_message_id: string | null }[],
  now: Date,
): Promise<void> {
  if (taken.length === 0) return
  await sql`
    with taken as (
      select * from json_to_recordset(${JSON.stringify(taken)}::json) as t(id uuid, queue_message_id text)
    ), updated as (
      update job set dispatches = dispatches + 1, dispatched_at = ${now}, queue_message_id = taken.queue_message_id
      from taken where job.id = taken.id returning job.id
    )
    insert into job_log (job_id, at, line) select id, ${now}::timestamptz, 'dispatched' from updated`.execute(db)
}

/**
 * Jobs that should have run before `before` and whose hand-over is older than that too, or whose lease has run out.
 *
 * @param lease_before in whose hands a job may still be
 */
export async function listOverdueJobIds(
  db: Db,
  { lease_before, before, limit }: { lease_before: Date; before: Date; limit: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom('job')
    .select('id')
    .where('status', 'in', ['waiting', 'retrying', 'active'])
    .where('run_at', '<=', before)
    .where((on) => on.or([on('dispatched_at', 'is', null), on('dispatched_at', '<=', before)]))
    .where((on) => on.or([on('status', '<>', 'active'), on('lease_until', '<=', lease_before)]))
    .orderBy('run_at')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map((row) => row.id)
}

export interface JobClaim {
  id: string
  claim_token: string
}

/** Takes the job for one attempt; undefined when it is done, not yet due, or in another's hands. */
export async function claimJob(
  db: Db,
  claim: JobClaim & { name: string; now: Date; lease_until: Date },
): Promise<Pick<Row<'job'>, 'name' | 'payload' | 'attempts' | 'max_attempts'> | undefined> {
  return db
    .updateTable('job')
    .set((set) => ({
      status: 'active',
      claim_token: claim.claim_token,
      lease_until: claim.lease_until,
      started_at: sql<Date>`coalesce(started_at, ${claim.now}::timestamptz)`,
      attempts: set('attempts', '+', 1),
    }))
    .where('id', '=', claim.id)
    .where('name', '=', claim.name)
    .where((on) =>
      on.or([
        on('status', 'in', ['waiting', 'retrying']),
        on.and([on('status', '=', 'active'), on('lease_until', '<=', claim.now)]),
      ]),
    )
    .returning(['name', 'payload', 'attempts', 'max_attempts'])
    .executeTakeFirst()
}

/** Keeps a job in the hands of a process that lives. */
export async function renewJob(db: Db, claim: JobClaim, { lease_until }: { lease_until: Date }): Promise<void> {
  await db
    .updateTable('job')
    .set({ lease_until })
    .where('id', '=', claim.id)
    .where('claim_token', '=', claim.claim_token)
    .execute()
}

export async function insertJobLog(
  db: Db,
  job_id: string,
  lines: readonly { at: Date; line: string; detail: string | null }[],
): Promise<void> {
  await db
    .insertInto('job_log')
    .values(lines.map((line) => ({ job_id, ...line })))
    .execute()
}

export async function completeJob(db: Db, claim: JobClaim, result: Record<string, unknown>, now: Date): Promise<void> {
  await settle(
    db,
    claim,
    now,
    { status: 'completed', result: JSON.stringify(result), error: null, finished_at: now },
    'completed',
    null,
  )
}

export async function failJob(db: Db, claim: JobClaim, error: string, now: Date): Promise<void> {
  await settle(db, claim, now, { status: 'failed', error, finished_at: now }, 'failed', error)
}

export async function retryJob(db: Db, claim: JobClaim, error: string, run_at: Date, now: Date): Promise<void> {
  await settle(db, claim, now, { status: 'retrying', error, run_at }, 'retrying', error)
}

/** By claim token: a delivery that lost its lease settles nothing. */
async function settle(
  db: Db,
  claim: JobClaim,
  now: Date,
  columns: {
    status: 'completed' | 'failed' | 'retrying'
    result?: string
    error: string | null
    finished_at?: Date
    run_at?: Date
  },
  line: string,
  detail: string | null,
): Promise<void> {
  await db
    .with('settled', (query) =>
      query
        .updateTable('job')
        .set({ ...columns, claim_token: null, lease_until: null })
        .where('id', '=', claim.id)
        .where('claim_token', '=', claim.claim_token)
        .returning('id'),
    )
    .insertInto('job_log')
    .columns(['job_id', 'at', 'line', 'detail'])
    .expression((from) =>
      from
        .selectFrom('settled')
        .select([
          'settled.id',
          sql<Date>`${now}::timestamptz`.as('at'),
          sql<string>`${line}::text`.as('line'),
          sql<string | null>`${detail}::text`.as('detail'),
        ]),
    )
    .execute()
}
