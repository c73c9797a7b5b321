import { type CapCount, countBooked, countLeft, listTakenMinutes } from '../../../db/queries/cap-counts.ts'
import type { Ctx } from '../../context.ts'
import { addDays, capOnDay, dayIn, gapOf, mondayOf, type SenderCaps, startOfDay } from '../sequences/caps.ts'
import { Counts } from '../sequences/counts.ts'

/** Planned mails of a day that do not fit the sender's caps, ramp or gap: they move on when they are due. */
export interface Overbooked {
  /** YYYY-MM-DD, in the sender's zone */
  on: string
  planned: number
  too_many: number
}

type Sender = SenderCaps & { address: string }

/** Whoever lowers a cap on Friday wants to hear of Monday. */
const DAYS = 7
/** A gap differs from mail to mail; this one is the least. */
const NO_ID = '000000'

/** By sender the first day of the next week with more mails planned than it may send. */
export async function findOverbooked(ctx: Ctx, senders: readonly Sender[]): Promise<Map<string, Overbooked>> {
  const now = ctx.clock.now()
  const span = { now, until: new Date(now.getTime() + DAYS * 86_400_000) }
  const nobody = { sequences: [], domains: [], account_keys: [] }
  const booked = countsOf(await countBooked(ctx.db, { ...nobody, ...span, senders }))
  const left = countsOf(await countLeft(ctx.db, { ...nobody, senders: senders.map((sender) => daysOf(sender, now)) }))
  const spaced = senders.filter(({ gap_minutes }) => gap_minutes > 0).map(({ address }) => address)
  const taken = spaced.length === 0 ? [] : await listTakenMinutes(ctx.db, { senders: spaced, ...span })
  const found = new Map<string, Overbooked>()
  for (const sender of senders) {
    const minutes = taken.filter((minute) => minute.sender === sender.address).map(({ at }) => at)
    const first = firstTooFull(sender, { booked, left, minutes, today: dayIn(now, sender.time_zone) })
    if (first !== undefined) found.set(sender.address, first)
  }
  return found
}

function countsOf(rows: readonly CapCount[]): Counts {
  const counts = new Counts()
  for (const { reason, of, day, mails } of rows) counts.add(reason, of, day, mails)
  return counts
}

function daysOf({ address, time_zone }: Sender, now: Date) {
  const day = dayIn(now, time_zone)
  const week = mondayOf(day)
  return { of: address, day, day_from: startOfDay(day, time_zone), week, week_from: startOfDay(week, time_zone) }
}

function firstTooFull(
  sender: Sender,
  of: { booked: Counts; left: Counts; minutes: readonly Date[]; today: string },
): Overbooked | undefined {
  const { booked, left, minutes, today } = of
  const week = {
    monday: mondayOf(today),
    used: left.get('cap_sender_week', sender.address, mondayOf(today)),
  }
  for (let on = today; on < addDays(today, DAYS); on = addDays(on, 1)) {
    if (mondayOf(on) !== week.monday) Object.assign(week, { monday: mondayOf(on), used: 0 })
    const planned = booked.get('cap_sender_day', sender.address, on)
    const day = capOnDay(sender, on) - left.get('cap_sender_day', sender.address, on)
    const newPeople = ['cap_new_people', sender.address, on] as const
    const tooManyNew = booked.get(...newPeople) + left.get(...newPeople) - sender.new_people_cap
    const kept = sender.gap_minutes === 0 ? planned : keepGap(sender, minutes, on)
    const room = Math.min(day, sender.weekly_cap - week.used, kept, planned - Math.max(0, tooManyNew))
    const too_many = Math.min(planned, planned - room)
    if (too_many > 0) return { on, planned, too_many }
    week.used += planned
  }
  return undefined
}

/** How many of a day's minutes are far enough from the one before. */
function keepGap(sender: Sender, minutes: readonly Date[], on: string): number {
  let next = 0
  let kept = 0
  for (const at of minutes) {
    if (dayIn(at, sender.time_zone) !== on || at.getTime() < next) continue
    kept += 1
    next = at.getTime() + gapOf(sender, NO_ID)
  }
  return kept
}
