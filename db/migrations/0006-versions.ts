import { type Kysely, sql } from 'kysely'

/** Who saved each version of a sequence, and what that meant for those who were in it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of versions) await statement.execute(db)
}

const versions = [
  sql`create table sequence_version (
    sequence_id uuid not null references sequence on delete cascade,
    version integer not null check (version > 0),
    choice text not null check (choice in ('after_current_step', 'now', 'new_people_only')),
    saved_by uuid references "user" on delete set null,
    saved_at timestamptz not null,
    moved_at timestamptz check (moved_at is null or choice = 'now'),
    primary key (sequence_id, version)
  )`,
  sql`create index sequence_version_by on sequence_version (saved_by)`,
  // The version whose order says what lies before them, while they stand in a newer one.
  sql`alter table enrollment add column from_version integer check (from_version < version)`,
  // Until now whoever was enrolled stayed on the version they began in.
  sql`insert into sequence_version (sequence_id, version, choice, saved_at)
    select sequence_id, version, 'new_people_only', min(created_at) from step group by sequence_id, version`,
]
