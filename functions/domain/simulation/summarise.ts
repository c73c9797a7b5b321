import { DAY, dateOf, dayOf, dayText, localOf, weekdayOf } from '../sequences/local-time.ts'
import { anchorAt, describeTiming, type Show } from '../sequences/timing.ts'
import type { SimulatedMove, SimulateInput, Simulation } from './simulate.ts'

export interface SimulatedDay {
  /** of the viewer's calendar */
  on: string
  mails: number
  /** in the order of the sequence's steps; 0 for what is not a mail */
  by_step: number[]
}

export interface SimulatedZone {
  time_zone: string
  people: number
  mails: number
  /** minutes after midnight there: the earliest and the latest hour of the day at which one gets a mail */
  from_minute: number
  to_minute: number
}

export interface SimulatedCap {
  reason: SimulatedMove['reason']
  /** the day it first stands in the way */
  first_on: string
  /** how often a mail had to wait for it */
  moved: number
}

/** A step that hangs on the show: do all its mails leave before the moment it is named after? */
export interface SimulatedAnchor {
  position: number
  timing: string
  mails: number
  in_time: number
  /** passed over because their moment was gone */
  skipped: number
  all_in_time: boolean
}

export interface SimulatedSkip {
  position: number
  reason: Simulation['skips'][number]['reason']
  /** how many people it is passed over for */
  people: number
}

export interface SimulationSummary {
  people: number
  mails: number
  moved: number
  skipped: number
  /** the same by step and reason */
  passed_over: SimulatedSkip[]
  replied: number
  days: SimulatedDay[]
  /** mails by weekday (first index, Monday is 0) and hour of the recipient */
  heat: number[][]
  /** most people first */
  zones: SimulatedZone[]
  caps: SimulatedCap[]
  anchors: SimulatedAnchor[]
  first_send_at: Date | null
  last_send_at: Date | null
}

/** What people would rather look at than a list of mails. Pure. */
export function summarise(input: SimulateInput, simulation: Simulation, time_zone: string): SimulationSummary {
  const days = new Map<string, SimulatedDay>()
  const heat = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0))
  const zones = new Map<string, SimulatedZone & { who: Set<number> }>()
  for (const { person, step, minute, time_zone: zone } of simulation.mails) {
    const on = dayText(dayOf(localOf(minute, time_zone)))
    const day = days.get(on) ?? { on, mails: 0, by_step: input.steps.map(() => 0) }
    day.mails += 1
    day.by_step[step] = (day.by_step[step] ?? 0) + 1
    days.set(on, day)

    const local = localOf(minute, zone)
    const clock = local - dayOf(local) * DAY
    const hours = heat[weekdayOf(dayOf(local)) - 1]
    if (hours !== undefined) hours[Math.floor(clock / 60)] = (hours[Math.floor(clock / 60)] ?? 0) + 1

    const seen = zones.get(zone) ?? {
      time_zone: zone,
      people: 0,
      mails: 0,
      from_minute: DAY,
      to_minute: 0,
      who: new Set(),
    }
    seen.who.add(person)
    seen.mails += 1
    seen.from_minute = Math.min(seen.from_minute, clock)
    seen.to_minute = Math.max(seen.to_minute, clock)
    zones.set(zone, seen)
  }
  const { mails, moves, skips } = simulation
  return {
    people: input.people.length,
    mails: mails.length,
    moved: moves.length,
    skipped: skips.length,
    passed_over: skipsOf(input, skips),
    replied: simulation.replied,
    days: [...days.values()].sort((a, b) => (a.on < b.on ? -1 : 1)),
    heat,
    zones: [...zones.values()]
      .map(({ who, ...zone }) => ({ ...zone, people: who.size }))
      .sort((a, b) => b.people - a.people || (a.time_zone < b.time_zone ? -1 : 1)),
    caps: capsOf(moves, time_zone),
    anchors: anchorsOf(input, simulation),
    first_send_at: endOf(mails, (a, b) => a < b),
    last_send_at: endOf(mails, (a, b) => a > b),
  }
}

function endOf(mails: Simulation['mails'], isFarther: (a: number, b: number) => boolean): Date | null {
  let end: number | undefined
  for (const { minute } of mails) if (end === undefined || isFarther(minute, end)) end = minute
  return end === undefined ? null : dateOf(end)
}

function skipsOf({ steps }: SimulateInput, skips: Simulation['skips']): SimulatedSkip[] {
  const sums = new Map<string, SimulatedSkip>()
  for (const { step, reason } of skips) {
    const sum = sums.get(`${step} ${reason}`) ?? { position: steps[step]?.position ?? step + 1, reason, people: 0 }
    sum.people += 1
    sums.set(`${step} ${reason}`, sum)
  }
  return [...sums.values()].sort((a, b) => a.position - b.position)
}

function capsOf(moves: readonly SimulatedMove[], time_zone: string): SimulatedCap[] {
  const caps = new Map<SimulatedMove['reason'], SimulatedCap>()
  for (const { reason, minute } of moves) {
    const on = dayText(dayOf(localOf(minute, time_zone)))
    const cap = caps.get(reason) ?? { reason, first_on: on, moved: 0 }
    cap.moved += 1
    if (on < cap.first_on) cap.first_on = on
    caps.set(reason, cap)
  }
  return [...caps.values()].sort((a, b) => (a.first_on < b.first_on ? -1 : 1))
}

function anchorsOf({ steps, show }: SimulateInput, { mails, skips }: Simulation): SimulatedAnchor[] {
  return steps.flatMap((step, index) => {
    if (step.timing !== 'event' || step.anchor === 'booth_visit' || step.anchor === null || step.kind !== 'email')
      return []
    const sent = mails.filter((mail) => mail.step === index)
    const in_time = sent.filter(({ minute }) => isInTime(dateOf(minute), step, show)).length
    const skipped = skips.filter((skip) => skip.step === index && skip.reason === 'too_late').length
    const all_in_time = in_time === sent.length && skipped === 0
    return [
      { position: step.position, timing: describeTiming(step), mails: sent.length, in_time, skipped, all_in_time },
    ]
  })
}

/** What is to come before the doors open must leave before they do; what is named after a show day, while the show goes on or after it. */
function isInTime(at: Date, step: SimulateInput['steps'][number], show: Show): boolean {
  const anchor = step.anchor === null ? null : anchorAt(step.anchor, show, null)
  return anchor === null || (step.anchor_side === 'before' ? at < anchor : at >= anchor)
}
