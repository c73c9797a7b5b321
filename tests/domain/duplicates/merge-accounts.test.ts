import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { mergeAccounts } from '../../../functions/domain/accounts/merge-accounts.ts'
import { setParent } from '../../../functions/domain/accounts/set-parent.ts'
import { undoMerge } from '../../../functions/domain/duplicates/undo-merge.ts'
import { mergePeople } from '../../../functions/domain/people/merge-people.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { enrollmentOf, MONDAY, makeSequence, messagesOf, openWorld, type World } from '../sequences/world.ts'
import { actorOf, addAccount, addNamed, dump } from './merge-world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

const merge = (survivor_id: string, lost_id: string) =>
  mergeAccounts(actorOf(world), { event_id: world.event_id, survivor_id, lost_id })
const undo = (id: string) => undoMerge(actorOf(world), { event_id: world.event_id, id })
const accountOf = (id: string) =>
  world.database.db.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirst()

test('people, fields and figures come together; a known domain wins over a guessed one; the further status holds', async () => {
  const survivor = await addAccount(world, 'Acme', {
    domain: 'acme-guess.test',
    domain_source: 'guessed',
    domain_confidence: 0.4,
    industry: 'Freight',
    list_figures: JSON.stringify({ attendees: 3 }),
  })
  const lost = await addAccount(world, 'Acme Logistics', {
    domain: 'acme.test',
    domain_source: 'imported',
    industry: 'Logistics',
    employees: 40,
    status: 'customer',
    list_figures: JSON.stringify({ attendees: 9, ops_count: 2 }),
  })
  await addNamed(world, 'Ann One', { account_id: survivor })
  const ben = await addNamed(world, 'Ben Two', { account_id: lost })
  await merge(survivor, lost)
  expect(await accountOf(lost)).toBeUndefined()
  expect(await accountOf(survivor)).toMatchObject({
    name: 'Acme',
    domain: 'acme.test',
    domain_source: 'imported',
    industry: 'Freight',
    employees: 40,
    status: 'customer',
    people_count: 2,
    list_figures: { attendees: 3, ops_count: 2 },
  })
  const moved = world.database.db.selectFrom('person').select('account_id').where('id', '=', ben)
  expect(await moved.executeTakeFirst()).toEqual({ account_id: survivor })
})

test('people of one name are put up for review', async () => {
  const [survivor, lost] = [await addAccount(world, 'Acme'), await addAccount(world, 'Acme Corp West')]
  const ids = [
    await addNamed(world, 'Ann One', { account_id: survivor }),
    await addNamed(world, 'Ann One', { account_id: lost }),
  ]
  const before = await dump(world)
  const { merge_id } = await merge(survivor, lost)
  const pairs = await world.database.db
    .selectFrom('duplicate_pair')
    .selectAll()
    .where('event_id', '=', world.event_id)
    .execute()
  expect(pairs).toMatchObject([{ kind: 'person', reason: 'same_name', state: 'open' }])
  expect([pairs[0]?.first_id, pairs[0]?.second_id].sort()).toEqual(ids.sort())
  await undo(merge_id)
  expect(await dump(world)).toEqual(before)
})

test('they are colleagues from then on, also in what is planned already, and no longer after an undo', async () => {
  const survivor = await addAccount(world, 'Acme', { domain: 'acme.test' })
  const lost = await addAccount(world, 'Acme GmbH West', { domain: 'acme-west.test' })
  const ann = await addNamed(world, 'Ann One', { account_id: lost })
  await enrollPeople(world.ctx, { sequence_id: await makeSequence(world), person_ids: [ann] })
  const before = await dump(world)
  const { merge_id } = await merge(survivor, lost)
  expect(await enrollmentOf(world, ann)).toMatchObject({ account_id: survivor, account_key: 'acme.test' })
  expect(await messagesOf(world, ann)).toMatchObject([{ account_key: 'acme.test' }])
  await undo(merge_id)
  expect(await dump(world)).toEqual(before)
})

test('a status at which nobody is written to stops those who come with it', async () => {
  const survivor = await addAccount(world, 'Acme')
  const lost = await addAccount(world, 'Acme West', { status: 'customer' })
  const ann = await addNamed(world, 'Ann One', { account_id: survivor })
  await enrollPeople(world.ctx, { sequence_id: await makeSequence(world), person_ids: [ann] })
  await merge(survivor, lost)
  expect(await enrollmentOf(world, ann)).toMatchObject({ status: 'stopped', stop_reason: 'account_status' })
  await drainMessages(world.ctx)
  expect(world.sender.accepted).toEqual([])
})

test.each(['a part into its whole', 'a whole into its part', 'a whole into a part of another'])(
  'what belongs to whom stays one level deep: %s',
  async (which) => {
    const whole = await addAccount(world, 'Whole')
    const part = await addAccount(world, 'Part')
    const other = await addAccount(world, 'Other')
    const third = await addAccount(world, 'Third')
    const belongs = (id: string, parent: string) =>
      setParent(actorOf(world), { event_id: world.event_id, id }, { parent })
    await belongs(third, 'Whole')
    await belongs(part, which === 'a whole into a part of another' ? 'Other' : 'Whole')
    const before = await dump(world)
    const { merge_id } = await (which === 'a part into its whole' ? merge(whole, part) : merge(part, whole))
    const top = which === 'a part into its whole' ? whole : which === 'a whole into its part' ? part : other
    expect(await accountOf(third)).toMatchObject({ parent_id: top })
    expect((await accountOf(top))?.parent_id).toBeNull()
    await undo(merge_id)
    expect(await dump(world)).toEqual(before)
  },
)

test('an account that has come by the name since stands in the way of undoing, and is named', async () => {
  const [survivor, lost] = [await addAccount(world, 'Acme'), await addAccount(world, 'Acme West')]
  const { merge_id } = await merge(survivor, lost)
  await addAccount(world, 'ACME WEST Inc.')
  await expect(undo(merge_id)).rejects.toThrow('Another record has taken the place of Acme West')
})

test('any merges, undone from the last to the first, give back the same rows', async () => {
  const dice = roll(20_270_301)
  for (let round = 0; round < 6; round++) {
    await world.reset()
    const accounts: string[] = []
    for (let n = 0; n < 4; n++)
      accounts.push(
        await addAccount(world, `Company ${n}`, {
          domain: dice(2) === 0 ? null : `company${n}.test`,
          domain_source: dice(2) === 0 ? 'guessed' : 'imported',
          employees: dice(2) === 0 ? null : n,
          list_figures: dice(2) === 0 ? null : JSON.stringify({ [`figure_${dice(3)}`]: n }),
        }),
      )
    const people: string[] = []
    for (let n = 0; n < 6; n++)
      people.push(
        await addNamed(world, `Name ${n % 3}`, {
          account_id: accounts[n % 4] ?? null,
          address: dice(4) === 0 ? null : `name${dice(3)}@company.test`,
          source: dice(2) === 0 ? 'guessed' : 'given',
          title: dice(2) === 0 ? null : `Title ${n}`,
          replied_at: dice(4) === 0 ? MONDAY : null,
        }),
      )
    // One of each two may run: the other is stopped by a merge, and stays so.
    const sequence_id = await makeSequence(world, { colleague_reply: 'nothing' })
    await enrollPeople(world.ctx, { sequence_id, person_ids: people.slice(0, 1) })
    await drainMessages(world.ctx)
    const done: { id: string; before: unknown }[] = []
    const alive = { people: [...people], accounts: [...accounts] }
    const stopsNothing = async (id: string) =>
      (
        await world.database.db
          .selectFrom('merge_row')
          .select('row_id')
          .where('merge_id', '=', id)
          .where('kind', '=', 'stopped')
          .execute()
      ).length === 0
    for (let step = 0; step < 5; step++) {
      const before = await dump(world)
      const kind = dice(2) === 0 ? 'people' : 'accounts'
      const list = alive[kind]
      if (list.length < 2) continue
      const survivor_id = take(list, dice) ?? ''
      const lost_id = take(list, dice) ?? ''
      list.push(survivor_id)
      const of = { event_id: world.event_id, survivor_id, lost_id }
      const { merge_id } = await (kind === 'people'
        ? mergePeople(actorOf(world), of)
        : mergeAccounts(actorOf(world), of))
      expect(await stopsNothing(merge_id)).toBe(true)
      done.push({ id: merge_id, before })
      // Back and there again, now and then.
      if (dice(3) === 0) {
        await undo(merge_id)
        expect(await withoutStops(before)).toEqual(await withoutStops(await dump(world)))
        done.pop()
        list.push(lost_id)
      }
    }
    for (const { id, before } of done.reverse()) {
      expect((await undo(id)).kept).toEqual([])
      expect(await withoutStops(await dump(world))).toEqual(await withoutStops(before))
    }
  }
})

/** What a merge stops, because another record had answered, stays stopped: all the rest is compared. */
async function withoutStops(rows: unknown) {
  const { enrollment, message, ...all } = rows as Record<string, Record<string, unknown>[]>
  const whose = (list: Record<string, unknown>[] = []) =>
    list.map(({ id, person_id, account_id, account_key, merged_into_id }) => ({
      id,
      person_id,
      account_id,
      account_key,
      merged_into_id,
    }))
  return {
    ...all,
    enrollment: whose(enrollment),
    message: (message ?? []).map(({ id, person_id }) => ({ id, person_id })),
  }
}

function take(list: string[], dice: (sides: number) => number): string | undefined {
  return list.splice(dice(list.length), 1)[0]
}

/** The same throws each time. */
function roll(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (state >>> 8) % sides
  }
}
