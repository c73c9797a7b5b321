import { sql } from 'kysely'
import type { Db } from '../../db/schema.ts'
import type { Ctx } from '../context.ts'
import { foldText } from '../domain/fold-text.ts'
import { parseName } from '../domain/people/parse-name.ts'
import { transact } from '../transact.ts'

const ACCOUNTS = 90
const KNOWN_AT_EACH = 2

/** How the accounts of the demo write their addresses, in turn. */
const habits: ((given: string, family: string) => string)[] = [
  (given, family) => `${given}.${family}`,
  (given, family) => `${given[0]}${family}`,
  (given, family) => `${given}${family[0]}`,
]

/**
 * What a rep does by hand before the machine takes over: gives the larger accounts their domain and types in two
 * addresses each that stood on business cards.
 *
 * @returns the accounts, largest first
 */
export async function nameKnownAddresses(ctx: Ctx, event_id: string): Promise<string[]> {
  const now = ctx.clock.now()
  const accounts = await ctx.db
    .selectFrom('account')
    .select(['id', 'name_key'])
    .where('event_id', '=', event_id)
    .orderBy('people_count', 'desc')
    .orderBy('id')
    .limit(ACCOUNTS)
    .execute()
  await transact(ctx, async (tx) => {
    for (const [index, account] of accounts.entries()) {
      const domain = `${foldText(account.name_key).replace(/[^a-z0-9]+/g, '') || `account${index}`}-${index}.example`
      await tx.db
        .updateTable('account')
        .set({ domain, domain_source: 'given', updated_at: now })
        .where('id', '=', account.id)
        .execute()
      const people = await tx.db
        .selectFrom('person')
        .select(['id', 'name'])
        .where('account_id', '=', account.id)
        .orderBy('id')
        .limit(KNOWN_AT_EACH)
        .execute()
      const habit = habits[index % habits.length]!
      for (const person of people) {
        const local = localOf(person.name, habit)
        if (local === null) continue
        const address = `${local}@${domain}`
        await tx.db
          .insertInto('email_address')
          .values({
            id: crypto.randomUUID(),
            person_id: person.id,
            address,
            address_key: address,
            domain,
            source: 'given',
            confidence: 1,
            provenance: JSON.stringify({ by: 'demo', from: 'business card' }),
            is_primary: true,
            created_at: now,
            updated_at: now,
          })
          .execute()
      }
    }
  })
  return accounts.map((account) => account.id)
}

/** The people with the best addresses, best first. */
export async function listReachablePeople(db: Db, event_id: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('email_address')
    .innerJoin('person', 'person.id', 'email_address.person_id')
    .select('person.id')
    .where('person.event_id', '=', event_id)
    .where('email_address.is_primary', '=', true)
    .orderBy(sql`email_address.confidence desc, person.id`)
    .limit(limit)
    .execute()
  return rows.map((row) => row.id)
}

function localOf(name: string, habit: (given: string, family: string) => string): string | null {
  const parsed = parseName(name)
  const letters = (part: string | null | undefined) => foldText(part ?? '').replace(/[^a-z]+/g, '')
  const [given, family] = [letters(parsed.given), letters(parsed.family)]
  return given === '' || family === '' ? null : habit(given, family)
}
