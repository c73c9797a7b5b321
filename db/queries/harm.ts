import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../schema.ts'

/**
 * Holds sequences, then the senders they write from, until the transaction ends: taken before any enrollment, so that what is
 * counted of them is decided by one transaction at a time.
 */
export async function lockRated(db: Db, sequence_ids: readonly string[]): Promise<void> {
  if (sequence_ids.length === 0) return
  const ids = sql`(select jsonb_array_elements_text(${JSON.stringify(sequence_ids)}::jsonb)::uuid)`
  await sql`select id from sequence where id in ${ids} order by id for no key update`.execute(db)
  await sql`
    select address from sender where address in (select lower(from_address) from sequence where id in ${ids})
    order by address for no key update`.execute(db)
}

/** How the mails of the last days were received. */
export interface Reception {
  mails: number
  /** came back for good */
  bounced: number
  complained: number
}

export interface RatedSequence extends Reception {
  id: string
  event_id: string
  name: string
}

export interface RatedSender extends Reception {
  address: string
}

const figures = sql`count(*)::integer as mails,
  count(*) filter (where m.bounced_at is not null and exists (select from email_event e where e.message_id = m.id
    and e.type = 'bounce'))::integer as bounced,
  count(*) filter (where m.complained_at is not null)::integer as complained`

/** Found by the index over claims, which come before the mail leaves. */
const leftAfter = (moment: RawBuilder<unknown>) =>
  sql`m.claimed_at > ${moment} - interval '1 day' and m.handed_at > ${moment}`

/** Of those that may write now; mails judged before an earlier pause are not counted again. */
export async function rateSequences(db: Db, sequence_ids: readonly string[], since: Date): Promise<RatedSequence[]> {
  const { rows } = await sql<RatedSequence>`
    select s.id, s.event_id, s.name, ${figures} from sequence s
      join message m on m.sequence_id = s.id and m.state = 'sent'
        and ${leftAfter(sql`greatest(${since}::timestamptz, s.rated_from)`)}
    where s.id in (select jsonb_array_elements_text(${JSON.stringify(sequence_ids)}::jsonb)::uuid) and s.status = 'active'
    group by s.id order by s.id`.execute(db)
  return rows
}

/** The senders that these sequences write from, over all sequences of each. */
export async function rateSenders(db: Db, sequence_ids: readonly string[], since: Date): Promise<RatedSender[]> {
  const { rows } = await sql<RatedSender>`
    select x.address, ${figures} from sender x
      join sequence s on lower(s.from_address) = x.address
      join message m on m.sequence_id = s.id and m.state = 'sent' and lower(m.from_address) = x.address
        and ${leftAfter(sql`greatest(${since}::timestamptz, x.rated_from)`)}
    where x.paused_at is null and x.address in (select lower(from_address) from sequence
      where id in (select jsonb_array_elements_text(${JSON.stringify(sequence_ids)}::jsonb)::uuid))
    group by x.address order by x.address`.execute(db)
  return rows
}

/** The events at which sequences write from an address: who has to be told. */
export async function listEventsOfSender(db: Db, address: string): Promise<string[]> {
  const rows = await db
    .selectFrom('sequence')
    .select('event_id')
    .distinct()
    .where(sql`lower(from_address)`, '=', address)
    .where('status', 'in', ['active', 'paused'])
    .orderBy('event_id')
    .execute()
  return rows.map(({ event_id }) => event_id)
}
