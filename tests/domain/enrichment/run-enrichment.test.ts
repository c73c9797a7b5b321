import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { findRun, listFailedSubjects, settleSubjects } from '../../../db/queries/enrichment-runs.ts'
import type { Actor, Ctx } from '../../../functions/context.ts'
import { cancelRun, retryRun } from '../../../functions/domain/enrichment/change-run.ts'
import { continueRun, restageRuns } from '../../../functions/domain/enrichment/run-enrichment.ts'
import { MOST_SUBJECTS, startRun } from '../../../functions/domain/enrichment/start-run.ts'
import { type AddressWorld, NOW, openAddressWorld } from './address-world.ts'

let world: AddressWorld
let rep: Ctx & { actor: Actor }

beforeAll(async () => {
  world = await openAddressWorld()
})
afterAll(() => world.database.close())
beforeEach(async () => {
  await world.reset()
  const user_id = crypto.randomUUID()
  await world.database.db
    .insertInto('user')
    .values({
      id: user_id,
      email: `${user_id}@yardflow.test`,
      name: 'Rep',
      password_hash: 'x',
      role: 'MEMBER',
      time_zone: 'UTC',
      created_at: NOW,
    })
    .execute()
  rep = {
    ...world.ctx,
    actor: {
      user_id,
      name: 'Rep',
      email: 'r@y.test',
      role: 'MEMBER',
      time_zone: 'UTC',
      active_event_id: world.event_id,
    },
  }
})

const addPeople = async (count: number, domain = 'acme.com') => {
  const ids: string[] = []
  for (let index = 0; index < count; index++)
    ids.push(await world.addPerson(`${domain} ${index}`, { address: `p${index}@${domain}` }))
  return ids
}
const verify = async (ids: readonly string[]) => {
  const { id } = await startRun(rep, { subject_kind: 'person', kind: 'verify', ids })
  return id
}
const run = async (run_id: string) => {
  const found = await findRun(world.ctx.db, run_id)
  if (found === undefined) throw new Error('no run')
  return found
}
const jobsWaiting = () =>
  world.database.db
    .selectFrom('job')
    .select(['payload', 'run_at'])
    .where('name', '=', 'enrich-run')
    .where('status', '=', 'waiting')
    .execute()
/** As the queue does with a job that has been run. */
const settleJobs = () =>
  world.database.db
    .updateTable('job')
    .set({ status: 'completed', finished_at: NOW })
    .where('status', '=', 'waiting')
    .execute()

test('everybody is worked on once and accounted for', async () => {
  const run_id = await verify([...(await addPeople(3)), await world.addPerson('Nobody')])
  expect(await continueRun(world.ctx, { run_id })).toMatchObject({ status: 'completed', total: 4, done: 4, failed: 0 })
  const { rows } = {
    rows: await world.database.db
      .selectFrom('enrichment_subject')
      .select('outcome')
      .where('run_id', '=', run_id)
      .execute(),
  }
  expect(rows.map(({ outcome }) => outcome).sort()).toEqual(['no_address', 'valid', 'valid', 'valid'])
  // The job comes a second time.
  expect(await continueRun(world.ctx, { run_id })).toMatchObject({ status: 'completed', done: 4 })
})

test('the same results told twice are counted once', async () => {
  const [person] = await addPeople(1)
  const run_id = await verify([person!])
  const settled = [{ subject_id: person!, status: 'done' as const, outcome: 'valid', reason: null, due_at: NOW }]
  for (let times = 0; times < 2; times++)
    await world.database.db.transaction().execute((tx) => settleSubjects(tx, run_id, settled, NOW))
  expect(await run(run_id)).toMatchObject({ done_count: 1 })
})

test('when time is up another job goes on', async () => {
  const run_id = await verify(await addPeople(101))
  await settleJobs()
  expect(await continueRun(world.ctx, { run_id, budget_ms: -1 })).toMatchObject({ status: 'running', done: 100 })
  expect(await jobsWaiting()).toMatchObject([{ payload: { run_id } }])
  expect(await continueRun(world.ctx, { run_id })).toMatchObject({ status: 'completed', done: 101 })
})

describe('a name server that does not answer', () => {
  test('is asked again after a while, and the third time it is a failure that can be retried', async () => {
    const run_id = await verify([...(await addPeople(1)), ...(await addPeople(1, 'silent.com'))])
    world.dns.mail.set('silent.com', 'unknown')
    await settleJobs()
    expect(await continueRun(world.ctx, { run_id })).toMatchObject({ status: 'running', done: 1, failed: 0 })
    for (const minutes of [1, 5]) {
      expect((await jobsWaiting())[0]?.run_at).toEqual(new Date(world.clock.now().getTime() + minutes * 60_000))
      await settleJobs()
      world.clock.advance(minutes * 60_000)
      await continueRun(world.ctx, { run_id })
    }
    const failed = await run(run_id)
    expect(failed).toMatchObject({ status: 'completed', done_count: 1, failed_count: 1 })
    expect(await listFailedSubjects(world.ctx.db, failed, 10)).toMatchObject([
      { name: 'silent.com 0', reason: 'DNS did not answer for silent.com.' },
    ])

    world.dns.mail.delete('silent.com')
    expect(await retryRun(world.ctx, failed)).toBe(1)
    expect(await retryRun(world.ctx, failed)).toBe(0)
    await continueRun(world.ctx, { run_id })
    expect(await run(run_id)).toMatchObject({ status: 'completed', done_count: 2, failed_count: 0 })
    expect(await world.address('p0@silent.com')).toMatchObject({ status: 'valid' })
  })

  test('does not hold up the websites of others', async () => {
    const silent = await world.addAccount('Silent', null)
    await world.reset({
      fetchPage: async (url) => ({ outcome: 'fetched', url, status: 200, text: '<title>Bright Freight</title>' }),
    })
    rep = { ...world.ctx, actor: { ...rep.actor, active_event_id: world.event_id } }
    const [bright, dark] = [
      await world.addAccount('Bright Freight', null),
      await world.addAccount('Silent Cargo', null),
    ]
    world.dns.mail.set('silentcargo.com', 'unknown')
    const { id } = await startRun(rep, { subject_kind: 'account', kind: 'website', ids: [dark, bright, silent] })
    expect(await continueRun(world.ctx, { run_id: id })).toMatchObject({ status: 'running', total: 2, done: 1 })
    const account = await world.database.db
      .selectFrom('account')
      .selectAll()
      .where('id', '=', bright)
      .executeTakeFirstOrThrow()
    expect(account).toMatchObject({ domain: 'brightfreight.com', domain_source: 'found' })
  })
})

test('cancelled, nobody who waits is worked on any more, and what is done stays', async () => {
  const run_id = await verify(await addPeople(101))
  await continueRun(world.ctx, { run_id, budget_ms: -1 })
  expect(await cancelRun(world.ctx, { run_id })).toBe(1)
  expect(await cancelRun(world.ctx, { run_id })).toBeUndefined()
  expect(await continueRun(world.ctx, { run_id })).toMatchObject({ status: 'cancelled', done: 100, cancelled: 1 })
})

test('somebody who was deleted meanwhile is a failure with a reason', async () => {
  const gone = await world.addAccount('Gone', 'gone.com')
  const { id } = await startRun(rep, { subject_kind: 'account', kind: 'email-pattern', ids: [gone] })
  await world.database.db.deleteFrom('account').where('id', '=', gone).execute()
  await continueRun(world.ctx, { run_id: id })
  expect(await listFailedSubjects(world.ctx.db, await run(id), 10)).toMatchObject([
    { name: null, reason: 'It is no longer there.' },
  ])
})

test('a run whose job was lost is handed over again by the sweep, and only then', async () => {
  const run_id = await verify(await addPeople(1))
  await restageRuns(world.ctx)
  expect(await jobsWaiting()).toHaveLength(1)
  await settleJobs()
  await restageRuns(world.ctx)
  expect(await jobsWaiting()).toMatchObject([{ payload: { run_id } }])
})

test('more than fits is refused, and nothing begins', async () => {
  const ids = Array.from({ length: MOST_SUBJECTS + 1 }, () => crypto.randomUUID())
  await expect(startRun(rep, { subject_kind: 'person', kind: 'verify', ids })).rejects.toThrow('At most 10,000')
})

test('addresses are generated for the chosen people alone', async () => {
  for (const [name, local] of [
    ['Ann Lee', 'ann.lee'],
    ['Bob Stone', 'bob.stone'],
    ['Cara Diaz', 'cara.diaz'],
  ] as const)
    await world.addPerson(name, { address: `${local}@acme.com` })
  const chosen = await world.addPerson('Eva Moss')
  const other = await world.addPerson('Finn Cole')
  const { id } = await startRun(rep, { subject_kind: 'person', kind: 'generate-emails', ids: [chosen] })
  await continueRun(world.ctx, { run_id: id })
  const people = await world.database.db
    .selectFrom('email_address')
    .select('person_id')
    .where('source', '=', 'guessed')
    .execute()
  expect(new Set(people.map(({ person_id }) => person_id))).toEqual(new Set([chosen]))
  expect(other).not.toBe(chosen)
})
