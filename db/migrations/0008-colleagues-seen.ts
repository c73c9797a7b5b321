import { type Kysely, sql } from 'kysely'

/** Since when a person has let an enrollment go on whatever colleagues had answered before: no machine's doing moves it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of colleaguesSeen) await statement.execute(db)
}

const colleaguesSeen = [
  sql`alter table enrollment add column colleagues_seen_at timestamptz`,
  // Until now every change of the row counted as having seen them.
  sql`update enrollment set colleagues_seen_at = updated_at`,
  sql`alter table enrollment alter column colleagues_seen_at set not null`,
]
