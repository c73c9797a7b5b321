import { type Kysely, sql } from 'kysely'

/** Pauses of large sequences that are over, while a job shifts their waits: until then none of their mails leaves. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of resumptions) await statement.execute(db)
}

const resumptions = [
  sql`create table resumption (
    id uuid primary key,
    sequence_id uuid not null references sequence on delete cascade,
    paused_at timestamptz not null,
    resumed_at timestamptz not null,
    after uuid not null default '00000000-0000-0000-0000-000000000000',
    check (paused_at <= resumed_at)
  )`,
  sql`create index resumption_of_sequence on resumption (sequence_id, resumed_at)`,
]
