import { sql } from 'kysely'
import { MONDAY, type World } from './world.ts'

const WRITTEN_AT_ONCE = 2_000

export interface BulkGiven {
  /** of the n-th person */
  domain?: (n: number) => string
  account_key?: (n: number) => string
  priority?: (n: number) => number
  is_first?: (n: number) => boolean
  due_at?: (n: number) => Date
  /** the database is not told how many they are */
  unanalyzed?: boolean
}

/** People enrolled in a sequence whose first mail is due now, written straight into the tables. @returns the message ids */
export async function enrolMany(
  world: World,
  sequence_id: string,
  count: number,
  given: BulkGiven = {},
): Promise<string[]> {
  const { db } = world.database
  const step = await db
    .selectFrom('step')
    .selectAll()
    .where('sequence_id', '=', sequence_id)
    .orderBy('position')
    .executeTakeFirstOrThrow()
  const ids: string[] = []
  const moments = { created_at: MONDAY, updated_at: MONDAY }
  for (let start = 0; start < count; start += WRITTEN_AT_ONCE) {
    const rows = Array.from({ length: Math.min(WRITTEN_AT_ONCE, count - start) }, (_, index) => {
      const n = start + index
      const domain = given.domain?.(n) ?? `${crypto.randomUUID()}.test`
      return { n, person_id: crypto.randomUUID(), id: crypto.randomUUID(), message_id: crypto.randomUUID(), domain }
    })
    const json = JSON.stringify(
      rows.map((row) => ({
        ...row,
        account_key: given.account_key?.(row.n) ?? row.domain,
        priority: given.priority?.(row.n) ?? 0,
        is_first: given.is_first?.(row.n) ?? true,
        due_at: given.due_at?.(row.n) ?? MONDAY,
      })),
    )
    await sql`
      with given as materialized (
        select * from json_to_recordset(${json}::json) as t(n integer, person_id uuid, id uuid, message_id uuid,
          domain text, account_key text, priority integer, is_first boolean, due_at timestamptz)
      ), person as (
        insert into person (id, event_id, name, name_key, given_name, created_at, updated_at)
        select person_id, ${world.event_id}::uuid, 'Ann ' || n, person_id::text, 'Ann', ${moments.created_at}, ${moments.updated_at} from given
      ), address as (
        insert into email_address (id, person_id, address, address_key, domain, source, confidence, provenance, is_primary,
          created_at, updated_at)
        select gen_random_uuid(), person_id, 'ann' || n || '@' || domain, 'ann' || n || '@' || domain, domain, 'given', 1, '{}',
          true, ${moments.created_at}, ${moments.updated_at} from given
      ), enrolled as (
        insert into enrollment (id, sequence_id, person_id, account_key, version, enrolled_at, colleagues_seen_at, updated_at)
        select id, ${sequence_id}::uuid, person_id, account_key, 1, ${moments.created_at}, ${moments.created_at}, ${moments.updated_at} from given
      )
      insert into message (id, enrollment_id, step_key, rotation, sequence_id, person_id, event_id, position, version,
        due_at, ready_at, priority, account_key, is_first, time_zone, message_id_header, created_at)
      select message_id, id, ${step.step_key}::uuid, 0, ${sequence_id}::uuid, person_id, ${world.event_id}::uuid, 1, 1,
        due_at, due_at, priority, account_key, is_first, 'America/New_York', message_id || '@yardflow.test', ${moments.created_at}
      from given`.execute(db)
    ids.push(...rows.map(({ message_id }) => message_id))
  }
  if (!given.unanalyzed) await sql`analyze message, enrollment, person, email_address`.execute(db)
  return ids
}
