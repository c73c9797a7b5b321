import { type Insertable, type NotNull, sql } from 'kysely'
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
): Promise<
  { id: string; to_address: string; from_address: string; subject: string; message_id_header: string } | undefined
> {
  return db
    .selectFrom('message')
    .select(['id', 'to_address', 'from_address', 'subject', 'message_id_header'])
    .where('person_id', '=', person_id)
    .where('handed_at', 'is not', null)
    .orderBy('handed_at', 'desc')
    .$narrowType<{ to_address: NotNull; from_address: NotNull; subject: NotNull }>()
    .limit(1)
    .executeTakeFirst()
}

export async function findReplyOf(db: Db, person_id: string): Promise<{ id: string } | undefined> {
  return db.selectFrom('reply').select('id').where('person_id', '=', person_id).executeTakeFirst()
}

export interface SeedCounts {
  users: number
  events: number
  accounts: number
  people: number
  addresses: number
  sequences: number
  enrollments: number
  messages: number
  replies: number
  tasks: number
  jobs: number
}

export async function countSeeded(db: Db): Promise<SeedCounts> {
  const { rows } = await sql<SeedCounts>`select
    (select count(*)::integer from "user") as users,
    (select count(*)::integer from "event") as events,
    (select count(*)::integer from account) as accounts,
    (select count(*)::integer from person) as people,
    (select count(*)::integer from email_address) as addresses,
    (select count(*)::integer from sequence) as sequences,
    (select count(*)::integer from enrollment) as enrollments,
    (select count(*)::integer from message) as messages,
    (select count(*)::integer from reply) as replies,
    (select count(*)::integer from task) as tasks,
    (select count(*)::integer from job) as jobs`.execute(db)
  return rows[0]!
}

/** Takes back the wake-ups that the history asked for in this transaction: it has answered them itself. */
export async function deleteAnsweredWakeUps(tx: Tx): Promise<void> {
  await sql`delete from job where status = 'waiting' and xmin = pg_current_xact_id()::xid`.execute(tx)
}

/** What a rep typed after the list had come in. */
export async function giveDomain(
  db: Db,
  given: { account_id: string; domain: string; website: string; now: Date },
): Promise<void> {
  await db
    .updateTable('account')
    .set({
      domain: given.domain,
      domain_source: 'given',
      domain_confidence: 1,
      website: given.website,
      updated_at: given.now,
    })
    .where('id', '=', given.account_id)
    .execute()
}

export async function findSeedDay(db: Db): Promise<string | undefined> {
  const row = await db.selectFrom('setting').select('value').where('key', '=', 'seed').executeTakeFirst()
  return row === undefined ? undefined : (row.value as { day: string }).day
}

export async function insertSeedDay(db: Db, { day, now }: { day: string; now: Date }): Promise<void> {
  await db
    .insertInto('setting')
    .values({ key: 'seed', value: JSON.stringify({ day }), updated_at: now })
    .execute()
}

/** What identifies a row of these tables besides its id. Nothing refers to their ids. */
const named = {
  activity: sql`concat_ws('|', account_id, person_id, kind, summary, detail, at)`,
  score_history: sql`concat_ws('|', account_id, at, score, reason)`,
  pattern: sql`concat_ws('|', domain, pattern)`,
  email_address: sql`concat_ws('|', person_id, address_key)`,
  email_event: sql`content_key`,
  suppression: sql`concat_ws('|', kind, value)`,
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
