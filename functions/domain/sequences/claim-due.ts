import {
  claimMessages,
  type EarlierMails,
  type JudgedMessage,
  judgeDueMessages,
  lockClaims,
} from '../../../db/queries/claims.ts'
import type { DayOffNow } from '../../../db/queries/send-windows.ts'
import type { Db } from '../../../db/schema.ts'
import { dayIn, grantCaps, type Held } from './caps.ts'
import { countUsed, nothingUsed, readLimits, type Used } from './read-book.ts'

export type ClaimedMessage = JudgedMessage & { earlier: EarlierMails }

export interface Claimed {
  claim_token: string
  mails: ClaimedMessage[]
  /** nobody may be written to here */
  stops: JudgedMessage[]
  /** their step's condition does not hold */
  passes: JudgedMessage[]
  /** outside their window */
  shut: JudgedMessage[]
  /** held back by a cap or a gap */
  held: Held<JudgedMessage>[]
  /** whether more may be due */
  is_full: boolean
}

/** What a drain has counted, good as long as nobody else claims. */
export interface Counted {
  number: number
  used: Used | undefined
}

export const nothingCounted = (): Counted => ({ number: 0, used: undefined })

/**
 * Judges what is due and claims what stop rules, windows, caps and gaps let through; the rest comes back as it was. Two
 * claims at once would each count the other's mails as not yet sent, so they follow one another.
 *
 * @param tx a transaction; the caller commits it before anything leaves
 */
export async function claimDue(
  tx: Db,
  counted: Counted,
  claim: { claim_token: string; now: Date; lease_until: Date; limit: number; days_off: readonly DayOffNow[] },
): Promise<Claimed> {
  const { claim_token, now, limit, days_off } = claim
  const number = await lockClaims(tx)
  const judged = await judgeDueMessages(tx, { now, limit, days_off })
  const of = (verdict: JudgedMessage['verdict']) => judged.filter((message) => message.verdict === verdict)
  const ready = onePerMailbox(of('ready'))
  const { granted, held } = await grant(tx, counted, ready, { number, now })
  const earlier = await claimMessages(tx, { ...claim, ids: granted.map(({ id }) => id) })
  return {
    claim_token,
    mails: granted.flatMap((message) => {
      const mails = earlier.get(message.id)
      return mails === undefined ? [] : [{ ...message, earlier: mails }]
    }),
    stops: of('stop'),
    passes: of('pass'),
    shut: of('shut'),
    held,
    is_full: judged.length === limit,
  }
}

/** Two people behind one mailbox get a step once: the second is judged again when the first is in our hands. */
function onePerMailbox(ready: readonly JudgedMessage[]): JudgedMessage[] {
  const taken = new Set<string>()
  return ready.filter(({ sequence_id, step_key, address }) => {
    const mailbox = `${sequence_id} ${step_key} ${address?.toLowerCase()}`
    return !taken.has(mailbox) && taken.add(mailbox)
  })
}

async function grant(tx: Db, counted: Counted, ready: readonly JudgedMessage[], at: { number: number; now: Date }) {
  if (ready.length === 0) return { granted: [], held: [] }
  const known = counted.used?.limits.senders.keys() ?? []
  const limits = await readLimits(tx, [...new Set([...known, ...ready.map(({ sender }) => sender)])])
  const isFresh =
    counted.number !== at.number - 1 ||
    counted.used === undefined ||
    hasTurned(counted.used, at.now) ||
    haveChanged(counted.used.limits, limits)
  const used = isFresh || counted.used === undefined ? nothingUsed(limits, at.now) : counted.used
  Object.assign(counted, { number: at.number, used })
  await countUsed(tx, used, ready)
  const result = grantCaps(ready, used.book, used.limits, at.now)
  if (result.held.length === 0 || isFresh) return result
  // What this drain remembers is at least what has been used: mails it gave back have left room.
  counted.used = undefined
  return grant(tx, counted, ready, at)
}

/** Somebody has set other caps since: they hold from now on. */
function haveChanged(before: Used['limits'], now: Used['limits']): boolean {
  const of = ({ senders, ...workspace }: Used['limits']) =>
    JSON.stringify([workspace, [...before.senders.keys()].map((sender) => senders.get(sender))])
  return of(before) !== of(now)
}

/** A new day for one of the senders. */
function hasTurned({ limits, at }: Used, now: Date): boolean {
  return [...limits.senders.values()].some(({ time_zone }) => dayIn(at, time_zone) !== dayIn(now, time_zone))
}
