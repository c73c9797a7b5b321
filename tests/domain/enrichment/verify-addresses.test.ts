import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { listAddressesToCheck } from '../../../db/queries/address-checks.ts'
import { verifyAccount, verifyAddresses } from '../../../functions/domain/enrichment/verify-addresses.ts'
import { type LocalRedis, startLocalRedis } from '../../../functions/local/redis/server.ts'
import { openCache } from '../../../functions/ports/cache.ts'
import { type AddressWorld, NOW, openAddressWorld } from './address-world.ts'

let world: AddressWorld
let redis: LocalRedis

beforeAll(async () => {
  world = await openAddressWorld()
  redis = await startLocalRedis({ clock: { now: () => NOW } })
})
afterAll(async () => {
  await redis.close()
  await world.database.close()
})
beforeEach(() => world.reset())

const verify = () => verifyAccount(world.ctx, { account_id: world.account_id })

test('what was found out is kept, with its reasons and the date', async () => {
  await world.addPerson('Ann Lee', { address: 'ann.lee@acme.com' })
  await world.addPerson('Bob Stone', { address: 'bob@nomail.com' })
  await world.addPerson('Cara Diaz', { address: 'cara@silent.com' })
  world.dns.mail.set('nomail.com', 'refused').set('silent.com', 'unknown')
  const result = await verify()
  expect(result).toMatchObject({ outcome: 'verified', addresses: 3, unanswered: ['silent.com'] })
  expect(await world.address('ann.lee@acme.com')).toMatchObject({
    status: 'valid',
    check_reasons: ['mail_server'],
    verified_at: NOW,
  })
  expect(await world.address('bob@nomail.com')).toMatchObject({ status: 'invalid', check_reasons: ['null_mx'] })
  expect(await world.address('cara@silent.com')).toMatchObject({ status: 'unknown', check_reasons: ['lookup_failed'] })
})

test('a look-up that fails later takes nothing back', async () => {
  await world.addPerson('Ann Lee', { address: 'ann.lee@acme.com' })
  await verify()
  world.clock.advance(31 * 86_400_000)
  world.dns.mail.set('acme.com', 'unknown')
  await verify()
  expect(await world.address('ann.lee@acme.com')).toMatchObject({ status: 'valid', verified_at: NOW })
})

test('what bounced stays so', async () => {
  await world.addPerson('Ann Lee', { address: 'ann.lee@acme.com', status: 'bounced' })
  expect((await verify()).counts.bounced).toBe(1)
  expect(await world.address('ann.lee@acme.com')).toMatchObject({ status: 'bounced' })
  expect(world.dns.asked).toEqual([])
})

test('whose address cannot receive mail writes to the next best one', async () => {
  const person_id = await world.addPerson('Ann Lee', { address: 'ann@old.com' })
  await world.database.db
    .insertInto('email_address')
    .values({
      id: crypto.randomUUID(),
      person_id,
      address: 'ann@acme.com',
      address_key: 'ann@acme.com',
      domain: 'acme.com',
      source: 'imported',
      confidence: 1,
      provenance: '{}',
      is_primary: false,
      created_at: NOW,
      updated_at: NOW,
    })
    .execute()
  world.dns.mail.set('old.com', 'absent')
  await verify()
  expect(await world.address('ann@acme.com')).toMatchObject({ is_primary: true, status: 'valid' })
  expect(await world.address('ann@old.com')).toMatchObject({ is_primary: false, status: 'invalid' })
})

test('the only address stays the primary one although it is invalid, so that the claim can say why', async () => {
  await world.addPerson('Ann Lee', { address: 'ann@old.com' })
  world.dns.mail.set('old.com', 'absent')
  await verify()
  expect(await world.address('ann@old.com')).toMatchObject({ is_primary: true, status: 'invalid' })
})

describe('each domain is asked for once', () => {
  test('in one go, however many addresses it has, and not again within a day', async () => {
    const cache = openCache({ mode: 'local', url: redis.url, token: redis.token })
    await world.reset({ cache })
    const domains = Array.from({ length: 12 }, (_, index) => `d${index}.com`)
    for (let index = 0; index < 60; index++)
      await world.addPerson(`Person ${index}`, { address: `p${index}@${domains[index % 12]}` })
    const addresses = await listAddressesToCheck(world.ctx.db, { account_ids: [world.account_id] })
    for (let start = 0; start < addresses.length; start += 20)
      await verifyAddresses(world.ctx, addresses.slice(start, start + 20))
    expect(world.dns.asked).toHaveLength(12)
    expect(new Set(world.dns.asked)).toEqual(new Set(domains))
  })
})

describe('a server that seems to take whatever comes', () => {
  test('is suspected when two guesses for one person were delivered', async () => {
    const person_id = await world.addPerson('Ann Lee', {
      address: 'ann.lee@acme.com',
      source: 'guessed',
      confidence: 0.8,
      delivered_at: NOW,
    })
    await world.database.db
      .insertInto('email_address')
      .values({
        id: crypto.randomUUID(),
        person_id,
        address: 'alee@acme.com',
        address_key: 'alee@acme.com',
        domain: 'acme.com',
        source: 'guessed',
        confidence: 0.1,
        provenance: '{}',
        is_primary: false,
        delivered_at: NOW,
        created_at: NOW,
        updated_at: NOW,
      })
      .execute()
    await verify()
    expect(await world.address('alee@acme.com')).toMatchObject({ status: 'risky' })
    expect((await world.address('ann.lee@acme.com')).check_reasons).toContain('catch_all')
  })

  test('is suspected when guesses that should have bounced did not, and not when one did', async () => {
    for (let index = 0; index < 8; index++)
      await world.addPerson(`Person ${index}`, {
        address: `p${index}@acme.com`,
        source: 'guessed',
        confidence: 0.5,
        delivered_at: NOW,
      })
    await verify()
    expect(await world.address('p0@acme.com')).toMatchObject({ status: 'risky' })
    await world.addPerson('Gone', {
      address: 'gone@acme.com',
      source: 'guessed',
      status: 'bounced',
      bounced_at: NOW,
      confidence: 0.5,
    })
    await verify()
    expect(await world.address('p0@acme.com')).toMatchObject({ status: 'valid', check_reasons: ['delivered'] })
  })
})
