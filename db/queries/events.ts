import { sql } from 'kysely'
import type { Db, Row } from '../schema.ts'

export type EventDetails = Pick<
  Row<'event'>,
  | 'name'
  | 'venue'
  | 'city'
  | 'country'
  | 'time_zone'
  | 'booth'
  | 'starts_on'
  | 'ends_on'
  | 'doors_open_minute'
  | 'doors_close_minute'
>

export type EventLine = Pick<
  Row<'event'>,
  'id' | 'name' | 'venue' | 'city' | 'booth' | 'starts_on' | 'ends_on' | 'archived_at'
> & { accounts: number; people: number }

/** Those that lie ahead or go on first, the next one on top; then those that are over, the latest on top. */
export async function listEvents(db: Db, options: { archived: boolean; today: string }): Promise<EventLine[]> {
  const { rows } = await sql<EventLine>`
    select event.id, event.name, event.venue, event.city, event.booth, event.starts_on, event.ends_on, event.archived_at,
      (select count(*)::integer from account where account.event_id = event.id) as accounts,
      -- Counted from the accounts: a hundredth of the rows.
      (select coalesce(sum(people_count), 0)::integer from account where account.event_id = event.id)
        + (select count(*)::integer from person where person.event_id = event.id and person.account_id is null) as people
    from "event"
    where (event.archived_at is not null) = ${options.archived}
    order by event.ends_on < ${options.today}::date,
      case when event.ends_on >= ${options.today}::date then event.starts_on end,
      event.starts_on desc, event.id`.execute(db)
  return rows
}

export async function countEvents(db: Db): Promise<{ current: number; archived: number }> {
  return db
    .selectFrom('event')
    .select(({ fn }) => [
      fn.countAll<number>().filterWhere('archived_at', 'is', null).$castTo<number>().as('current'),
      fn.countAll<number>().filterWhere('archived_at', 'is not', null).$castTo<number>().as('archived'),
    ])
    .executeTakeFirstOrThrow()
    .then((counts) => ({ current: Number(counts.current), archived: Number(counts.archived) }))
}

export async function findEvent(db: Db, id: string): Promise<Row<'event'> | undefined> {
  return db.selectFrom('event').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The event a sequence writes about; the sequence's foreign key says that it exists. */
export async function findEventOfSequence(db: Db, sequence: { event_id: string }): Promise<Row<'event'>> {
  return db.selectFrom('event').selectAll().where('id', '=', sequence.event_id).executeTakeFirstOrThrow()
}

type Doors = 'doors_open_minute' | 'doors_close_minute'
/** Without hours the doors are open from nine to five. */
type NewEvent = Omit<EventDetails, Doors> & Partial<Pick<EventDetails, Doors>> & { id: string; now: Date }

/** False when the name is taken, whatever its case. */
export async function insertEvent(db: Db, event: NewEvent): Promise<boolean> {
  const { now, ...columns } = event
  const inserted = await db
    .insertInto('event')
    .values({ ...columns, created_at: now, updated_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

/** False when another event has the name, or there is no such event. */
export async function updateEventDetails(db: Db, event: EventDetails & { id: string; now: Date }): Promise<boolean> {
  const { id, now, ...columns } = event
  const updated = await db
    .updateTable('event')
    .set({ ...columns, updated_at: now })
    .where('id', '=', id)
    .where((on) =>
      on.not(
        on.exists(
          on
            .selectFrom('event as other')
            .select('other.id')
            .where('other.id', '<>', id)
            .where(sql<boolean>`lower(other.name) = lower(${columns.name})`),
        ),
      ),
    )
    .returning('id')
    .executeTakeFirst()
  return updated !== undefined
}

/** Puts an event away: nobody's lists show it any more, and its sequences stand still. False when it was away already. */
export async function archiveEventRow(db: Db, id: string, now: Date): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    with away as (
      update "event" set archived_at = ${now}::timestamptz, updated_at = ${now}::timestamptz
      where id = ${id}::uuid and archived_at is null returning id
    ), unchosen as (
      update "user" set active_event_id = null where active_event_id in (select id from away)
    ), paused as (
      update sequence set status = 'paused', paused_at = ${now}::timestamptz, pause_reason = 'event_archived',
        updated_at = ${now}::timestamptz
      where event_id in (select id from away) and status = 'active'
    )
    select id from away`.execute(db)
  return rows.length > 0
}

export async function unarchiveEvent(db: Db, id: string, now: Date): Promise<void> {
  await db
    .updateTable('event')
    .set({ archived_at: null, updated_at: now })
    .where('id', '=', id)
    .where('archived_at', 'is not', null)
    .execute()
}

/** Ids by name in lower case; a name that no event has is missing. */
export async function listEventIdsByName(db: Db, names: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ name: string; id: string }>`
    select lower(name) as name, id from "event"
    where lower(name) in (select jsonb_array_elements_text(${JSON.stringify(names)}::jsonb))`.execute(db)
  return new Map(rows.map(({ name, id }) => [name, id]))
}

/** The event of that name; without a name the one most users are at, else the newest that is not archived. */
export async function findEventForImport(
  db: Db,
  name: string | null,
): Promise<{ id: string; name: string } | undefined> {
  return db
    .selectFrom('event')
    .select(['id', 'name'])
    .where((on) => (name === null ? on('archived_at', 'is', null) : sql<boolean>`lower(name) = ${name.toLowerCase()}`))
    .orderBy(sql`(select count(*) from "user" where active_event_id = event.id)`, 'desc')
    .orderBy('starts_on', 'desc')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
}
