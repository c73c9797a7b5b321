import { sql } from 'kysely'
import type { Db, Row } from '../schema.ts'
import type { EnrichmentKind, EnrichmentSubjectKind } from '../tables/enrichment-run.ts'
import { type Cursor, keyset, type Order, orderValue, type Page, toPage } from './keyset.ts'

export interface NewRun {
  id: string
  event_id: string
  user_id: string | null
  kind: EnrichmentKind
  subject_kind: EnrichmentSubjectKind
  selection_key: string
  /** of the event, without repeats */
  subject_ids: readonly string[]
  now: Date
}

/** Those of the accounts or people that are of the event. */
export async function listSubjectIdsOfEvent(
  db: Db,
  of: { event_id: string; subject_kind: EnrichmentSubjectKind; ids: readonly string[] },
): Promise<string[]> {
  if (of.ids.length === 0) return []
  const { rows } = await sql<{ id: string }>`
    select t.id from ${sql.table(of.subject_kind)} t
      join jsonb_array_elements_text(${JSON.stringify(of.ids)}::jsonb) with ordinality as given(id, place) on given.id::uuid = t.id
    where t.event_id = ${of.event_id}::uuid group by t.id order by min(given.place)`.execute(db)
  return rows.map((row) => row.id)
}

/** @returns the run, and whether it is new: the same work over the same selection that is under way is answered instead */
export async function insertRun(db: Db, run: NewRun): Promise<{ id: string; is_new: boolean }> {
  const { rows } = await sql<{ id: string }>`
    with added as (
      insert into enrichment_run (id, event_id, user_id, kind, subject_kind, selection_key, total, created_at)
      values (${run.id}::uuid, ${run.event_id}::uuid, ${run.user_id}::uuid, ${run.kind}, ${run.subject_kind}, ${run.selection_key},
        ${run.subject_ids.length}::integer, ${run.now}::timestamptz)
      on conflict (event_id, selection_key) where status = 'running' do nothing returning id
    ), chosen as (
      insert into enrichment_subject (run_id, subject_id, position, due_at)
      select added.id, given.id::uuid, given.place, ${run.now}::timestamptz
      from added cross join jsonb_array_elements_text(${JSON.stringify(run.subject_ids)}::jsonb) with ordinality as given(id, place)
    )
    select id from added`.execute(db)
  if (rows[0] !== undefined) return { id: rows[0].id, is_new: true }
  const { id } = await db
    .selectFrom('enrichment_run')
    .select('id')
    .where('event_id', '=', run.event_id)
    .where('selection_key', '=', run.selection_key)
    .where('status', '=', 'running')
    .executeTakeFirstOrThrow()
  return { id, is_new: false }
}

export async function findRun(db: Db, id: string): Promise<Row<'enrichment_run'> | undefined> {
  return db.selectFrom('enrichment_run').selectAll().where('id', '=', id).executeTakeFirst()
}

const newestFirst: Order = { expression: sql`enrichment_run.created_at`, type: 'timestamptz' }

export type RunLine = Row<'enrichment_run'> & { user_name: string | null; order_value: string }

/** Newest first. */
export async function listRuns(
  db: Db,
  event_id: string,
  of: { cursor: Cursor | null; limit: number },
): Promise<Page<RunLine>> {
  const page = { direction: 'desc' as const, ...of }
  const all = db
    .selectFrom('enrichment_run')
    .leftJoin('user', 'user.id', 'enrichment_run.user_id')
    .selectAll('enrichment_run')
    .select(['user.name as user_name', orderValue(newestFirst)])
    .where('enrichment_run.event_id', '=', event_id)
  return toPage(await keyset(all, newestFirst, sql`enrichment_run.id`, page).execute(), page)
}

export interface WaitingSubject {
  subject_id: string
  attempts: number
}

/** Whose turn it is, in the order in which they were chosen; those that are tried again when it is time. */
export async function listWaitingSubjects(
  db: Db,
  run_id: string,
  { now, limit }: { now: Date; limit: number },
): Promise<WaitingSubject[]> {
  return db
    .selectFrom('enrichment_subject')
    .select(['subject_id', 'attempts'])
    .where('run_id', '=', run_id)
    .where('status', '=', 'waiting')
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .orderBy('position')
    .limit(limit)
    .execute()
}

export interface SettledSubject {
  subject_id: string
  /** `waiting`: to be tried again at `due_at` */
  status: 'done' | 'failed' | 'waiting'
  outcome: string | null
  reason: string | null
  due_at: Date
}

/** Settles subjects and counts them. Who is settled already, by another delivery or a cancellation, is not counted again. */
export async function settleSubjects(
  db: Db,
  run_id: string,
  settled: readonly SettledSubject[],
  now: Date,
): Promise<void> {
  await lockRun(db, run_id)
  await sql`
    with changed as (
      update enrichment_subject s set status = t.status, outcome = t.outcome, reason = t.reason, due_at = t.due_at,
        attempts = s.attempts + 1, settled_at = case when t.status = 'waiting' then null else ${now}::timestamptz end
      from json_to_recordset(${JSON.stringify(settled)}::json)
        as t(subject_id uuid, status text, outcome text, reason text, due_at timestamptz)
      where s.run_id = ${run_id}::uuid and s.subject_id = t.subject_id and s.status = 'waiting'
      returning s.status
    )
    update enrichment_run set
      done_count = done_count + (select count(*) from changed where status = 'done'),
      failed_count = failed_count + (select count(*) from changed where status = 'failed')
    where id = ${run_id}::uuid`.execute(db)
}

/** A run is over with its last subject. @returns when the next one is to be tried; null when it is over */
export async function completeRun(db: Db, run_id: string, now: Date): Promise<Date | null> {
  await lockRun(db, run_id)
  const { rows } = await sql<{ due_at: Date | null }>`
    with over as (
      update enrichment_run set status = 'completed', finished_at = ${now}::timestamptz
      where id = ${run_id}::uuid and status = 'running' and done_count + failed_count + cancelled_count = total
    )
    select min(due_at) as due_at from enrichment_subject where run_id = ${run_id}::uuid and status = 'waiting'`.execute(
    db,
  )
  return rows[0]?.due_at ?? null
}

/** @returns how many will not be worked on any more; undefined when the run was over */
export async function cancelRunRow(db: Db, run_id: string, now: Date): Promise<number | undefined> {
  await lockRun(db, run_id)
  const { rows } = await sql<{ count: number }>`
    with cancelled as (
      update enrichment_subject set status = 'cancelled', settled_at = ${now}::timestamptz
      where run_id = ${run_id}::uuid and status = 'waiting'
        and exists (select from enrichment_run where id = ${run_id}::uuid and status = 'running')
      returning 1
    )
    update enrichment_run set status = 'cancelled', finished_at = ${now}::timestamptz,
      cancelled_count = cancelled_count + (select count(*) from cancelled)
    where id = ${run_id}::uuid and status = 'running'
    returning (select count(*)::integer from cancelled) as count`.execute(db)
  return rows[0]?.count
}

/** What failed waits again, and the run goes on. @returns how many; 0 when nothing had failed */
export async function retryFailedSubjects(db: Db, run_id: string, now: Date): Promise<number> {
  await lockRun(db, run_id)
  const { rows } = await sql<{ count: number }>`
    with again as (
      update enrichment_subject set status = 'waiting', attempts = 0, due_at = ${now}::timestamptz, settled_at = null
      where run_id = ${run_id}::uuid and status = 'failed' returning 1
    ), counted as (select count(*)::integer as count from again)
    update enrichment_run set status = 'running', finished_at = null, failed_count = failed_count - counted.count
    from counted where id = ${run_id}::uuid and counted.count > 0
    returning counted.count`.execute(db)
  return rows[0]?.count ?? 0
}

/** A run before its subjects, by everybody. */
async function lockRun(db: Db, run_id: string): Promise<void> {
  await sql`select from enrichment_run where id = ${run_id}::uuid for no key update`.execute(db)
}

/** Another run over the same selection is under way. */
export async function hasRunningTwin(db: Db, run: Row<'enrichment_run'>): Promise<boolean> {
  const twin = await db
    .selectFrom('enrichment_run')
    .select('id')
    .where('event_id', '=', run.event_id)
    .where('selection_key', '=', run.selection_key)
    .where('status', '=', 'running')
    .where('id', '<>', run.id)
    .executeTakeFirst()
  return twin !== undefined
}

/** Runs with no job that would go on with them. */
export async function listStrandedRuns(db: Db, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select r.id from enrichment_run r
    where r.status = 'running'
      and not exists (select from job where job.key = 'enrich-run ' || r.id and job.status in ('waiting', 'active', 'retrying'))
    order by r.id limit ${limit}`.execute(db)
  return rows.map((row) => row.id)
}

export interface FailedSubject {
  subject_id: string
  name: string | null
  reason: string | null
}

/** The first that failed, with the names they have now. */
export async function listFailedSubjects(db: Db, run: Row<'enrichment_run'>, limit: number): Promise<FailedSubject[]> {
  const { rows } = await sql<FailedSubject>`
    select s.subject_id, t.name, s.reason from enrichment_subject s left join ${sql.table(run.subject_kind)} t on t.id = s.subject_id
    where s.run_id = ${run.id}::uuid and s.status = 'failed' order by s.position limit ${limit}`.execute(db)
  return rows
}

/** What came of those that are done, the most frequent first. */
export async function countOutcomes(db: Db, run_id: string): Promise<{ outcome: string; count: number }[]> {
  const { rows } = await sql<{ outcome: string; count: number }>`
    select coalesce(outcome, 'done') as outcome, count(*)::integer as count from enrichment_subject
    where run_id = ${run_id}::uuid and status = 'done' group by 1 order by 2 desc, 1`.execute(db)
  return rows
}

/** Who of some people is at which account. */
export async function listAccountsOfPeople(
  db: Db,
  person_ids: readonly string[],
): Promise<{ id: string; account_id: string | null }[]> {
  if (person_ids.length === 0) return []
  return db
    .selectFrom('person')
    .select(['id', 'account_id'])
    .where('id', 'in', [...person_ids])
    .execute()
}
