import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { countProviderQuestions } from '../../../db/queries/address-checks.ts'
import { askProvider, monthOf, PROVIDER } from '../../../functions/domain/enrichment/ask-provider.ts'
import { verifyAccount } from '../../../functions/domain/enrichment/verify-addresses.ts'
import { type HunterAnswer, type LocalHunter, startLocalHunter } from '../../../functions/local/hunter/server.ts'
import { openAddressCheck } from '../../../functions/ports/address-check.ts'
import { type AddressWorld, openAddressWorld } from './address-world.ts'

let world: AddressWorld
let hunter: LocalHunter

beforeAll(async () => {
  world = await openAddressWorld()
  hunter = await startLocalHunter()
})
afterAll(async () => {
  await hunter.close()
  await world.database.close()
})
beforeEach(async () => {
  hunter.answers.clear()
  hunter.asked.length = 0
  await open({ monthlyCap: 100 })
})

const open = (given: { monthlyCap: number; apiKey?: string; baseUrl?: string }) =>
  world.reset({
    addressCheck: openAddressCheck({ mode: 'hunter', apiKey: hunter.apiKey, baseUrl: hunter.url, ...given }),
  })
const used = () => countProviderQuestions(world.ctx.db, { provider: PROVIDER, month: monthOf(world.clock.now()) })
const verify = () => verifyAccount(world.ctx, { account_id: world.account_id })

test.each([
  ['valid', 'valid', 1],
  ['invalid', 'invalid', 1],
  ['accept_all', 'accept_all', 1],
  ['disposable', 'disposable', 1],
  ['webmail', null, 1],
  ['unknown', null, 1],
  [202, null, 1],
  [222, null, 1],
  [429, null, 0],
  [451, null, 0],
  [500, null, 0],
] as [HunterAnswer, string | null, number][])('%s tells %s, and costs %i', async (told, verdict, cost) => {
  hunter.answers.set('ann@acme.com', told)
  expect(await askProvider(world.ctx, 'ann@acme.com')).toBe(verdict)
  expect(await used()).toBe(cost)
})

test('a wrong key and a server that is away cost nothing and say nothing', async () => {
  await open({ monthlyCap: 100, apiKey: 'wrong' })
  expect(await askProvider(world.ctx, 'ann@acme.com')).toBeNull()
  await open({ monthlyCap: 100, baseUrl: 'http://127.0.0.1:9' })
  expect(await askProvider(world.ctx, 'ann@acme.com')).toBeNull()
  expect(await used()).toBe(0)
})

describe('the cap of a month', () => {
  test('holds however many ask at once, and begins anew with the month', async () => {
    await open({ monthlyCap: 3 })
    await Promise.all(Array.from({ length: 8 }, (_, index) => askProvider(world.ctx, `p${index}@acme.com`)))
    expect([hunter.asked.length, await used()]).toEqual([3, 3])
    world.clock.advance(40 * 86_400_000)
    await askProvider(world.ctx, 'later@acme.com')
    expect(hunter.asked).toHaveLength(4)
  })

  test('of nothing asks nothing', async () => {
    await open({ monthlyCap: 0 })
    await askProvider(world.ctx, 'ann@acme.com')
    expect(hunter.asked).toEqual([])
  })
})

test('what it confirms is valid, what it refuses invalid, and the rest stands on DNS', async () => {
  for (const local of ['ann', 'bob', 'cara'])
    await world.addPerson(local, { address: `${local}@acme.com`, source: 'guessed', confidence: 0.6 })
  await world.addPerson('Dan', { address: 'dan@nowhere.com' })
  world.dns.mail.set('nowhere.com', 'absent')
  hunter.answers.set('ann@acme.com', 'valid').set('bob@acme.com', 'invalid').set('cara@acme.com', 429)
  await verify()
  expect(await world.address('ann@acme.com')).toMatchObject({ status: 'valid', check_reasons: ['provider_confirmed'] })
  expect(await world.address('bob@acme.com')).toMatchObject({ status: 'invalid', check_reasons: ['provider_refused'] })
  expect(await world.address('cara@acme.com')).toMatchObject({ status: 'risky' })
  // Nothing is paid for what DNS knows.
  expect(hunter.asked).not.toContain('dan@nowhere.com')
})

test('not configured, nothing is asked, and it says which variable is missing', async () => {
  const off = openAddressCheck({ mode: 'off', missing: ['HUNTER_API_KEY'] })
  await world.reset({ addressCheck: off })
  expect(await askProvider(world.ctx, 'ann@acme.com')).toBeNull()
  expect(await off.verify('ann@acme.com')).toEqual({ outcome: 'unknown', reason: 'Not configured: HUNTER_API_KEY' })
})
