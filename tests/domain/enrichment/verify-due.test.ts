import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { stageVerifyDue, verifyDue } from '../../../functions/domain/enrichment/verify-due.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import type { Dns } from '../../../functions/ports/dns.ts'
import { addPerson, enrollmentOf, makeSequence, openWorld, type World } from '../sequences/world.ts'

let world: World
let asked: string[]
let answer: 'found' | 'absent' | 'unknown'

beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(async () => {
  await world.reset()
  asked = []
  answer = 'found'
  const dns: Dns = {
    async mailExchangers(domain) {
      asked.push(domain)
      return answer === 'found' ? { outcome: 'found', hosts: ['mx.test'] } : { outcome: answer }
    },
    addresses: async () => ({ outcome: answer === 'unknown' ? 'unknown' : 'absent' }),
  }
  world.ctx = { ...world.ctx, services: { ...world.ctx.services, dns } }
})

/** Somebody with a mail due now, at a domain that may be looked up. */
async function enrolled(verified_at: Date | null): Promise<string> {
  const id = await addPerson(world)
  await world.ctx.db
    .updateTable('email_address')
    .set({ address: `${id}@acme.com`, address_key: `${id}@acme.com`, domain: 'acme.com', verified_at })
    .where('person_id', '=', id)
    .execute()
  await enrollPeople(world.ctx, { sequence_id: await makeSequence(world), person_ids: [id] })
  return id
}
const statusOf = async (person_id: string) =>
  (
    await world.ctx.db
      .selectFrom('email_address')
      .select('status')
      .where('person_id', '=', person_id)
      .executeTakeFirstOrThrow()
  ).status
const daysAgo = (days: number) => new Date(world.clock.now().getTime() - days * 86_400_000)
const staged = async () =>
  (await world.ctx.db.selectFrom('job').select('id').where('name', '=', 'verify-due').execute()).length

test('an address that was never looked over, or 30 days ago, is before its mail leaves; a younger one is not', async () => {
  const [never, old, young] = [await enrolled(null), await enrolled(daysAgo(31)), await enrolled(daysAgo(29))]
  await stageVerifyDue(world.ctx)
  await stageVerifyDue(world.ctx)
  expect(await staged()).toBe(1)
  expect(await verifyDue(world.ctx, {})).toEqual({ verified: 2 })
  expect(await Promise.all([never, old, young].map(statusOf))).toEqual(['valid', 'valid', 'unknown'])
  expect(await verifyDue(world.ctx, {})).toEqual({ verified: 0 })
})

test('what came out invalid stops at the claim, with the reason; what nobody could tell about does not', async () => {
  const gone = await enrolled(null)
  answer = 'absent'
  await verifyDue(world.ctx, {})
  answer = 'unknown'
  const silent = await enrolled(null)
  await verifyDue(world.ctx, {})
  await drainMessages(world.ctx)
  expect(await enrollmentOf(world, gone)).toMatchObject({ status: 'stopped', stop_reason: 'invalid_address' })
  expect(world.sender.accepted).toHaveLength(1)
  expect(await statusOf(silent)).toBe('unknown')
})

test('a look-up that failed is tried again after an hour, not at once', async () => {
  await enrolled(null)
  answer = 'unknown'
  expect(await verifyDue(world.ctx, {})).toEqual({ verified: 1 })
  expect(await verifyDue(world.ctx, {})).toEqual({ verified: 0 })
  world.clock.advance(61 * 60_000)
  expect(await verifyDue(world.ctx, {})).toEqual({ verified: 1 })
})
