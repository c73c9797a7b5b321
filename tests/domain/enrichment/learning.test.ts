import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { markAddressesBounced, markAddressesDelivered } from '../../../db/queries/email-events.ts'
import { inferFor } from '../../../functions/domain/enrichment/find-pattern.ts'
import { generateAddresses } from '../../../functions/domain/enrichment/generate-addresses.ts'
import { mainHabits } from '../../../functions/domain/enrichment/infer-patterns.ts'
import { learnDomain } from '../../../functions/domain/enrichment/learn-domain.ts'
import { type AddressWorld, NOW, openAddressWorld } from './address-world.ts'

let world: AddressWorld

beforeAll(async () => {
  world = await openAddressWorld()
})
afterAll(() => world.database.close())
beforeEach(() => world.reset())

const guess = (name: string, local: string) =>
  world.addPerson(name, { address: `${local}@acme.com`, source: 'guessed', confidence: 0.4 })
const delivered = (address_key: string, at = NOW) =>
  markAddressesDelivered(world.ctx.db, [{ address_key, at }], world.clock.now())
const bounced = (address_key: string) => markAddressesBounced(world.ctx.db, [address_key], world.clock.now())

async function shareOf(pattern: string): Promise<number> {
  const { inference } = await inferFor(world.ctx.db, 'acme.com')
  if (inference.status !== 'inferred') throw new Error(inference.status)
  return mainHabits(inference.posterior, 200).find((habit) => habit.pattern === pattern)?.share ?? 0
}

describe('a mail of ours that was taken', () => {
  test('makes a guess valid, and evidence for the habit it was made from', async () => {
    await guess('Ann Lee', 'alee')
    const before = await shareOf('{f}{last}')
    expect(await delivered('alee@acme.com')).toEqual(['acme.com'])
    expect(await world.address('alee@acme.com')).toMatchObject({
      status: 'valid',
      delivered_at: NOW,
      check_reasons: ['delivered'],
    })
    expect(await shareOf('{f}{last}')).toBeGreaterThan(before * 1.5)
    // Told again: nothing more to learn.
    expect(await delivered('alee@acme.com')).toEqual([])
  })

  test('does not make a mailbox of many, or one that bounced, valid', async () => {
    await world.addPerson('Info', { address: 'info@acme.com', status: 'risky' })
    await world.addPerson('Bob Stone', { address: 'bob@acme.com', status: 'bounced' })
    await delivered('info@acme.com')
    await delivered('bob@acme.com')
    expect(await world.address('info@acme.com')).toMatchObject({ status: 'risky' })
    expect(await world.address('bob@acme.com')).toMatchObject({ status: 'bounced' })
  })

  test('teaches nothing where the server takes whatever comes', async () => {
    const names = ['Ann Lee', 'Bob Stone', 'Cara Diaz', 'Dan Moss', 'Eva Cole', 'Finn Hale']
    for (const name of names) {
      const local = `${name[0]}${name.split(' ')[1]}`.toLowerCase()
      await guess(name, local)
      await delivered(`${local}@acme.com`)
    }
    expect(await learnDomain(world.ctx, { domain: 'acme.com' })).toMatchObject({ is_catch_all: true })
    expect(await world.address('alee@acme.com')).toMatchObject({ status: 'risky' })
    expect((await inferFor(world.ctx.db, 'acme.com')).evidence).toBe(0)
  })
})

describe('a guess that came back', () => {
  test('speaks against its habit, for everybody at the domain', async () => {
    await guess('Ann Lee', 'ann.lee')
    await world.addPerson('Bob Stone')
    await generateAddresses(world.ctx, { account_id: world.account_id })
    const before = await world.address('bob.stone@acme.com')
    expect(await bounced('ann.lee@acme.com')).toEqual(['acme.com'])
    await learnDomain(world.ctx, { domain: 'acme.com' })
    expect((await world.address('bob.stone@acme.com')).confidence).toBeLessThan(before.confidence * 0.8)
  })

  test('is not guessed again, and another one takes its place', async () => {
    const person_id = await guess('Ann Lee', 'ann.lee')
    await bounced('ann.lee@acme.com')
    await generateAddresses(world.ctx, { account_id: world.account_id })
    const primary = await world.database.db
      .selectFrom('email_address')
      .select('address')
      .where('person_id', '=', person_id)
      .where('is_primary', '=', true)
      .executeTakeFirstOrThrow()
    expect(primary.address).not.toBe('ann.lee@acme.com')
    expect(await world.address('ann.lee@acme.com')).toMatchObject({ status: 'bounced' })
  })

  test('weighs little beside many known addresses: its owner may have left', async () => {
    for (let index = 0; index < 10; index++)
      await world.addPerson(`Given${index} Family${index}`, { address: `given${index}.family${index}@acme.com` })
    const before = await shareOf('{first}.{last}')
    await guess('Ann Lee', 'ann.lee')
    await bounced('ann.lee@acme.com')
    expect(await shareOf('{first}.{last}')).toBeGreaterThan(before * 0.9)
  })

  test('a fact that came back is no evidence against the habit', async () => {
    await world.addPerson('Ann Lee', { address: 'ann.lee@acme.com' })
    expect(await bounced('ann.lee@acme.com')).toEqual([])
    expect((await inferFor(world.ctx.db, 'acme.com')).refused).toEqual([])
  })
})

describe('a guess never takes the place of a fact', () => {
  test('not at its own address, not as the primary one, and not by the database', async () => {
    const person_id = await world.addPerson('Ann Lee', { address: 'ann.lee@acme.com' })
    await world.addPerson('Bob Stone', { address: 'bob.stone@acme.com' })
    await generateAddresses(world.ctx, { account_id: world.account_id })
    expect(await world.address('ann.lee@acme.com')).toMatchObject({
      source: 'imported',
      is_primary: true,
      confidence: 1,
    })
    await expect(
      world.database.db
        .updateTable('email_address')
        .set({ source: 'guessed' })
        .where('person_id', '=', person_id)
        .execute(),
    ).rejects.toThrow('must not overwrite the fact')
  })

  test('nor does it touch somebody whose guess was confirmed', async () => {
    const person_id = await guess('Ann Lee', 'ann.lee')
    await delivered('ann.lee@acme.com')
    await generateAddresses(world.ctx, { account_id: world.account_id })
    const addresses = await world.database.db
      .selectFrom('email_address')
      .select('address')
      .where('person_id', '=', person_id)
      .execute()
    expect(addresses).toEqual([{ address: 'ann.lee@acme.com' }])
  })
})
