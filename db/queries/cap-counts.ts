import { sql } from 'kysely'
import type { Db } from '../schema.ts'
import type { SendWindow } from '../tables/sequence.ts'
import { openSequences } from './claims.ts'

/** So many mails of one kind on one day; the names are those of the caps they count against. */
export interface CapCount {
  reason:
    | 'cap_sender_week'
    | 'cap_sender_day'
    | 'cap_new_people'
    | 'cap_sequence_day'
    | 'cap_domain_day'
    | 'cap_account_day'
  of: string
  /** the sender's day; for a week its Monday */
  day: string
  mails: number
}

interface DayOf {
  of: string
  day: string
  day_from: Date
}

/** What to count: each with the beginning of its day, a sender with that of its week as well. */
export interface CountedBy {
  senders: readonly (DayOf & { week: string; week_from: Date })[]
  sequences: readonly DayOf[]
  domains: readonly DayOf[]
  account_keys: readonly DayOf[]
}

const daysOf = (days: readonly DayOf[]) =>
  sql`json_to_recordset(${JSON.stringify(days)}::json) as t("of" text, day text, day_from timestamptz)`

const texts = (values: readonly string[]) => sql`jsonb_array_elements_text(${JSON.stringify(values)}::jsonb)`

/** Serialises those who look for room until the transaction ends; claims go on beside them. */
export async function lockMoves(db: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(77002302), set_config('jit', 'off', true)`.execute(db)
}

/** Found by an index over claims: no mail is in a claim's hands for longer than an hour before its bytes leave. */
const leftSince = (moment: 't.day_from' | 'given.week_from') =>
  sql`m.claimed_at >= ${sql.ref(moment)} - interval '1 hour' and m.handed_at >= ${sql.ref(moment)}`

/** Mails that have left today and this week, and those that are leaving. Its cost is bounded by what has left. */
export async function countLeft(db: Db, by: CountedBy): Promise<CapCount[]> {
  const { rows } = await sql<CapCount>`
    with leaving as materialized (
      select lower(s.from_address) as sender, m.sequence_id, m.is_first, m.account_key, a.domain
      from message m join sequence s on s.id = m.sequence_id
        left join email_address a on a.person_id = m.person_id and a.is_primary
      where m.state = 'claimed' and m.handed_at is null
    )
    select line.* from json_to_recordset(${JSON.stringify(by.senders)}::json)
        as given("of" text, day text, day_from timestamptz, week text, week_from timestamptz)
      cross join lateral (
        select count(*) as week, count(*) filter (where m.handed_at >= given.day_from) as today,
          count(*) filter (where m.handed_at >= given.day_from and m.is_first) as first
        from message m where lower(m.from_address) = given.of and ${leftSince('given.week_from')}
      ) left_by cross join lateral (
        select count(*) as today, count(*) filter (where leaving.is_first) as first
        from leaving where leaving.sender = given.of
      ) now cross join lateral (values
        ('cap_sender_week', given.of, given.week, (left_by.week + now.today)::integer),
        ('cap_sender_day', given.of, given.day, (left_by.today + now.today)::integer),
        ('cap_new_people', given.of, given.day, (left_by.first + now.first)::integer)
      ) line(reason, "of", day, mails)
    union all
    select 'cap_sequence_day', t.of, t.day,
      ((select count(*) from message m where m.sequence_id = t.of::uuid and ${leftSince('t.day_from')})
        + (select count(*) from leaving where leaving.sequence_id = t.of::uuid))::integer
    from ${daysOf(by.sequences)}
    union all
    select 'cap_domain_day', t.of, t.day,
      ((select count(*) from message m where m.to_domain = t.of and ${leftSince('t.day_from')})
        + (select count(*) from leaving where leaving.domain = t.of))::integer
    from ${daysOf(by.domains)}
    union all
    select 'cap_account_day', t.of, t.day,
      ((select count(*) from message m where m.account_key = t.of and ${leftSince('t.day_from')})
        + (select count(*) from leaving where leaving.account_key = t.of))::integer
    from ${daysOf(by.account_keys)}`.execute(db)
  return rows
}

/** Mails that are planned for the days to come, as far as `until`. */
export async function countBooked(
  db: Db,
  by: {
    senders: readonly { address: string; time_zone: string }[]
    domains: readonly string[]
    account_keys: readonly string[]
    now: Date
    until: Date
  },
): Promise<CapCount[]> {
  const [from, until] = [sql`${by.now}::timestamptz`, sql`${by.until}::timestamptz`]
  const { rows } = await sql<CapCount>`
    with given as materialized (
      select address, case when local_at(${from}, time_zone) is null then 'UTC' else time_zone end as zone
      from json_to_recordset(${JSON.stringify(by.senders)}::json) as t(address text, time_zone text)
    ), planned as materialized (
      select given.address, m.sequence_id, m.is_first, (m.due_at at time zone given.zone)::date as day, count(*) as mails
      from given join sequence s on lower(s.from_address) = given.address
        join message m on m.sequence_id = s.id and m.state = 'planned' and m.due_at > ${from} and m.due_at < ${until}
      group by 1, 2, 3, 4
    ), companies as materialized (
      select 'cap_domain_day' as reason, a.domain as "of", m.sequence_id, m.due_at
      from email_address a join message m on m.person_id = a.person_id and m.state = 'planned'
      where a.is_primary and a.domain in (select ${texts(by.domains)})
      union all
      select 'cap_account_day', e.account_key, m.sequence_id, m.due_at
      from enrollment e join message m on m.enrollment_id = e.id and m.state = 'planned'
      where e.status in ('active', 'paused') and e.account_key in (select ${texts(by.account_keys)})
    )
    select 'cap_sender_week' as reason, address as "of", date_trunc('week', day)::date::text as day,
      sum(mails)::integer as mails from planned group by 2, 3
    union all select 'cap_sender_day', address, day::text, sum(mails)::integer from planned group by 2, 3
    union all select 'cap_new_people', address, day::text, sum(mails)::integer from planned where is_first group by 2, 3
    union all select 'cap_sequence_day', sequence_id::text, day::text, sum(mails)::integer from planned group by 2, 3
    union all
    select reason, "of", (due_at at time zone coalesce(given.zone, 'UTC'))::date::text, count(*)::integer
    from companies join sequence s on s.id = companies.sequence_id left join given on given.address = lower(s.from_address)
    where due_at > ${from} and due_at < ${until} group by 1, 2, 3`.execute(db)
  return rows
}

/** The minutes that are taken at senders who keep a gap: the last mail that left, and the planned ones. In order. */
export async function listTakenMinutes(
  db: Db,
  by: { senders: readonly string[]; now: Date; until: Date },
): Promise<{ sender: string; at: Date }[]> {
  const { rows } = await sql<{ sender: string; at: Date }>`
    with given as materialized (select ${texts(by.senders)} as sender)
    select distinct sender, date_trunc('minute', at) as at from (
      -- No gap is longer than five hours.
      select given.sender, max(m.claimed_at) as at from given join message m on lower(m.from_address) = given.sender
        and m.claimed_at >= ${by.now}::timestamptz - interval '6 hours' and m.handed_at is not null group by given.sender
      union all
      select given.sender, m.claimed_at from given join sequence s on lower(s.from_address) = given.sender
        join message m on m.sequence_id = s.id and m.state = 'claimed' and m.handed_at is null
      union all
      select given.sender, m.due_at from given join sequence s on lower(s.from_address) = given.sender
        join message m on m.sequence_id = s.id and m.state = 'planned' and m.due_at > ${by.now}::timestamptz
          and m.due_at < ${by.until}::timestamptz
    ) taken where at is not null order by 1, 2`.execute(db)
  return rows
}

/** A due mail as far as caps and its window are concerned. */
export interface BacklogRow {
  id: string
  due_at: Date
  priority: number
  sender: string
  sequence_id: string
  sequence_daily_cap: number
  is_first: boolean
  domain: string | null
  account_key: string
  time_zone: string
  /** of the recipient, ISO 3166 alpha-2 */
  country_code: string | null
  windows: SendWindow[]
  skip_holidays: boolean
  sequence_time_zone: string
}

/** What is due of some senders, sequences and companies, the highest score first, each row once. */
export async function listBacklog(
  db: Db,
  of: {
    senders: readonly string[]
    sequences: readonly string[]
    domains: readonly string[]
    account_keys: readonly string[]
    now: Date
    limit: number
  },
): Promise<BacklogRow[]> {
  const { rows } = await sql<BacklogRow>`
    select m.id, m.due_at, m.priority, lower(s.from_address) as sender, m.sequence_id,
      s.daily_cap as sequence_daily_cap, m.is_first, a.domain, m.account_key, m.time_zone,
      m.country as country_code, s.windows, s.skip_holidays, s.time_zone as sequence_time_zone
    from (select s.* from ${openSequences(of.now)}) s
      join message m on m.sequence_id = s.id and m.state = 'planned' and not m.is_waiting
        and m.due_at <= ${of.now}::timestamptz
      join enrollment e on e.id = m.enrollment_id and e.status = 'active'
      left join email_address a on a.person_id = m.person_id and a.is_primary
    where lower(s.from_address) in (select ${texts(of.senders)}) or s.id::text in (select ${texts(of.sequences)})
      or a.domain in (select ${texts(of.domains)}) or m.account_key in (select ${texts(of.account_keys)})
    order by m.priority desc, m.due_at, m.id limit ${of.limit}`.execute(db)
  return rows
}

/** How much is due for each sender and sequence where it is more than one claim takes. */
export async function countLongQueues(
  db: Db,
  { now, more_than, limit }: { now: Date; more_than: number; limit: number },
): Promise<{ sender: string; sequence_id: string; sequence_daily_cap: number; due: number; first: number }[]> {
  const { rows } = await sql<{
    sender: string
    sequence_id: string
    sequence_daily_cap: number
    due: number
    first: number
  }>`
    with queue as materialized (
      select lower(s.from_address) as sender, s.id as sequence_id, s.daily_cap as sequence_daily_cap, due.due, due.first
      from (select s.* from ${openSequences(now)}) s cross join lateral (
        select count(*)::integer as due, (count(*) filter (where is_first))::integer as first from (
          select is_first from message m
          where m.sequence_id = s.id and m.state = 'planned' and not m.is_waiting and m.due_at <= ${now}::timestamptz
          limit ${limit}
        ) counted
      ) due
      where due.due > 0
    )
    select queue.* from queue
    where (select sum(due) from queue other where other.sender = queue.sender) > ${more_than}`.execute(db)
  return rows
}
