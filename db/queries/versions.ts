import { sql } from 'kysely'
import type { Db, Row } from '../schema.ts'
import type { MoveChoice } from '../tables/sequence-version.ts'

/** Notes who saved a version; of a draft, which keeps its version, who did so last. */
export async function saveVersion(
  db: Db,
  saved: { sequence_id: string; version: number; choice: MoveChoice; saved_by: string | null; now: Date },
): Promise<void> {
  const { now, ...columns } = saved
  await db
    .insertInto('sequence_version')
    .values({ ...columns, saved_at: now, moved_at: null })
    .onConflict((conflict) =>
      conflict.columns(['sequence_id', 'version']).doUpdateSet({ saved_by: saved.saved_by, saved_at: now }),
    )
    .execute()
}

export type VersionLine = Row<'sequence_version'> & { saved_by_name: string | null; running: number; people: number }

/** Newest first, with how many are on each: who still runs, and everybody. */
export async function listVersions(db: Db, sequence_id: string): Promise<VersionLine[]> {
  const { rows } = await sql<VersionLine>`
    select v.*, u.name as saved_by_name, coalesce(running, 0) as running, coalesce(people, 0) as people
    from sequence_version v
      left join "user" u on u.id = v.saved_by
      left join (
        select version, count(*)::integer as people,
          count(*) filter (where status in ('active', 'paused'))::integer as running
        from enrollment where sequence_id = ${sequence_id}::uuid group by version
      ) e on e.version = v.version
    where v.sequence_id = ${sequence_id}::uuid
    order by v.version desc`.execute(db)
  return rows
}

/** The versions that those before them go on in, oldest first. */
export async function listMovingVersions(db: Db, sequence_id: string): Promise<number[]> {
  const rows = await db
    .selectFrom('sequence_version')
    .select('version')
    .where('sequence_id', '=', sequence_id)
    .where('choice', '<>', 'new_people_only')
    .orderBy('version')
    .execute()
  return rows.map(({ version }) => version)
}

export async function markMoved(db: Db, of: { sequence_id: string; version: number; now: Date }): Promise<void> {
  await db
    .updateTable('sequence_version')
    .set({ moved_at: of.now })
    .where('sequence_id', '=', of.sequence_id)
    .where('version', '=', of.version)
    .where('choice', '=', 'now')
    .where('moved_at', 'is', null)
    .execute()
}

/** Where so many people of a sequence stand who still run. */
export interface Standing {
  /** in which they came to where they stand */
  from_version: number
  /** in which what is open was planned, or was renewed */
  version: number
  /** the step whose mail or task is open; null when none is */
  current: string | null
  open: 'planned' | 'in_flight' | 'task' | 'none'
  /** what was planned for them before */
  done: string[]
  people: number
}

/** A step that was planned: not when its mail was cancelled because it became a task, which is to come yet. */
const wasPlanned = sql<boolean>`not (m.state = 'cancelled' and m.reason = 'step_changed')`
const isOpen = sql<boolean>`m.state in ('planned', 'claimed', 'unconfirmed')`

/** One row for each way to stand. Reads every mail of the sequence: for a page that somebody asks for. */
export async function listStandings(db: Db, sequence_id: string): Promise<Standing[]> {
  const { rows } = await sql<Standing>`
    with mails as (
      select m.enrollment_id, (array_agg(m.step_key) filter (where ${isOpen}))[1] as current,
        max(m.state) filter (where ${isOpen}) as state,
        array_agg(distinct m.step_key) filter (where not ${isOpen} and ${wasPlanned}) as done
      from message m where m.sequence_id = ${sequence_id}::uuid group by m.enrollment_id
    ), tasks as (
      select t.enrollment_id, (array_agg(t.step_key) filter (where done_at is null and skipped_at is null))[1] as current,
        array_agg(t.step_key order by t.step_key) filter (where done_at is not null or skipped_at is not null) as done
      from task t join enrollment e on e.id = t.enrollment_id
      where e.sequence_id = ${sequence_id}::uuid group by t.enrollment_id
    ), stands as (
      select coalesce(e.from_version, e.version) as from_version, e.version, coalesce(m.current, t.current, e.waiting_step_key) as current,
        case when m.state = 'planned' then 'planned' when m.state is not null then 'in_flight'
          when coalesce(t.current, e.waiting_step_key) is not null then 'task' else 'none' end as open,
        coalesce(m.done, '{}') || coalesce(t.done, '{}') as done
      from enrollment e left join mails m on m.enrollment_id = e.id left join tasks t on t.enrollment_id = e.id
      where e.sequence_id = ${sequence_id}::uuid and e.status in ('active', 'paused')
    )
    select from_version, version, current, open, done, count(*)::integer as people
    from stands group by from_version, version, current, open, done order by people desc, version, current`.execute(db)
  return rows
}

/** What was planned for an enrollment so far, and since when it waits. */
export interface History {
  enrollment_id: string
  done: string[]
  /** when the last step that left, or was done by hand, was done; else when they were enrolled */
  last_done_at: Date
  /** a mail or a task is open */
  is_open: boolean
  has_mailed: boolean
  /** the highest rotation of each step that has one, by step_key */
  rotations: Record<string, number>
}

/** The caller holds the enrollments' rows; what is open counts as not done. */
export async function listHistories(db: Db, enrollment_ids: readonly string[]): Promise<History[]> {
  const { rows } = await sql<History>`
    select e.id as enrollment_id,
      coalesce(m.done, '{}') || coalesce(t.done, '{}') as done,
      coalesce(greatest(m.last_at, t.last_at), e.enrolled_at) as last_done_at,
      coalesce(m.is_open, false) or coalesce(t.is_open, false) or e.waiting_for is not null as is_open,
      coalesce(m.has_mailed, false) as has_mailed, coalesce(m.rotations, '{}') as rotations
    from enrollment e
      left join lateral (
        select array_agg(distinct m.step_key) filter (where not ${isOpen} and ${wasPlanned}) as done,
          max(coalesce(m.sent_at, m.settled_at)) filter (where m.state in ('sent', 'skipped')) as last_at,
          bool_or(${isOpen}) as is_open, bool_or(m.handed_at is not null) as has_mailed,
          jsonb_object_agg(m.step_key, m.rotation order by m.rotation) as rotations
        from message m where m.enrollment_id = e.id
      ) m on true
      left join lateral (
        select array_agg(t.step_key) filter (where t.done_at is not null or t.skipped_at is not null) as done,
          max(coalesce(t.done_at, t.skipped_at)) as last_at,
          bool_or(t.done_at is null and t.skipped_at is null) as is_open
        from task t where t.enrollment_id = e.id
      ) t on true
    where e.id in (select jsonb_array_elements_text(${JSON.stringify(enrollment_ids)}::jsonb)::uuid)`.execute(db)
  return rows
}

/** Whose sequence has had a mail leave, among these. */
export async function listMailed(db: Db, enrollment_ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select given.id from (select jsonb_array_elements_text(${JSON.stringify(enrollment_ids)}::jsonb)::uuid as id) given
    where exists (select from message m where m.enrollment_id = given.id and m.handed_at is not null)`.execute(db)
  return new Set(rows.map(({ id }) => id))
}
