import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Ctx } from '../../../functions/context.ts'
import { findPattern } from '../../../functions/domain/enrichment/find-pattern.ts'
import { findWebsite } from '../../../functions/domain/enrichment/find-website.ts'
import { generateAddresses } from '../../../functions/domain/enrichment/generate-addresses.ts'
import { NotFoundError, UnavailableError } from '../../../functions/errors.ts'
import { stoppedClock } from '../../../functions/ports/clock.ts'
import { openTestDatabase, type TestDatabase } from '../../database.ts'
import { openTestApp } from '../../test-app.ts'

const now = new Date('2026-03-02T10:00:00Z')
let database: TestDatabase
let ctx: Ctx
let account_id: string

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  ctx = openTestApp(database.db, { clock: stoppedClock(now) }).ctx
  await ctx.db.deleteFrom('event').execute()
  await ctx.db.deleteFrom('pattern').execute()
  const event_id = crypto.randomUUID()
  account_id = crypto.randomUUID()
  await ctx.db
    .insertInto('event')
    .values({
      id: event_id,
      name: 'Show',
      time_zone: 'UTC',
      starts_on: '2026-04-01',
      ends_on: '2026-04-02',
      created_at: now,
      updated_at: now,
    })
    .execute()
  await ctx.db
    .insertInto('account')
    .values({
      id: account_id,
      event_id,
      name: 'Acme Logistics',
      name_key: 'acme logistics',
      domain: 'acme.example',
      domain_source: 'imported',
      created_at: now,
      updated_at: now,
    })
    .execute()
})

async function addPerson(
  name: string,
  address?: { local: string; source?: 'given' | 'guessed'; status?: 'unknown' | 'bounced' | 'valid' },
) {
  const { event_id } = await ctx.db
    .selectFrom('account')
    .select('event_id')
    .where('id', '=', account_id)
    .executeTakeFirstOrThrow()
  const id = crypto.randomUUID()
  await ctx.db
    .insertInto('person')
    .values({ id, event_id, account_id, name, name_key: name.toLowerCase(), created_at: now, updated_at: now })
    .execute()
  if (address)
    await ctx.db
      .insertInto('email_address')
      .values({
        id: crypto.randomUUID(),
        person_id: id,
        address: `${address.local}@acme.example`,
        address_key: `${address.local}@acme.example`,
        domain: 'acme.example',
        source: address.source ?? 'given',
        status: address.status ?? 'unknown',
        confidence: 1,
        provenance: '{"by":"test"}',
        is_primary: true,
        created_at: now,
        updated_at: now,
      })
      .execute()
  return id
}
const addressesOf = (person_id: string) =>
  ctx.db
    .selectFrom('email_address')
    .selectAll()
    .where('person_id', '=', person_id)
    .orderBy('confidence', 'desc')
    .execute()

test('the pattern of a domain is found from the addresses known there, and saved', async () => {
  for (const [name, local] of [
    ['Ann Lee', 'ann.lee'],
    ['Bob Stone', 'bob.stone'],
    ['Cara Diaz', 'cara.diaz'],
  ] as const)
    await addPerson(name, { local })
  const result = await findPattern(ctx, { account_id })
  expect(result).toMatchObject({ domain: 'acme.example', outcome: 'inferred', evidence: 3 })
  const saved = await ctx.db
    .selectFrom('pattern')
    .selectAll()
    .where('domain', '=', 'acme.example')
    .orderBy('weight', 'desc')
    .execute()
  expect(saved[0]).toMatchObject({ pattern: result.patterns[0]!.pattern, evidence: 3 })
  expect(saved[0]!.weight).toBeGreaterThan(0.5)
  await findPattern(ctx, { account_id })
  expect(await ctx.db.selectFrom('pattern').select('id').execute()).toHaveLength(saved.length)
})

test('a guess, a bounced address or nothing at all is no evidence', async () => {
  await addPerson('Ann Lee', { local: 'ann.lee', source: 'guessed' })
  await addPerson('Bob Stone', { local: 'bstone', status: 'bounced' })
  expect(await findPattern(ctx, { account_id })).toMatchObject({
    outcome: 'not_enough_evidence',
    evidence: 0,
    patterns: [],
  })
  expect(await ctx.db.selectFrom('pattern').select('id').execute()).toEqual([])
})

test('a delivered guess is evidence', async () => {
  await addPerson('Ann Lee', { local: 'ann.lee', source: 'guessed', status: 'valid' })
  expect(await findPattern(ctx, { account_id })).toMatchObject({ outcome: 'inferred', evidence: 1 })
})

test('addresses are worked out with confidence and provenance; twice changes nothing; facts stay', async () => {
  for (const [name, local] of [
    ['Ann Lee', 'ann.lee'],
    ['Bob Stone', 'bob.stone'],
    ['Cara Diaz', 'cara.diaz'],
  ] as const)
    await addPerson(name, { local })
  const known = await addPerson('Dan Fact', { local: 'dfact' })
  const unknown = await addPerson('Eve Müller')
  const dry = await generateAddresses(ctx, { account_id, dry_run: true })
  expect(dry).toMatchObject({ dry_run: true, people: 1, saved: 0 })
  expect(await addressesOf(unknown)).toEqual([])

  const result = await generateAddresses(ctx, { account_id })
  expect(result.saved).toBe(dry.candidates)
  const [best] = await addressesOf(unknown)
  expect(best).toMatchObject({
    source: 'guessed',
    is_primary: true,
    status: 'unknown',
    provenance: { by: 'pattern', known_addresses: 4 },
  })
  expect(best!.address).toMatch(/^eve\.mue?ller@acme\.example$/)
  expect(best!.confidence).toBeGreaterThan(0.3)
  expect(best!.confidence).toBeLessThan(1)
  expect(await addressesOf(known)).toMatchObject([{ address: 'dfact@acme.example', source: 'given', confidence: 1 }])

  const before = await addressesOf(unknown)
  expect(await generateAddresses(ctx, { account_id })).toMatchObject({ saved: 0 })
  expect(await addressesOf(unknown)).toEqual(before)
})

test('the database itself refuses to turn a fact into a guess', async () => {
  const person_id = await addPerson('Ann Lee', { local: 'ann.lee' })
  await expect(
    ctx.db.updateTable('email_address').set({ source: 'guessed' }).where('person_id', '=', person_id).execute(),
  ).rejects.toThrow(/guess must not overwrite/)
})

test('an account without a domain says so and invents nothing', async () => {
  await ctx.db.updateTable('account').set({ domain: null, domain_source: null }).execute()
  await addPerson('Ann Lee')
  expect(await findPattern(ctx, { account_id })).toMatchObject({ outcome: 'no_domain', domain: null })
  expect(await generateAddresses(ctx, { account_id })).toMatchObject({ outcome: 'no_domain', saved: 0 })
})

test('the website gives the domain; a typed https://www. never ends up in it', async () => {
  await ctx.db
    .updateTable('account')
    .set({ domain: null, domain_source: null, website: 'https://www.acme.com/' })
    .execute()
  expect(await findWebsite(ctx, { account_id })).toMatchObject({
    outcome: 'saved',
    domain: 'acme.com',
    source: 'found',
  })
  expect(await findWebsite(ctx, { account_id })).toMatchObject({ outcome: 'kept', domain: 'acme.com' })
})

test('a domain made from the name is taken when the site names the company', async () => {
  await ctx.db.updateTable('account').set({ domain: null, domain_source: null }).execute()
  ctx.services = {
    ...ctx.services,
    dns: {
      addresses: async () => ({ outcome: 'unknown' }),
      mailExchangers: async (domain) =>
        domain === 'acme-logistics.com' ? { outcome: 'found', hosts: ['mx'] } : { outcome: 'absent' },
    },
    fetchPage: async (url) => ({
      outcome: 'fetched',
      url,
      status: 200,
      text: '<title>Acme Logistics – we move</title>',
    }),
  }
  expect(await findWebsite(ctx, { account_id })).toMatchObject({
    outcome: 'saved',
    domain: 'acme-logistics.com',
    confidence: 0.8,
  })
})

test('a lookup that fails says nothing about the company: the job is tried again', async () => {
  await ctx.db.updateTable('account').set({ domain: null, domain_source: null }).execute()
  ctx.services = {
    ...ctx.services,
    dns: { addresses: async () => ({ outcome: 'unknown' }), mailExchangers: async () => ({ outcome: 'unknown' }) },
  }
  await expect(findWebsite(ctx, { account_id })).rejects.toThrow(UnavailableError)
  await expect(findWebsite(ctx, { account_id: crypto.randomUUID() })).rejects.toThrow(NotFoundError)
})
