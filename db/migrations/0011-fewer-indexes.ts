import { type Kysely, sql } from 'kysely'

/**
 * A mail on its way changes its row three times and leaves four lines; every index of theirs is written each time. Here go
 * those that nobody asks, or only about the few rows that they are kept for now.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db)
}

const statements = [
  // The enrollment knows the account.
  sql`alter table message drop column account_id`,
  sql`drop index message_of_event`,
  sql`create index message_of_event on message (event_id, state, due_at) where state in ('planned', 'unconfirmed')`,
  sql`drop index message_provider_id`,
  sql`create index message_provider_id on message (provider_message_id) where provider_message_id is not null`,
  // A receipt is read by its enrollment, in the order of its lines.
  sql`drop index receipt_of_message`,
  sql`alter table receipt drop column id`,
  sql`alter table receipt add constraint receipt_pkey primary key using index receipt_line`,
  sql`drop index activity_actor`,
  sql`create index activity_actor on activity (actor_id) where actor_id is not null`,
]
