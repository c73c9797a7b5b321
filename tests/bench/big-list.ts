import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../db/schema.ts'

export interface ListSize {
  accounts: number
  people: number
}

export const hitlistSize: ListSize = { accounts: 2_653, people: 5_409 }
export const largeSize: ListSize = { accounts: 100_000, people: 1_000_000 }

/** Fills an event with accounts and people made by the database itself; one person of four has an address. */
export async function fillEvent(db: Db, event_id: string, { accounts, people }: ListSize, now: Date): Promise<void> {
  // The triggers count and check row by row what is made consistent here.
  for (const table of ['account', 'person', 'email_address'])
    await run(db, sql`alter table ${sql.table(table)} disable trigger user`)
  await run(
    db,
    sql`insert into account (id, event_id, name, name_key, domain, domain_source, domain_confidence, industry, country,
      list_score, list_tier, icp_score, icp_breakdown, icp_scored_at, people_count, created_at, updated_at)
    select ${id('account', sql`n`)}, ${event_id}::uuid, ${word(sql`n`)} || ' Freight ' || n, 'freight ' || n,
      'freight' || n || '.example', 'found', 0.8,
      (array['Logistics', 'Retail', 'Food', 'Steel', 'Parcel', 'Grocery', 'Automotive', 'Chemicals'])[1 + n % 8], 'United States',
      ${scattered(sql`n`)} % 178 - 20, case when n % 7 = 0 then null else 1 + n % 4 end, ${scattered(sql`n + 1`)} % 101,
      '[{"rule":"persona","points":10,"max":40,"reason":"One person of executive operations"}]'::jsonb, ${now}::timestamptz,
      ${people}::integer / ${accounts}::integer, ${now}::timestamptz, ${now}::timestamptz - n * interval '1 second'
    from generate_series(1, ${accounts}::integer) n`,
  )
  await run(
    db,
    sql`insert into person (id, event_id, account_id, name, name_key, given_name, family_name, title, category, country,
      list_score, personas, seniority, created_at, updated_at)
    select ${id('person', sql`n`)}, ${event_id}::uuid, ${id('account', sql`(1 + n % ${accounts}::integer)`)},
      ${word(sql`n`)} || ' ' || ${word(sql`(n / 7)`)} || ' ' || n, 'person ' || n, ${word(sql`n`)}, ${word(sql`(n / 7)`)},
      (array['VP Operations', 'Director of Logistics', 'Buyer', 'Account Executive', 'CEO', 'Data Engineer'])[1 + n % 6],
      (array['attendee', 'sponsor', 'speaker'])[1 + n % 3], 'United States', ${scattered(sql`n`)} % 40,
      string_to_array((array['executive_operations,operations,executive', 'operations', 'procurement', 'sales', 'executive',
        'technology'])[1 + n % 6], ','),
      (array['vp', 'director', 'individual', 'individual', 'c_level', 'individual'])[1 + n % 6],
      ${now}::timestamptz, ${now}::timestamptz - n * interval '1 second'
    from generate_series(1, ${people}::integer) n`,
  )
  await run(
    db,
    sql`insert into email_address (id, person_id, address, address_key, domain, source, confidence, provenance, status,
      is_primary, created_at, updated_at)
    select ${id('address', sql`n`)}, ${id('person', sql`n`)}, 'p' || n || '@freight.example', 'p' || n || '@freight.example',
      'freight.example', 'given', 1, '{}'::jsonb, 'valid', true, ${now}::timestamptz, ${now}::timestamptz
    from generate_series(1, ${people}::integer) n where ${scattered(sql`n + 1`)} % 4 = 0`,
  )
  for (const table of ['account', 'person', 'email_address'])
    await run(db, sql`alter table ${sql.table(table)} enable trigger user`)
  // As autovacuum leaves it: without it no index-only scan is spared the table.
  await run(db, sql`vacuum analyze`)
}

async function run(db: Db, statement: RawBuilder<unknown>): Promise<void> {
  await statement.execute(db)
}

/** The same id for the same number, so that people find their account without a look-up. */
function id(kind: string, n: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`md5(${sql.lit(kind)} || ${n})::uuid`
}

/** A number that has nothing to do with what `n` is divisible by, so that a filter and an order are independent. */
function scattered(n: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`abs(hashint4(${n})::bigint)`
}

function word(n: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(array['Amber', 'Birch', 'Cedar', 'Delta', 'Ember', 'Fjord', 'Grove', 'Heron', 'Iris', 'Juno', 'Kite'])[1 + ${n} % 11]`
}
