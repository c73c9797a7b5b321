import { sql } from 'kysely'
import type { Db, Row } from '../schema.ts'
import { may } from './message-transitions.ts'

export async function findMessage(db: Db, id: string): Promise<Row<'message'> | undefined> {
  return db.selectFrom('message').selectAll().where('id', '=', id).executeTakeFirst()
}

export type Decision = 'count_as_sent' | 'send_again' | 'skip'

/** Settles an unconfirmed mail by a person's word. @returns false when it is not unconfirmed any more */
export async function decideMessage(
  db: Db,
  { id, decision, by, now }: { id: string; decision: Decision; by: string; now: Date },
): Promise<boolean> {
  const guards = { count_as_sent: 'decide_sent', send_again: 'decide_again', skip: 'decide_skip' } as const
  const to = { count_as_sent: 'sent', send_again: 'cancelled', skip: 'skipped' }[decision]
  const reason = { count_as_sent: 'counted_as_sent', send_again: 'sent_again', skip: 'skipped_by_hand' }[decision]
  const { rows } = await sql`
    with decided as (
      update message m set state = ${to}::text, reason = ${reason}::text, settled_at = ${now}::timestamptz,
        claim_token = null, sent_at = case when ${to}::text = 'sent' then m.handed_at end
      where m.id = ${id}::uuid and ${may(guards[decision])}
      returning m.id, m.enrollment_id
    ), logged as (
      insert into receipt (enrollment_id, message_id, at, what, detail)
      select enrollment_id, id, ${now}::timestamptz, 'decided',
        jsonb_build_object('decision', ${decision}::text, 'by', ${by}::text) from decided
    )
    select id from decided`.execute(db)
  return rows.length > 0
}
