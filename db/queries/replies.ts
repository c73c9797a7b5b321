import { sql } from 'kysely'
import type { Db, Row } from '../schema.ts'
import type { ReplyClass } from '../tables/reply.ts'

export interface AnsweredMessage {
  id: string
  enrollment_id: string
  account_key: string
  person_id: string
  person_name: string
  /** where it is day for the person, as far as we know */
  time_zone: string
  account_id: string | null
  event_id: string
  to_address: string
}

/**
 * The mail a reply answers: by its Message-ID, In-Reply-To before References and these from the newest, then by the id in the
 * reply address, then the last one to the sender.
 *
 * @param by.message_id_headers in the order in which they count
 */
export async function findAnsweredMessage(
  db: Db,
  by: { message_id_headers: readonly string[]; message_id: string | undefined; from_address: string },
): Promise<AnsweredMessage | undefined> {
  const { rows } = await sql<AnsweredMessage>`
    select found.id, enrollment_id, e.account_key, found.person_id, p.name as person_name, found.time_zone,
      e.account_id, found.event_id, to_address
    from (
      select m.*, named.rank from jsonb_array_elements_text(${JSON.stringify(by.message_id_headers)}::jsonb)
        with ordinality named(header, rank) join message m on m.message_id_header = named.header
      union all
      select m.*, 1000 from message m where m.id = ${by.message_id ?? null}::uuid
      union all
      select * from (
        select m.*, 2000 from email_address a join message m on m.person_id = a.person_id
        where a.address_key = ${by.from_address.toLowerCase()} and m.handed_at is not null
        order by m.handed_at desc limit 1
      ) last
    ) found join enrollment e on e.id = found.enrollment_id join person p on p.id = found.person_id
    where to_address is not null
    order by rank, position desc, rotation desc limit 1`.execute(db)
  return rows[0]
}

/** @returns false when this very mail had come before */
export async function insertReply(db: Db, reply: Row<'reply'>): Promise<boolean> {
  const row = await db
    .insertInto('reply')
    .values(reply)
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** What a reply changes beside the enrollment's state: the facts on mail and person (a human's only), receipt and timeline. */
export async function recordReplyFacts(
  db: Db,
  {
    message,
    reply,
    now,
  }: { message: AnsweredMessage; reply: Pick<Row<'reply'>, 'id' | 'class' | 'subject'>; now: Date },
): Promise<void> {
  const at = sql`${now}::timestamptz`
  const isHuman = reply.class === 'human' || reply.class === 'unsubscribe'
  await sql`
    with held as materialized (
      select id from enrollment where id = ${message.enrollment_id}::uuid for no key update
    ), answered as (
      update message set replied_at = coalesce(replied_at, ${at}) from held
      where message.id = ${message.id}::uuid and ${isHuman}::boolean
    ), answered_in as (
      update enrollment set replied_at = coalesce(replied_at, ${at}) from held
      where enrollment.id = held.id and ${reply.class === 'human'}::boolean
    ), spoke as (
      update person set replied_at = coalesce(replied_at, ${at}) where id = ${message.person_id}::uuid and ${isHuman}::boolean
    ), logged as (
      insert into receipt (enrollment_id, message_id, at, what, detail)
      select held.id, ${message.id}::uuid, ${at}, 'reply',
        jsonb_build_object('class', ${reply.class}::text, 'reply_id', ${reply.id}::text)
      from held
    )
    insert into activity (id, event_id, account_id, person_id, actor_id, kind, summary, detail, at)
    values (gen_random_uuid(), ${message.event_id}::uuid, ${message.account_id}::uuid, ${message.person_id}::uuid, null,
      ${`reply_${reply.class}`}::text, ${`${titles[reply.class]}: ${reply.subject}`.slice(0, 300)}::text,
      jsonb_build_object('reply_id', ${reply.id}::text), ${at})`.execute(db)
}

const titles: Record<ReplyClass, string> = {
  human: 'Replied',
  out_of_office: 'Out of office',
  auto_reply: 'Automatic reply',
  unsubscribe: 'Asked to be left alone',
  bounce: 'Came back',
}

export async function markReplyRead(db: Db, { id, now }: { id: string; now: Date }): Promise<void> {
  await db.updateTable('reply').set({ read_at: now }).where('id', '=', id).where('read_at', 'is', null).execute()
}

/** Where it is day for the person of an enrollment, as their newest mail was planned. */
export async function findZoneOfEnrollment(db: Db, enrollment_id: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('message')
    .select('time_zone')
    .where('enrollment_id', '=', enrollment_id)
    .orderBy('position', 'desc')
    .orderBy('rotation', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.time_zone
}
