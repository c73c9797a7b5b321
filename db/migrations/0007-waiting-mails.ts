import { type Kysely, sql } from 'kysely'

/** Mails of paused people are no longer at the head of the queue that every claim reads. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of waiting) await statement.execute(db)
}

const waiting = [
  // Its enrollment is paused. Only for finding what may leave: whether it may is asked of the enrollment.
  sql`alter table message add column is_waiting boolean not null default false`,
  sql`update message m set is_waiting = true from enrollment e
    where e.id = m.enrollment_id and e.status = 'paused' and m.state in ('planned', 'claimed', 'unconfirmed')`,
  sql`drop index message_queue`,
  sql`create index message_queue on message (sequence_id, is_waiting, due_at, priority desc, id) where state = 'planned'`,
  // Whoever changes the status holds the enrollment, and mails come after it.
  sql`create function mark_waiting() returns trigger language plpgsql as $$
    begin
      update message set is_waiting = new.status = 'paused'
        where enrollment_id = new.id and state in ('planned', 'claimed', 'unconfirmed')
          and is_waiting <> (new.status = 'paused');
      return null;
    end $$`,
  sql`create trigger mark_waiting after update of status on enrollment for each row
    when ((old.status = 'paused') <> (new.status = 'paused')) execute function mark_waiting()`,
]
