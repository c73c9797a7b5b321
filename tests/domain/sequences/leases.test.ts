import { setTimeout } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { handOverMessages, renewLeases, type Settlement, settleMessages } from '../../../db/queries/messages.ts'
import { claimDue, nothingCounted } from '../../../functions/domain/sequences/claim-due.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { sweepMessages } from '../../../functions/domain/sequences/sweep-messages.ts'
import { keepRenewing, LEASE_MS } from '../../../functions/keep-renewing.ts'
import { silentLog } from '../../../functions/log.ts'
import { enrolMany } from './bulk.ts'
import { accept, makeSequence, messagesOf, openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())
afterEach(() => vi.useRealTimers())

/** Claimed and handed over by a process that then goes silent until its leases have run out and were swept. */
async function handedAndSwept(): Promise<{ id: string; claim_token: string }> {
  await enrolMany(world, await makeSequence(world), 1)
  const now = world.clock.now()
  const claim = {
    claim_token: crypto.randomUUID(),
    now,
    lease_until: new Date(now.getTime() + LEASE_MS),
    limit: 10,
    days_off: [],
  }
  const { mails } = await world.database.db.transaction().execute((tx) => claimDue(tx, nothingCounted(), claim))
  const id = mails[0]?.id ?? ''
  const sealed = {
    id,
    to_address: 'ann@acme.test',
    to_domain: 'acme.test',
    from_address: 'rita@yardflow.test',
    subject: 'Hello',
    body_text: 'Hi',
    body_html: '<p>Hi</p>',
    in_reply_to: null,
  }
  await handOverMessages(world.database.db, { claim_token: claim.claim_token, mails: [sealed], now })
  world.clock.advance(LEASE_MS)
  expect(await sweepMessages(world.ctx)).toMatchObject({ unconfirmed: 1 })
  return { id, claim_token: claim.claim_token }
}

const answer = (claim_token: string, settlement: Partial<Settlement> & Pick<Settlement, 'id' | 'state'>) =>
  settleMessages(world.database.db, {
    claim_token,
    settlements: [{ reason: 'late', due_at: null, provider_message_id: null, ...settlement }],
    now: world.clock.now(),
  })

test.each(['sent', 'failed', 'planned'] as const)(
  'an answer that comes after the lease has run out still makes the mail %s',
  async (state) => {
    const { id, claim_token } = await handedAndSwept()
    expect(await answer(claim_token, { id, state })).toMatchObject([{ state }])
    expect(await messagesOf(world)).toMatchObject([{ state, claim_token: null }])
  },
)

test('only its own sender may say late that a mail did not leave; whoever says that it did is believed', async () => {
  const { id } = await handedAndSwept()
  for (const state of ['failed', 'planned', 'unconfirmed'] as const)
    expect(await answer(crypto.randomUUID(), { id, state })).toEqual([])
  expect(await answer(crypto.randomUUID(), { id, state: 'sent' })).toMatchObject([{ state: 'sent' }])
})

test('leases are renewed while the process lives, however long the provider takes', async () => {
  await enrolMany(world, await makeSequence(world), 2)
  world.sender.script.push(async (mail) => {
    for (let wait = 0; wait < 2; wait++) {
      world.clock.advance(LEASE_MS - 2_000)
      await setTimeout(2_200)
    }
    expect(await sweepMessages(world.ctx)).toMatchObject({ released: 0, unconfirmed: 0 })
    return accept(world.sender)(mail)
  })
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 2, unconfirmed: 0 })
}, 20_000)

test('renewing goes on when it fails once, one at a time, and ends with the work', async () => {
  vi.useFakeTimers()
  const renew = vi.fn<() => Promise<void>>().mockRejectedValueOnce(new Error('down')).mockResolvedValue()
  const work = keepRenewing(
    { renew, log: silentLog },
    () => new Promise<string>((done) => globalThis.setTimeout(() => done('ok'), 7_000)),
  )
  await vi.advanceTimersByTimeAsync(7_000)
  expect(await work).toBe('ok')
  expect(renew).toHaveBeenCalledTimes(3)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(renew).toHaveBeenCalledTimes(3)
  await expect(keepRenewing({ renew, log: silentLog }, () => Promise.reject(new Error('broken')))).rejects.toThrow(
    'broken',
  )
  await vi.advanceTimersByTimeAsync(10_000)
  expect(renew).toHaveBeenCalledTimes(3)
})

// PGlite has one connection, so that nobody ever waits for a row there: this needs a PostgreSQL (TEST_DATABASE_URL).
test.runIf(process.env.TEST_DATABASE_URL)('a renewal waits for no mail that is being handed over', async () => {
  await enrolMany(world, await makeSequence(world), 2)
  const now = world.clock.now()
  const later = new Date(now.getTime() + 2 * LEASE_MS)
  const claim = { claim_token: crypto.randomUUID(), now, lease_until: new Date(now.getTime() + LEASE_MS), limit: 10 }
  const { db } = world.database
  const { mails } = await db.transaction().execute((tx) => claimDue(tx, nothingCounted(), { ...claim, days_off: [] }))
  await db.transaction().execute(async (tx) => {
    await tx
      .selectFrom('message')
      .select('id')
      .where('id', '=', mails[0]?.id ?? '')
      .forUpdate()
      .execute()
    await renewLeases(db, { claim_token: claim.claim_token, lease_until: later })
  })
  const leases = async () => (await messagesOf(world)).map(({ lease_until }) => lease_until?.getTime()).toSorted()
  expect(await leases()).toEqual([claim.lease_until.getTime(), later.getTime()])
  await renewLeases(db, { claim_token: claim.claim_token, lease_until: later })
  expect(await leases()).toEqual([later.getTime(), later.getTime()])
})
