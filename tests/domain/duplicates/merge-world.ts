import { sql } from 'kysely'
import type { Actor, Ctx } from '../../../functions/context.ts'
import { companyKey } from '../../../functions/domain/accounts/normalise-company.ts'
import { personNameKey } from '../../../functions/domain/people/parse-name.ts'
import { addPerson, MONDAY, type PersonGiven, type World } from '../sequences/world.ts'

export const actorOf = (world: World) => world.ctx as Ctx & { actor: Actor }

export async function addAccount(world: World, name: string, given: Record<string, unknown> = {}): Promise<string> {
  const id = crypto.randomUUID()
  await world.database.db
    .insertInto('account')
    .values({
      id,
      event_id: world.event_id,
      name,
      name_key: companyKey(name),
      created_at: MONDAY,
      updated_at: MONDAY,
      ...given,
    })
    .execute()
  return id
}

/** With the key that an import would give the name. */
export async function addNamed(world: World, name: string, given: PersonGiven = {}): Promise<string> {
  const id = await addPerson(world, { name, ...given })
  await world.database.db
    .updateTable('person')
    .set({ name_key: personNameKey(name) })
    .where('id', '=', id)
    .execute()
  return id
}

const TABLES = [
  'account',
  'person',
  'email_address',
  'enrollment',
  'message',
  'task',
  'reply',
  'suppression',
  'duplicate_pair',
  'activity',
] as const

/** What a score was computed at is no fact of the record; the merges themselves leave lines on timelines. */
const left_out = ['icp_scored_at', 'icp_score', 'icp_breakdown', 'effective_score']

/** Every row a merge may touch. */
export async function dump(world: World): Promise<Record<string, unknown[]>> {
  const all: Record<string, unknown[]> = {}
  for (const table of TABLES) {
    const { rows } = await sql<{ row: Record<string, unknown> }>`
      select to_jsonb(t) - ${sql.raw(`'{${left_out.join(',')}}'`)}::text[] as row from ${sql.table(table)} t order by id`.execute(
      world.database.db,
    )
    all[table] = rows
      .map(({ row }) => row)
      .filter((row) => !/^(?:person|account)\.(?:un)?merged$/.test(String(row.kind)))
  }
  return all
}
