import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { judgeDueMessages } from '../../../db/queries/claims.ts'
import { enrolMany } from './bulk.ts'
import { MONDAY, makeSequence, openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

interface Due {
  id: string
  sender: string
  due_at: number
  priority: number
}

const oneMail = [{ kind: 'email', delay_amount: 0, delay_unit: 'minutes', subject: 'Hello', body: 'Hi' }] as const
const minutesAgo = (n: number) => new Date(MONDAY.getTime() - n * 60_000)

/** `counts[i]` mails due of the i-th sequence; every `senders`-th has the same sender. */
async function dueOf(counts: readonly number[], senders: number): Promise<Due[]> {
  const due: Due[] = []
  for (const [index, count] of counts.entries()) {
    const sender = `rep${index % senders}@yardflow.test`
    const sequence_id = await makeSequence(world, { steps: [...oneMail], from_address: sender })
    const moment = (n: number) => minutesAgo((n * 7 + index * 3) % 11)
    const priority = (n: number) => (n * 5 + index) % 13
    const ids = await enrolMany(world, sequence_id, count, { due_at: moment, priority })
    for (const [n, id] of ids.entries()) due.push({ id, sender, due_at: moment(n).getTime(), priority: priority(n) })
  }
  return due
}

const inOrder = (one: Due, other: Due) =>
  one.due_at - other.due_at || other.priority - one.priority || (one.id < other.id ? -1 : 1)

/** What a claim must take, written differently: each sender's own order, then one of each in turn. */
function firstOf(due: readonly Due[], limit: number): string[] {
  const sent = new Map<string, number>()
  const turns = due.toSorted(inOrder).map((mail) => {
    const turn = sent.get(mail.sender) ?? 0
    sent.set(mail.sender, turn + 1)
    return { mail, turn }
  })
  return turns
    .toSorted((one, other) => one.turn - other.turn || inOrder(one.mail, other.mail))
    .slice(0, limit)
    .map(({ mail }) => mail.id)
}

// Few mails of each sequence are looked at first, more only where they may be among those whose turn it is.
test.each([
  { what: 'one sequence', counts: [60], senders: 1 },
  { what: 'one sender, many sequences', counts: Array.from({ length: 12 }, (_, index) => 1 + index * 3), senders: 1 },
  { what: 'a sender each', counts: Array.from({ length: 12 }, (_, index) => 1 + index * 3), senders: 12 },
  { what: 'one with thousands beside some with few', counts: [300, 2, 1, 9, 8, 10, 3], senders: 2 },
  { what: 'fewer than are asked for', counts: [9, 8, 1, 2], senders: 3 },
  { what: 'nothing is due', counts: [0, 0], senders: 1 },
])('whose turn it is, as senders take turns: $what', async ({ counts, senders }) => {
  const due = await dueOf(counts, senders)
  for (const limit of [1, 7, 40]) {
    const { db } = world.database
    const judged = await judgeDueMessages(db, { now: MONDAY, limit, days_off: [] })
    expect(judged.map(({ id }) => id).toSorted()).toEqual(firstOf(due, limit).toSorted())
  }
})
