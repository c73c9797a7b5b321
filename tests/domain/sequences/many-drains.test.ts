import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readLedger } from '../../../db/queries/outreach-ledger.ts'
import { saveWorkspaceCaps } from '../../../db/queries/senders.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrolMany } from './bulk.ts'
import { makeSequence, openWorld, type World } from './world.ts'

/** CLAIM_ROWS=200000 for the whole proof; the suite takes fewer. */
const ROWS = Number(process.env.CLAIM_ROWS ?? 5_000)
const DRAINS = 8
const SENDERS = 4
/** Of each sender to each company; all four write to the same ones. */
const PER_DOMAIN = 20
const PER_DOMAIN_DAY = 36

let world: World
beforeAll(async () => {
  world = await openWorld()
}, 60_000)
afterAll(() => world.close())
beforeEach(() => world.reset())

// PGlite has one connection, so that drains there only take turns: this needs a PostgreSQL (TEST_DATABASE_URL).
test.runIf(process.env.TEST_DATABASE_URL)(
  'eight drains at once send each mail once and exceed no cap',
  async () => {
    const oneMail = [{ kind: 'email', delay_amount: 0, delay_unit: 'minutes', subject: 'Hello', body: 'Hi' }] as const
    const senders = Array.from({ length: SENDERS }, (_, index) => `rep${index}@yardflow.test`)
    const cap = Math.floor(ROWS / SENDERS / 2)
    for (const [index, from_address] of senders.entries()) {
      const id = await makeSequence(world, { steps: [...oneMail], daily_cap: 100_000, from_address })
      const domain = (n: number) => `company${Math.floor(n / PER_DOMAIN)}.test`
      await enrolMany(world, id, ROWS / SENDERS, {
        domain,
        account_key: domain,
        priority: (n) => (n * 7 + index) % 101,
      })
    }
    await world.database.db
      .updateTable('sender')
      .set({ daily_cap: cap, weekly_cap: 1_000_000, new_people_cap: 1_000_000 })
      .execute()
    await saveWorkspaceCaps(
      world.database.db,
      { account_daily_cap: 40, domain_daily_cap: PER_DOMAIN_DAY },
      world.clock.now(),
    )
    const started = performance.now()
    await Promise.all(
      Array.from({ length: DRAINS }, async () => {
        for (let turn = 0; turn < 200; turn++) {
          const { sent, moved } = await drainMessages(world.ctx)
          if (sent + moved === 0) return
        }
      }),
    )
    const seconds = (performance.now() - started) / 1000
    const { accepted } = world.sender
    console.info(`${accepted.length} of ${ROWS} mails left within their caps in ${seconds.toFixed(1)} s`)
    expect(new Set(accepted.map(({ message_id }) => message_id)).size).toBe(accepted.length)
    const most = (of: (mail: (typeof accepted)[number]) => string) => {
      const counts = new Map<string, number>()
      for (const mail of accepted) counts.set(of(mail), (counts.get(of(mail)) ?? 0) + 1)
      return Math.max(...counts.values())
    }
    expect(most(({ from }) => from.address)).toBeLessThanOrEqual(cap)
    expect(most(({ to }) => to.address.split('@')[1] ?? '')).toBeLessThanOrEqual(PER_DOMAIN_DAY)
    // Hardly anybody is held back for nothing: room that a mail gave up while others were being moved is for tomorrow.
    const room = Math.min(cap * SENDERS, Math.ceil(ROWS / SENDERS / PER_DOMAIN) * PER_DOMAIN_DAY)
    expect(accepted.length).toBeGreaterThan(0.9 * room)
    const { alarms } = await readLedger(world.database.db, world.clock.now())
    expect(alarms).toEqual({ mailed_after_stop: 0, duplicates: 0, lost: 0, stuck: 0, unaccounted: 0 })
  },
  3_600_000,
)
