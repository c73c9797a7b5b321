import type { Dice } from './dice.ts'
import type { Network, Trap } from './network.ts'
import type { Outside } from './outside.ts'

const PLACES: readonly Pick<Trap, 'wire' | 'asked'>[] = [
  { wire: 'database' },
  { wire: 'database' },
  { wire: 'database' },
  { wire: 'queue' },
  { wire: 'mail' },
  { wire: 'mail' },
  { wire: 'door', asked: /^POST \/jobs\// },
  { wire: 'door', asked: /^POST \/webhooks\// },
  { wire: 'redis' },
]

/** How many pieces pass before it springs, at most: a drain says a few dozen things to its database and one to the queue. */
const MOST_SKIPPED = { database: 45, queue: 1, mail: 8, door: 1, redis: 1 } as const

/** One to three things that will go wrong at a random I/O, before or after its effect. */
export function plantTraps(network: Network, dice: Dice): void {
  for (let n = dice.between(1, 3); n > 0; n--) {
    const place = dice.pick(PLACES)
    network.traps.push({
      ...place,
      direction: dice.chance(0.5) ? 'there' : 'back',
      skip: dice.between(0, MOST_SKIPPED[place.wire]),
      does: dice.pick(['kill', 'kill', 'kill', 'cut', 'cut', 'stall']),
      share: dice.pick([0, 0, 0.5, 1]),
    })
  }
}

/** Callbacks that come twice, late, in another order, or whose answers are lost. */
export function plantQueueFaults({ queue_faults }: Outside, dice: Dice): void {
  const path = '/jobs/'
  const times = dice.between(1, 3)
  queue_faults.push(
    dice.pick([
      { path, times, duplicate: true },
      { path, times, dropAnswer: true },
      { path, times, reorder: true },
      // Longer, and it would be the queue's own slowness that is measured as recovery.
      { path, times, delaySeconds: dice.between(1, 5) },
      { path, times, status: 503 },
      { path, times, badSignature: true },
    ]),
  )
}

/** What SendGrid does with some of the next mails. */
export function plantMailFaults({ mail_faults }: Outside, dice: Dice): void {
  for (let n = dice.between(1, 4); n > 0; n--)
    mail_faults.push(
      dice.pick([
        { kind: 'accept_then_reset' },
        { kind: 'accept_then_status', status: 502 },
        { kind: 'accept_slowly', delay_ms: 40 },
        { kind: 'reset' },
        { kind: 'reject', status: 429, retry_after_seconds: dice.between(1, 120) },
        { kind: 'reject', status: 503, retry_after_seconds: dice.between(1, 120) },
        { kind: 'reject', status: 500 },
      ]),
    )
}
