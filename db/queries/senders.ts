import { sql } from 'kysely'
import type { Db, Row } from '../schema.ts'
import { may } from './message-transitions.ts'

/** Makes a sender known, with the caps of a new one; one that is known keeps its own. */
export async function ensureSender(
  db: Db,
  { from_address, time_zone, now }: { from_address: string; time_zone: string; now: Date },
): Promise<void> {
  await db
    .insertInto('sender')
    .values({ address: from_address.toLowerCase(), time_zone, created_at: now, updated_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function listSenderCaps(db: Db, addresses: readonly string[]): Promise<Row<'sender'>[]> {
  return addresses.length === 0
    ? []
    : db
        .selectFrom('sender')
        .selectAll()
        .where('address', 'in', [...addresses])
        .execute()
}

export async function findSender(db: Db, address: string): Promise<Row<'sender'> | undefined> {
  return db.selectFrom('sender').selectAll().where('address', '=', address).executeTakeFirst()
}

/** By address, each with the sequences that write from it. */
export async function listSenders(db: Db): Promise<(Row<'sender'> & { sequences: number })[]> {
  const { rows } = await sql<Row<'sender'> & { sequences: number }>`
    select sender.*, (select count(*)::integer from sequence
      where lower(sequence.from_address) = sender.address and sequence.status in ('active', 'paused')) as sequences
    from sender order by address`.execute(db)
  return rows
}

export type SenderChange = Partial<Omit<Row<'sender'>, 'address' | 'created_at'>> & { updated_at: Date }

export async function updateSenderRow(db: Db, address: string, change: SenderChange): Promise<void> {
  await db.updateTable('sender').set(change).where('address', '=', address).execute()
}

/** Holds the row until the transaction ends. Sequences are held before it, enrollments after it. */
export async function lockSender(db: Db, address: string): Promise<Row<'sender'> | undefined> {
  return db.selectFrom('sender').selectAll().where('address', '=', address).forNoKeyUpdate().executeTakeFirst()
}

/** Sequences that write from an address, or will when they are resumed; held until the transaction ends. */
export async function lockSequencesOfSender(db: Db, address: string): Promise<Row<'sequence'>[]> {
  return db
    .selectFrom('sequence')
    .selectAll()
    .where(sql<string>`lower(from_address)`, '=', address)
    .where('status', 'in', ['active', 'paused'])
    .orderBy('id')
    .forNoKeyUpdate()
    .execute()
}

/**
 * Claimed mails that have not left are given back. The caller holds the sender, so that none of them is handed over; what is
 * in another's hands at this moment is left to its lease, so that this never waits for anybody.
 */
export async function releaseClaimsOfSender(db: Db, address: string): Promise<void> {
  await sql`
    with held as materialized (
      select m.id from message m join enrollment e on e.id = m.enrollment_id
      where m.sequence_id in (select id from sequence where lower(from_address) = ${address}::text) and ${may('release')}
      for no key update of e, m skip locked
    )
    update message m set state = 'planned', claim_token = null, lease_until = null
    from held where m.id = held.id and ${may('release')}`.execute(db)
}

/** Whether somebody owns a running or paused sequence that writes from an address. */
export async function ownsSequenceOfSender(db: Db, of: { address: string; owner_id: string }): Promise<boolean> {
  const row = await db
    .selectFrom('sequence')
    .select('id')
    .where(sql<string>`lower(from_address)`, '=', of.address)
    .where('owner_id', '=', of.owner_id)
    .where('status', 'in', ['active', 'paused'])
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

const CAPS = 'caps'

/** What the workspace has set; undefined when it never did. null in it: no cap. */
export async function findWorkspaceCaps(
  db: Db,
): Promise<{ account_daily_cap: number | null; domain_daily_cap: number | null } | undefined> {
  const row = await db.selectFrom('setting').select('value').where('key', '=', CAPS).executeTakeFirst()
  return row?.value as Awaited<ReturnType<typeof findWorkspaceCaps>>
}

export async function saveWorkspaceCaps(
  db: Db,
  caps: { account_daily_cap: number | null; domain_daily_cap: number | null },
  now: Date,
): Promise<void> {
  const value = JSON.stringify(caps)
  await db
    .insertInto('setting')
    .values({ key: CAPS, value, updated_at: now })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value, updated_at: now }))
    .execute()
}
