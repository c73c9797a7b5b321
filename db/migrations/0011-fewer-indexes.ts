import { type Kysely, sql } from 'kysely'

/**
 * A mail on its way changes its row three times and leaves four lines; every index of theirs is written each time. Those
 * that nobody asks go, others keep only the few rows that they are asked for. What has left is looked up by when it was
 * claimed: handing over changes no indexed column and finds room on its page (a HOT update), for the text lies beside it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db)
}

const statements = [
  // All at once: whoever writes to them meanwhile takes them in another order.
  sql`lock table message, receipt, activity in access exclusive mode`,
  // The enrollment knows the account. The column goes when no process is left that writes it.
  sql`alter table message drop constraint message_account_id_fkey`,
  sql`drop index message_of_account`,
  sql`drop index message_of_event`,
  sql`create index message_of_event on message (event_id, state, due_at) where state in ('planned', 'unconfirmed')`,
  sql`drop index message_provider_id`,
  sql`create index message_provider_id on message (provider_message_id) where provider_message_id is not null`,
  sql`update message set claimed_at = handed_at where handed_at is not null and claimed_at is null`,
  sql`alter table message add constraint what_left_was_claimed check (handed_at is null or claimed_at is not null)`,
  sql`drop index message_of_sender_day`,
  sql`drop index message_of_domain_day`,
  sql`drop index message_of_account_day`,
  sql`drop index message_sent_day`,
  sql`drop index message_unconfirmed`,
  sql`create index message_of_sender_day on message (lower(from_address), claimed_at) where claimed_at is not null`,
  sql`create index message_of_domain_day on message (to_domain, claimed_at) where claimed_at is not null`,
  sql`create index message_of_account_day on message (account_key, claimed_at) where claimed_at is not null`,
  sql`create index message_sent_day on message (sequence_id, claimed_at) where claimed_at is not null`,
  sql`create index message_unconfirmed on message (claimed_at, id) where state = 'unconfirmed'`,
  sql`alter table message set (fillfactor = 50, toast_tuple_target = 1024)`,
  sql`alter table message alter column body_text set storage external`,
  sql`alter table message alter column body_html set storage external`,
  // A receipt is read by its enrollment, in the order of its lines.
  sql`drop index receipt_of_message`,
  sql`alter table receipt drop column id`,
  sql`alter table receipt add constraint receipt_pkey primary key using index receipt_line`,
  sql`drop index activity_actor`,
  sql`create index activity_actor on activity (actor_id) where actor_id is not null`,
]
