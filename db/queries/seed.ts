import { type Insertable, sql } from 'kysely'
import type { Database, Db, Tx } from '../schema.ts'

/** Of two seeds at once the second waits here, and finds the world of the first. */
export async function lockForSeed(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(77002241)`.execute(tx)
}

export async function countUsers(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('user')
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

export async function insertAddresses(db: Db, addresses: readonly Insertable<Database['email_address']>[]) {
  await db
    .insertInto('email_address')
    .values([...addresses])
    .execute()
}

export async function insertCampaign(db: Db, campaign: Insertable<Database['campaign']>): Promise<void> {
  await db.insertInto('campaign').values(campaign).execute()
}

/** What a list does not bring: who looks after a person, and the zone where that is known. */
export async function placePeople(
  db: Db,
  people: readonly { id: string; owner_id: string; time_zone: string | null }[],
): Promise<void> {
  await sql`update person set owner_id = t.owner_id, time_zone = t.time_zone
    from json_to_recordset(${JSON.stringify(people)}::json) as t(id uuid, owner_id uuid, time_zone text)
    where person.id = t.id`.execute(db)
}

export async function placeAccounts(
  db: Db,
  accounts: readonly { id: string; owner_id: string; status: string }[],
): Promise<void> {
  await sql`update account set owner_id = t.owner_id, status = t.status
    from json_to_recordset(${JSON.stringify(accounts)}::json) as t(id uuid, owner_id uuid, status text)
    where account.id = t.id`.execute(db)
}

export async function findOpenTask(db: Db, person_id: string): Promise<{ id: string } | undefined> {
  return db
    .selectFrom('task')
    .select('id')
    .where('person_id', '=', person_id)
    .where('done_at', 'is', null)
    .where('skipped_at', 'is', null)
    .executeTakeFirst()
}

/** The newest mail to a person that has left. */
export async function findLastMail(
  db: Db,
  person_id: string,
): Promise<{ id: string; to_address: string; subject: string; handed_at: Date } | undefined> {
  const row = await db
    .selectFrom('message')
    .select(['id', 'to_address', 'subject', 'handed_at'])
    .where('person_id', '=', person_id)
    .where('handed_at', 'is not', null)
    .orderBy('handed_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  const { id, to_address, subject, handed_at } = row ?? {}
  return id && to_address && subject && handed_at ? { id, to_address, subject, handed_at } : undefined
}

export async function countMessages(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('message')
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Wake-ups that the history has asked for; they are answered in it. */
export async function deleteWaitingJobs(db: Db): Promise<void> {
  await db.deleteFrom('job').where('status', '=', 'waiting').execute()
}

/** What identifies a row of these tables besides its id. Nothing refers to their ids. */
const named = {
  activity: sql`concat_ws('|', account_id, person_id, kind, summary, detail, at)`,
  score_history: sql`concat_ws('|', account_id, at, score, reason)`,
  pattern: sql`concat_ws('|', domain, pattern)`,
  email_address: sql`concat_ws('|', person_id, address_key)`,
  email_event: sql`content_key`,
} as const

/** Gives the rows of this transaction whose ids came by chance ids that follow from their content: the same seed makes the same rows. */
export async function nameRows(tx: Tx): Promise<void> {
  for (const [table, content] of Object.entries(named))
    await sql`update ${sql.table(table)} set id = named.id
      from (
        select id as old_id, md5(${content} || '|' || row_number() over (partition by ${content} order by id))::uuid as id
        from ${sql.table(table)} where xmin = pg_current_xact_id()::xid
      ) named
      where ${sql.table(table)}.id = named.old_id`.execute(tx)
}
