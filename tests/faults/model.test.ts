import { expect, test } from 'vitest'
import { type Transition, type TransitionName, transitions } from '../../db/queries/message-transitions.ts'
import type { MessageState } from '../../db/tables/message.ts'

/**
 * Every run of the send contract for one mail, explored: two drains, crashes, a lease that runs out at any moment, answers
 * that get lost, the provider's events late and twice, a stop, a person's decision. The moves are guarded by the very
 * table that the statements are generated from (`may`). The provider accepts at most once, nothing stays stuck, and
 * nothing is handed over after a stop.
 */

/** What a drain does next with the mail it took. */
type Drain =
  | { at: 'idle' }
  /** holds the mail under its token; `token` is the generation of the claim */
  | { at: 'claimed' | 'handed'; token: number }
  | { at: 'answered'; token: number; answer: 'yes' | 'no' | 'later' | 'nothing' }
  /** only for the seeded bug: looked at the row before it acts on it */
  | { at: 'looked' }

interface World {
  state: MessageState
  handed: boolean
  /** generation of the claim that holds the row; 0 for none */
  token: number
  claims: number
  drains: [Drain, Drain]
  /** how often the provider took it: the truth */
  accepted: number
  stopped: boolean
  handed_after_stop: boolean
  events_sent: number
  crashes: number
  deferrals: number
}

const MOST_CLAIMS = 3
const MOST_CRASHES = 2
const MOST_EVENTS = 2
const MOST_DEFERRALS = 1

interface Rules {
  table: Record<TransitionName, Transition>
  /** takes what it saw for true when it acts */
  checks_then_acts?: boolean
  /** takes the row whatever its state */
  claims_anything?: boolean
}

const start: World = {
  state: 'planned',
  handed: false,
  token: 0,
  claims: 0,
  drains: [{ at: 'idle' }, { at: 'idle' }],
  accepted: 0,
  stopped: false,
  handed_after_stop: false,
  events_sent: 0,
  crashes: 0,
  deferrals: 0,
}

/** The row after a transition, or undefined when its guard refuses. */
function apply(rules: Rules, world: World, name: TransitionName): World | undefined {
  const transition = rules.table[name]
  const { from, to, handed, handed_after, keeps_token } = transition
  if (!from.includes(world.state) || world.handed !== handed) return undefined
  const holds = to === 'claimed' || keeps_token
  return { ...world, state: to, handed: handed_after, token: holds ? world.token : 0 }
}

function* successors(rules: Rules, world: World): Generator<World> {
  for (const index of [0, 1] as const) yield* drainMoves(rules, world, index)
  // The lease may run out whenever there is one: the sweep asks only for the states.
  const released = apply(rules, world, 'release')
  if (released) yield released
  const expired = apply(rules, world, 'expire')
  if (expired) yield expired
  if (!world.stopped) yield { ...(apply(rules, world, 'cancel') ?? world), stopped: true }
  // Events come for what was accepted, at any later time, and again.
  if (world.accepted > 0 && world.events_sent < MOST_EVENTS)
    yield { ...(apply(rules, world, 'confirm') ?? world), events_sent: world.events_sent + 1 }
}

function* drainMoves(rules: Rules, world: World, index: 0 | 1): Generator<World> {
  const drain = world.drains[index]
  const put = (next: World, mine: Drain): World => ({
    ...next,
    drains: index === 0 ? [mine, next.drains[1]] : [next.drains[0], mine],
  })
  const owns = (token: number) => world.token === token
  if (drain.at !== 'idle' && world.crashes < MOST_CRASHES)
    yield put({ ...world, crashes: world.crashes + 1 }, { at: 'idle' })
  switch (drain.at) {
    case 'idle': {
      if (world.claims >= MOST_CLAIMS) return
      if (rules.checks_then_acts) {
        if (apply(rules, world, 'claim') && !world.stopped) yield put(world, { at: 'looked' })
        return
      }
      const taken: World = { ...world, state: 'claimed', handed: false }
      const claimed = rules.claims_anything ? taken : world.stopped ? undefined : apply(rules, world, 'claim')
      const token = world.claims + 1
      if (claimed) yield put({ ...claimed, token, claims: token }, { at: 'claimed', token })
      return
    }
    case 'looked': {
      const token = world.claims + 1
      yield put({ ...world, state: 'claimed', handed: false, token, claims: token }, { at: 'claimed', token })
      return
    }
    case 'claimed': {
      const handed = owns(drain.token) ? apply(rules, world, 'hand_over') : undefined
      if (handed)
        yield put(
          { ...handed, handed_after_stop: world.handed_after_stop || world.stopped },
          { at: 'handed', token: drain.token },
        )
      else yield put(world, { at: 'idle' })
      return
    }
    case 'handed': {
      const { token } = drain
      yield put({ ...world, accepted: world.accepted + 1 }, { at: 'answered', token, answer: 'yes' })
      yield put({ ...world, accepted: world.accepted + 1 }, { at: 'answered', token, answer: 'nothing' })
      yield put(world, { at: 'answered', token, answer: 'nothing' })
      yield put(world, { at: 'answered', token, answer: 'no' })
      if (world.deferrals < MOST_DEFERRALS)
        yield put({ ...world, deferrals: world.deferrals + 1 }, { at: 'answered', token, answer: 'later' })
      return
    }
    case 'answered':
      yield put(settle(rules, world, drain), { at: 'idle' })
  }
}

function settle(
  rules: Rules,
  world: World,
  drain: { token: number; answer: 'yes' | 'no' | 'later' | 'nothing' },
): World {
  // A yes counts whoever holds the row now; everything else only under the token it was claimed with, which a lease
  // that ran out leaves on the row.
  if (drain.answer === 'yes') return apply(rules, world, 'accept') ?? world
  if (world.token !== drain.token) return world
  if (drain.answer === 'no') return apply(rules, world, 'refuse') ?? world
  if (drain.answer === 'nothing') return apply(rules, world, 'lose') ?? world
  const deferred = apply(rules, world, 'defer')
  if (deferred === undefined) return world
  return world.stopped ? { ...deferred, state: 'cancelled' } : deferred
}

interface Explored {
  states: number
  most_accepted: number
  handed_after_stop: boolean
  /** worlds from which no run ends with the mail settled, or settled untruly */
  stuck: World[]
}

function explore(rules: Rules): Explored {
  const seen = new Map<string, World>([[JSON.stringify(start), start]])
  const before = new Map<string, string[]>()
  const queue = [start]
  for (let world = queue.pop(); world !== undefined; world = queue.pop()) {
    const from = JSON.stringify(world)
    for (const next of successors(rules, world)) {
      const key = JSON.stringify(next)
      before.set(key, [...(before.get(key) ?? []), from])
      if (seen.has(key)) continue
      seen.set(key, next)
      queue.push(next)
    }
  }
  const worlds = [...seen.values()]
  return {
    states: worlds.length,
    most_accepted: Math.max(...worlds.map(({ accepted }) => accepted)),
    handed_after_stop: worlds.some((world) => world.handed_after_stop),
    stuck: findStuck(seen, before),
  }
}

/** Settled and true: accepted is sent or waits for a person, and not accepted is not sent. */
function isSettled(world: World): boolean {
  switch (world.state) {
    case 'sent':
      return world.accepted === 1
    case 'failed':
    case 'cancelled':
    case 'skipped':
      return world.accepted === 0
    case 'unconfirmed':
      return true
    case 'planned':
      // Claims are bounded here, so that a mail that was released thrice may still be waiting, which is no harm.
      return world.claims === MOST_CLAIMS && world.accepted === 0
    case 'claimed':
      return false
  }
}

/** Backwards from the settled worlds: whatever is not reached has no way out. */
function findStuck(seen: ReadonlyMap<string, World>, before: ReadonlyMap<string, string[]>): World[] {
  const live = new Set([...seen].filter(([, world]) => isSettled(world)).map(([key]) => key))
  const queue = [...live]
  for (let key = queue.pop(); key !== undefined; key = queue.pop())
    for (const from of before.get(key) ?? [])
      if (!live.has(from)) {
        live.add(from)
        queue.push(from)
      }
  return [...seen].filter(([key]) => !live.has(key)).map(([, world]) => world)
}

test('whatever happens: accepted at most once, nothing stuck, nothing handed over after a stop', () => {
  const { states, ...found } = explore({ table: transitions })
  expect(found).toEqual({ most_accepted: 1, handed_after_stop: false, stuck: [] })
  expect(states).toBeGreaterThan(500)
  console.info(`${states} states explored`)
})

test('a mail that is known to be sent never changes again', () => {
  for (const [name, { from }] of Object.entries<Transition>(transitions))
    expect(from.includes('sent') || from.includes('failed'), name).toBe(false)
})

test('only a provider that took nothing leads from handed over back to planned', () => {
  const back = Object.entries<Transition>(transitions).filter(([, { handed, to }]) => handed && to === 'planned')
  expect(back.map(([name]) => name)).toEqual(['defer'])
})

test.each<[string, Rules]>([
  [
    'a lease that runs out after the hand-over goes back to planned',
    { table: { ...transitions, expire: { ...transitions.expire, to: 'planned', handed_after: false } } },
  ],
  ['a drain looks at the row first and takes it afterwards', { table: transitions, checks_then_acts: true }],
  ['a claim has no guard', { table: transitions, claims_anything: true }],
])('the model finds a second acceptance when %s', (_bug, rules) => {
  expect(explore(rules).most_accepted).toBeGreaterThan(1)
})
