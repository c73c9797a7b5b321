import { sql } from 'kysely'
import type { Db, Row } from '../schema.ts'

/** The account as enrichment needs it; undefined when it is gone. */
export async function findAccountForEnrichment(
  db: Db,
  id: string,
): Promise<
  Pick<Row<'account'>, 'id' | 'event_id' | 'name' | 'name_key' | 'domain' | 'domain_source' | 'website'> | undefined
> {
  return db
    .selectFrom('account')
    .select(['id', 'event_id', 'name', 'name_key', 'domain', 'domain_source', 'website'])
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Those of the accounts that are of the event. */
export async function listAccountIdsOfEvent(db: Db, event_id: string, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('account')
    .select('id')
    .where('event_id', '=', event_id)
    .where('id', 'in', [...ids])
    .execute()
  return rows.map((row) => row.id)
}

/** Domains of the addresses that are facts among an account's people, the most frequent first. */
export async function listAddressDomains(db: Db, account_id: string): Promise<{ domain: string; count: number }[]> {
  return db
    .selectFrom('email_address')
    .innerJoin('person', 'person.id', 'email_address.person_id')
    .select((select) => ['email_address.domain', select.fn.countAll<number>().as('count')])
    .where('person.account_id', '=', account_id)
    .where('email_address.source', '<>', 'guessed')
    .where('email_address.status', 'not in', ['invalid', 'bounced'])
    .groupBy('email_address.domain')
    .orderBy('count', 'desc')
    .orderBy('email_address.domain')
    .limit(20)
    .execute()
}

/** Addresses at a domain known to be right: facts that did not bounce, and guesses of ours that were delivered. Never a guess alone. */
export async function listKnownAddresses(
  db: Db,
  domain: string,
  limit: number,
): Promise<{ person_id: string; name: string; address_key: string }[]> {
  return db
    .selectFrom('email_address')
    .innerJoin('person', 'person.id', 'email_address.person_id')
    .select(['email_address.person_id', 'person.name', 'email_address.address_key'])
    .where('email_address.domain', '=', domain)
    .where('email_address.status', 'not in', ['invalid', 'bounced'])
    .where((on) => on.or([on('email_address.source', '<>', 'guessed'), on('email_address.status', '=', 'valid')]))
    .orderBy('email_address.updated_at', 'desc')
    .orderBy('email_address.id')
    .limit(limit)
    .execute()
}

export interface PatternShare {
  pattern: string
  weight: number
  support: number
}

/** Replaces what is known of a domain's habits. */
export async function replacePatterns(
  db: Db,
  { domain, evidence, patterns, now }: { domain: string; evidence: number; patterns: PatternShare[]; now: Date },
): Promise<void> {
  await db
    .deleteFrom('pattern')
    .where('domain', '=', domain)
    .$if(patterns.length > 0, (query) =>
      query.where(
        'pattern',
        'not in',
        patterns.map((one) => one.pattern),
      ),
    )
    .execute()
  if (patterns.length === 0) return
  await db
    .insertInto('pattern')
    .values(patterns.map((one) => ({ id: crypto.randomUUID(), domain, evidence, updated_at: now, ...one })))
    .onConflict((conflict) =>
      conflict.columns(['domain', 'pattern']).doUpdateSet({
        weight: (set) => set.ref('excluded.weight'),
        support: (set) => set.ref('excluded.support'),
        evidence: (set) => set.ref('excluded.evidence'),
        updated_at: now,
      }),
    )
    .execute()
}

/** People of an account that have no address that is a fact and still works. */
export async function listPeopleWithoutAddress(
  db: Db,
  account_id: string,
  limit: number,
): Promise<{ id: string; name: string }[]> {
  return db
    .selectFrom('person')
    .select(['id', 'name'])
    .where('account_id', '=', account_id)
    .where((on) =>
      on.not(
        on.exists(
          on
            .selectFrom('email_address')
            .select('email_address.id')
            .whereRef('email_address.person_id', '=', 'person.id')
            .where('email_address.source', '<>', 'guessed')
            .where('email_address.status', 'not in', ['invalid', 'bounced']),
        ),
      ),
    )
    .orderBy('id')
    .limit(limit)
    .execute()
}

export interface Guess {
  id: string
  person_id: string
  address: string
  domain: string
  confidence: number
  provenance: Record<string, unknown>
}

/**
 * Saves guesses. What is there already stays: a fact at the same address is untouched, an older guess only gets its new
 * confidence. Afterwards the likeliest guess of each person is the primary one, unless a fact is.
 *
 * @returns how many addresses are new
 */
export async function saveGuesses(db: Db, guesses: readonly Guess[], now: Date): Promise<number> {
  if (guesses.length === 0) return 0
  const { rows } = await sql<{ is_new: boolean }>`
    insert into email_address (id, person_id, address, address_key, domain, source, confidence, provenance, created_at, updated_at)
    select id, person_id, address, lower(address), domain, 'guessed', confidence, provenance, ${now}::timestamptz, ${now}::timestamptz
    from json_to_recordset(${JSON.stringify(guesses)}::json)
      as g(id uuid, person_id uuid, address text, domain text, confidence double precision, provenance jsonb)
    on conflict (person_id, address_key) do update
      set confidence = excluded.confidence, provenance = excluded.provenance, updated_at = excluded.updated_at
      where email_address.source = 'guessed' and email_address.status not in ('valid', 'bounced', 'invalid')
        and email_address.confidence <> excluded.confidence
    returning (xmax = 0) as is_new`.execute(db)
  await choosePrimary(db, [...new Set(guesses.map((guess) => guess.person_id))])
  return rows.filter((row) => row.is_new).length
}

/** Makes the best address of each person the primary one: facts before guesses, then by confidence. Two statements, because at most one may be primary at any moment. */
async function choosePrimary(db: Db, person_ids: readonly string[]): Promise<void> {
  if (person_ids.length === 0) return
  const best = sql`
    select distinct on (person_id) id from email_address
    where person_id = any(${[...person_ids]}::uuid[]) and status not in ('invalid', 'bounced')
    order by person_id, (source <> 'guessed' or status = 'valid') desc, (source <> 'guessed' and is_primary) desc, confidence desc, address_key`
  await sql`update email_address set is_primary = false
    where person_id = any(${[...person_ids]}::uuid[]) and is_primary and id not in (${best})`.execute(db)
  await sql`update email_address set is_primary = true where id in (${best}) and not is_primary`.execute(db)
}

/**
 * Gives an account its domain, unless it has one that is a fact.
 *
 * @returns `taken` when another account of the event has that domain
 */
export async function saveDomain(
  db: Db,
  found: {
    account_id: string
    domain: string
    source: 'found' | 'guessed'
    confidence: number
    website: string
    now: Date
  },
): Promise<'saved' | 'kept' | 'taken'> {
  const { rows } = await sql<{ outcome: 'saved' | 'kept' | 'taken' }>`
    with mine as (select id, event_id, domain, domain_source, website from account where id = ${found.account_id}),
    other as (select 1 from account, mine where account.event_id = mine.event_id and account.domain = ${found.domain} and account.id <> mine.id),
    saved as (
      update account set domain = ${found.domain}, domain_source = ${found.source}, domain_confidence = ${found.confidence},
        website = coalesce(account.website, ${found.website}), updated_at = ${found.now}
      from mine where account.id = mine.id and (mine.domain is null or mine.domain_source = 'guessed') and not exists (select 1 from other)
      returning account.id)
    select case when exists (select 1 from saved) then 'saved' when exists (select 1 from other) then 'taken' else 'kept' end as outcome`.execute(
    db,
  )
  return rows[0]!.outcome
}
