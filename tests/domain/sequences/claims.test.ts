import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { saveWorkspaceCaps } from '../../../db/queries/senders.ts'
import type { SenderTable } from '../../../db/tables/sender.ts'
import { pauseSender, resumeSender } from '../../../functions/domain/senders/pause-sender.ts'
import { setWorkspaceCaps, updateSender } from '../../../functions/domain/senders/sender-settings.ts'
import { dayIn } from '../../../functions/domain/sequences/caps.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { countStatements } from '../../statements.ts'
import { enrolMany } from './bulk.ts'
import { makeSequence, messagesOf, openWorld, raiseCaps, type World } from './world.ts'

const MINUTE = 60_000
const RITA = 'rita@yardflow.test'
const ZONE = 'America/New_York'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

const oneMail = [{ kind: 'email', delay_amount: 0, delay_unit: 'minutes', subject: 'Hello', body: 'Hi' }] as const

const sequenceOf = (settings: Parameters<typeof makeSequence>[1] = {}) =>
  makeSequence(world, { steps: [...oneMail], daily_cap: 100_000, ...settings })

type Caps = Partial<{ [Name in keyof SenderTable]: number | string | null }>
const capSender = (caps: Caps, address = RITA) =>
  world.database.db
    .updateTable('sender')
    .set(caps as never)
    .where('address', '=', address)
    .execute()

/** Drains at the beginning of every minute in which something is due, as the queue would. */
async function live(until: Date, mostDrains = 2_000): Promise<number> {
  let drains = 0
  while (world.clock.now() < until && drains < mostDrains) {
    await drainMessages(world.ctx)
    drains += 1
    const { due } = await world.database.db
      .selectFrom('message')
      .select((on) => on.fn.min('due_at').as('due'))
      .where('state', '=', 'planned')
      .executeTakeFirstOrThrow()
    if (due === null) break
    const wait = Math.max(MINUTE, new Date(due).getTime() - world.clock.now().getTime())
    world.clock.advance(wait)
  }
  return drains
}

const sentByDay = async () => {
  const counts: Record<string, number> = {}
  for (const { handed_at } of await messagesOf(world)) {
    if (handed_at === null) continue
    const day = dayIn(handed_at, ZONE)
    counts[day] = (counts[day] ?? 0) + 1
  }
  return counts
}

const linesOf = (what: string) =>
  world.database.db
    .selectFrom('receipt')
    .select((on) => on.fn.countAll<number>().as('lines'))
    .where('what', '=', what)
    .executeTakeFirstOrThrow()
    .then(({ lines }) => Number(lines))

test("one rep's thousands do not keep another's ten waiting", async () => {
  const many = await sequenceOf()
  const few = await sequenceOf({ from_address: 'tom@yardflow.test' })
  await raiseCaps(world)
  await enrolMany(world, many, 1_000)
  await enrolMany(world, few, 10, { due_at: () => world.clock.now() })
  await drainMessages(world.ctx)
  const order = world.sender.tried.map(({ from }) => from.address)
  expect(order.lastIndexOf('tom@yardflow.test')).toBeLessThan(100)
  expect(order).toHaveLength(1_010)
}, 60_000)

test('a backlog behind a cap is moved once, in few statements, and leaves day by day, the highest score first', async () => {
  const sequence_id = await sequenceOf()
  await raiseCaps(world)
  await capSender({ daily_cap: 100, weekly_cap: 300 })
  await enrolMany(world, sequence_id, 1_000, { priority: (n) => n % 101 })
  const counted = countStatements(world.ctx.db)
  const ctx = world.ctx
  world.ctx = { ...ctx, db: counted.db }
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 100, moved: 900 })
  expect(counted.count()).toBeLessThan(45)
  world.ctx = ctx
  const sent = new Set(world.sender.accepted.map(({ message_id }) => message_id))
  const mails = await messagesOf(world)
  const scores = (isSent: boolean) => mails.filter(({ id }) => sent.has(id) === isSent).map(({ priority }) => priority)
  expect(Math.min(...scores(true))).toBeGreaterThanOrEqual(Math.max(...scores(false)))
  await live(new Date('2026-04-30T00:00:00Z'))
  expect(await sentByDay()).toEqual({
    '2026-03-02': 100,
    '2026-03-03': 100,
    '2026-03-04': 100,
    '2026-03-09': 100,
    '2026-03-10': 100,
    '2026-03-11': 100,
    '2026-03-16': 100,
    '2026-03-17': 100,
    '2026-03-18': 100,
    '2026-03-23': 100,
  })
  expect(await linesOf('moved')).toBe(900)
}, 120_000)

test('a new sender warms up; new people wait while follow-ups leave', async () => {
  const sequence_id = await sequenceOf()
  await raiseCaps(world)
  await capSender({ ramp_started_on: '2026-03-02', ramp_first: 5, ramp_step: 5, new_people_cap: 6 })
  await enrolMany(world, sequence_id, 30, { is_first: (n) => n >= 10, priority: (n) => (n < 10 ? 90 : 50) })
  await live(new Date('2026-03-20T00:00:00Z'))
  expect(await sentByDay()).toEqual({
    '2026-03-02': 5,
    '2026-03-03': 10,
    '2026-03-04': 6,
    '2026-03-05': 6,
    '2026-03-06': 3,
  })
}, 60_000)

test('a gap lies between the mails of a sender, whoever the recipient, and each is moved once', async () => {
  const sequence_id = await sequenceOf()
  await raiseCaps(world)
  await capSender({ gap_minutes: 7, jitter_minutes: 4 })
  await enrolMany(world, sequence_id, 60)
  await live(new Date('2026-03-10T00:00:00Z'))
  const moments = (await messagesOf(world)).map(({ handed_at }) => handed_at?.getTime() ?? 0).sort((a, b) => a - b)
  const gaps = moments.slice(1).map((moment, index) => (moment - (moments[index] ?? 0)) / MINUTE)
  expect(moments[0]).toBeGreaterThan(0)
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(7)
  expect(await linesOf('moved')).toBe(59)
}, 60_000)

test('an account and a domain get their share a day over all senders and sequences; Gmail is nobody', async () => {
  const one = await sequenceOf()
  const other = await sequenceOf({ from_address: 'tom@yardflow.test' })
  const to = (company: string) => ({ domain: () => `${company}.test`, account_key: () => company })
  await saveWorkspaceCaps(world.database.db, { account_daily_cap: 3, domain_daily_cap: 5 }, world.clock.now())
  await enrolMany(world, one, 4, to('acme'))
  await enrolMany(world, other, 4, to('acme'))
  await enrolMany(world, other, 8, { domain: () => 'bolt.test', account_key: (n) => `bolt ${n}` })
  await enrolMany(world, other, 8, { domain: () => 'gmail.com', account_key: (n) => `alone ${n}` })
  await drainMessages(world.ctx)
  const sentTo = (domain: string) => world.sender.accepted.filter(({ to }) => to.address.endsWith(`@${domain}`)).length
  expect([sentTo('acme.test'), sentTo('bolt.test'), sentTo('gmail.com')]).toEqual([3, 5, 8])
  const reasons = (await messagesOf(world)).flatMap(({ state, reason }) => (state === 'planned' ? [reason] : []))
  expect(reasons.sort()).toEqual([...Array(5).fill('cap_account_day'), ...Array(3).fill('cap_domain_day')])
  await live(new Date('2026-03-10T00:00:00Z'))
  expect(sentTo('acme.test')).toBe(8)
  expect(await linesOf('moved')).toBe(8)
})

test('a paused sender sends nothing; what fell due meanwhile is placed anew', async () => {
  const sequence_id = await sequenceOf()
  await enrolMany(world, sequence_id, 3)
  await pauseSender(world.ctx, { address: RITA, reason: 'Too many bounces' })
  await pauseSender(world.ctx, { address: RITA, reason: 'Again' })
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 0 })
  expect(await world.database.db.selectFrom('sender').select('pause_reason').execute()).toEqual([
    { pause_reason: 'Too many bounces' },
  ])
  world.clock.advance(9 * 3_600_000)
  await resumeSender(world.ctx, { address: RITA })
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 0 })
  world.clock.advance(15 * 3_600_000)
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 3 })
})

test('a provider that stays down is asked less and less often; nothing is moved, and it ends with the first mail it takes', async () => {
  const sequence_id = await sequenceOf()
  await enrolMany(world, sequence_id, 60)
  const moments = async () => new Map((await messagesOf(world)).map(({ id, due_at }) => [id, due_at]))
  const before = await moments()
  const down = () => ({ outcome: 'retry_later', reason: 'SendGrid answered 503.', retry_after_seconds: 60 }) as const
  const waits: number[] = []
  for (let failure = 0; failure < 5; failure++) {
    world.sender.script = Array.from({ length: 25 }, () => down)
    await drainMessages(world.ctx)
    const hold = await world.database.db.selectFrom('hold').selectAll().executeTakeFirstOrThrow()
    waits.push((hold.until_at.getTime() - world.clock.now().getTime()) / 1_000)
    expect(await drainMessages(world.ctx)).toMatchObject({ sent: 0 })
    expect(world.sender.script).toEqual([])
    world.clock.advance(hold.until_at.getTime() - world.clock.now().getTime())
  }
  expect(waits).toEqual([60, 60, 120, 240, 480])
  expect(await moments()).toEqual(before)
  expect(await linesOf('moved')).toBe(0)
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 60 })
  expect(await world.database.db.selectFrom('hold').selectAll().execute()).toEqual([])
})

test('a mail counts for the day on which it left, also when midnight came between its claim and its hand-over', async () => {
  const windows = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from_minute: 0, to_minute: 1440 }))
  const sequence_id = await sequenceOf({ windows })
  await capSender({ daily_cap: 40, gap_minutes: 0 })
  await enrolMany(world, sequence_id, 40)
  world.clock.advance(new Date('2026-03-03T04:59:58Z').getTime() - world.clock.now().getTime())
  // What writes a claimed mail asks for the secret: from then on it is the next day.
  const config = { ...world.ctx.config }
  const secret = config.appSecret
  let isWritten = false
  Object.defineProperty(config, 'appSecret', {
    get() {
      if (!isWritten) world.clock.advance(4_000)
      isWritten = true
      return secret
    },
  })
  expect(await drainMessages({ ...world.ctx, config })).toMatchObject({ sent: 40 })
  expect(await sentByDay()).toEqual({ '2026-03-03': 40 })
  await enrolMany(world, sequence_id, 40)
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 0, moved: 40 })
})

test('a provider that answers nobody does not get the whole list handed over', async () => {
  const sequence_id = await sequenceOf()
  await enrolMany(world, sequence_id, 300)
  world.sender.script = Array.from(
    { length: 300 },
    () => () => ({ outcome: 'unconfirmed', reason: 'No answer' }) as const,
  )
  expect(await drainMessages(world.ctx)).toMatchObject({ unconfirmed: 25, sent: 0 })
  expect(await drainMessages(world.ctx)).toMatchObject({ unconfirmed: 0, sent: 0 })
})

test('only an admin changes caps, and what cannot be is refused', async () => {
  await sequenceOf()
  await expect(setWorkspaceCaps(world.ctx, { account_daily_cap: 1, domain_daily_cap: 1 })).rejects.toThrow('admin')
  const actor = { ...(world.ctx.actor as NonNullable<typeof world.ctx.actor>), role: 'ADMIN' as const }
  const ctx = { ...world.ctx, actor }
  await expect(setWorkspaceCaps(ctx, { account_daily_cap: 0, domain_daily_cap: 1 })).rejects.toThrow('At least 1.')
  const { address, created_at, updated_at, paused_at, pause_reason, ...settings } = await world.database.db
    .selectFrom('sender')
    .selectAll()
    .executeTakeFirstOrThrow()
  await updateSender(ctx, { address, ...settings, daily_cap: 7 })
  await expect(updateSender(ctx, { address: 'no@body.test', ...settings })).rejects.toThrow('sender')
  const changed = await world.database.db.selectFrom('sender').selectAll().executeTakeFirstOrThrow()
  expect(changed).toMatchObject({ daily_cap: 7, weekly_cap: settings.weekly_cap })
})
