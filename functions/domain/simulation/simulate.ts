import type { Row } from '../../../db/schema.ts'
import type { StepCondition } from '../../../db/tables/step.ts'
import {
  type Book,
  bookMail,
  type CapRow,
  emptyBook,
  grantCaps,
  type Held,
  type Limits,
  unbookMail,
} from '../sequences/caps.ts'
import { messageIdOf } from '../sequences/message-id.ts'
import { type Openings, planOpening, type Schedule } from '../sequences/opening.ts'
import { placeWaiting, type WaitingRow } from '../sequences/place-waiting.ts'
import { type PlacedMoment, planStepAt } from '../sequences/plan.ts'
import type { Show, StepTiming } from '../sequences/timing.ts'
import { type Place, placeOf, type Whereabouts } from '../sequences/zones.ts'
import { MinuteQueue } from './minute-queue.ts'

/** Somebody who would be enrolled. */
export interface SimulatedPerson extends Whereabouts {
  enrollment_id: string
  /** the account's score, 0 to 100 */
  score: number
  account_key: string
  /** of the address */
  domain: string | null
  /** what conditions on fields look at, by field */
  fields: Readonly<Record<string, string | null>>
}

export type SimulatedStep = StepTiming &
  Pick<Row<'step'>, 'step_key' | 'position' | 'kind'> & { condition: StepCondition | null }

export interface SimulateInput {
  people: readonly SimulatedPerson[]
  /** in order */
  steps: readonly SimulatedStep[]
  show: Show
  schedule: Schedule
  sequence: { id: string; daily_cap: number; sender: string }
  limits: Limits
  /** what has left and is planned already, of everybody: it takes room */
  booked: Book
  used: Book
  now: Date
  /** share of people who answer a mail, from 0 to 1; an answer ends the sequence before the next step */
  reply_rate: number
}

/** A mail as it will leave. Indexes are those of the input. */
export interface SimulatedMail {
  person: number
  step: number
  /** minutes since 1970 */
  minute: number
  time_zone: string
}

export interface SimulatedMove {
  reason: WaitingRow['held_by']
  /** minutes since 1970: when the cap stood in the way */
  minute: number
}

export interface Simulation {
  mails: SimulatedMail[]
  /** each time a mail had to wait for a cap or a gap */
  moves: SimulatedMove[]
  /** mails and tasks passed over, and why */
  skips: { person: number; step: number; reason: 'too_late' | 'no_booth_visit' | 'condition_not_met' }[]
  replied: number
}

/** What is before a person: a mail that wants to leave, or a task that is due. */
interface Waiting extends CapRow, Pick<WaitingRow, 'window_key'> {
  person: number
  step: number
  time_zone: string
  country: string | null
}

/** More than this at once is a backlog. */
const CLAIMED_AT_ONCE = 100
const MINUTE_MS = 60_000

/**
 * Plays a sequence through, minute by minute, with the functions the engine itself decides with. Nobody opens, clicks or
 * visits the booth; tasks are done when they are due; `reply_rate` answers. Pure: the same input gives the same mails.
 */
export function simulate(input: SimulateInput): Simulation {
  const run = new Run(input)
  for (const person of input.people.keys()) run.plan(person, -1, input.now)
  for (let minute = run.queue.next(); minute !== undefined; minute = run.queue.next()) run.drain(minute)
  return run.result
}

class Run {
  readonly queue = new MinuteQueue<Waiting>()
  readonly result: Simulation = { mails: [], moves: [], skips: [], replied: 0 }
  private readonly openings: Openings = new Map()
  /** people who have had a mail */
  private readonly mailed = new Set<number>()

  /** what others have booked, what has left, and what is planned: moved mails look for room beside all of it */
  private readonly all: Book

  /** of the people */
  private readonly places: readonly Place[]
  private readonly windowKeys: readonly string[]

  constructor(private readonly input: SimulateInput) {
    this.places = input.people.map((person) => placeOf(person, input.schedule))
    this.windowKeys = this.places.map(
      ({ time_zone, country }, index) => `${time_zone} ${country} ${input.people[index]?.score}`,
    )
    this.all = sumOf(input.booked, input.used)
  }

  /** What comes after a step that was done at a moment; -1 is enrolment. */
  plan(person: number, done: number, done_at: Date): void {
    const { steps } = this.input
    for (let index = done + 1; index < steps.length; index++) {
      const plan = this.planOne(person, index, done_at)
      if (plan === undefined) return
      if (plan.plan === 'at') {
        const waiting = this.waiting(person, index, plan)
        this.queue.add(toMinute(plan.due_at), waiting)
        if (steps[index]?.kind === 'email') bookMail(waiting, plan.due_at, this.all, this.input.limits)
        return
      }
      const reason = plan.plan === 'skip' ? plan.reason : 'no_booth_visit'
      this.result.skips.push({ person, step: index, reason })
      // Nobody comes to the booth here: the sequence goes on when the visit is given up.
      if (plan.plan === 'booth_visit') done_at = plan.until_at
    }
  }

  private planOne(person: number, step: number, previous: Date) {
    const { people, steps, show, schedule } = this.input
    const [timing, place] = [steps[step], this.places[person]]
    if (timing === undefined || place === undefined) return undefined
    return planStepAt({
      timing,
      previous,
      now: previous,
      place,
      booth_visited_at: null,
      show,
      schedule,
      priority: people[person]?.score ?? 0,
      known: this.openings,
    })
  }

  private waiting(person: number, step: number, plan: PlacedMoment): Waiting {
    const { people, steps, sequence } = this.input
    const someone = people[person]
    return {
      person,
      step,
      id: messageIdOf(someone?.enrollment_id ?? '', steps[step]?.step_key ?? '', 0),
      due_at: plan.due_at,
      priority: someone?.score ?? 0,
      sender: sequence.sender,
      sequence_id: sequence.id,
      sequence_daily_cap: sequence.daily_cap,
      is_first: !this.mailed.has(person),
      domain: someone?.domain ?? null,
      account_key: someone?.account_key ?? '',
      time_zone: plan.time_zone,
      country: plan.country,
      window_key: this.windowKeys[person] ?? '',
    }
  }

  /** A drain that wakes at a minute: what is due leaves, is passed over, or is moved to where there is room. */
  drain(minute: number): void {
    const now = new Date(minute * MINUTE_MS)
    const mails: Waiting[] = []
    for (const due of this.queue.take(minute)) {
      const step = this.input.steps[due.step]
      if (step === undefined) continue
      if (!this.holds(step.condition, due.person)) {
        this.result.skips.push({ person: due.person, step: due.step, reason: 'condition_not_met' })
        if (step.kind === 'email') unbookMail(due, due.due_at, this.all, this.input.limits)
        this.plan(due.person, due.step, now)
      } else if (step.kind === 'email') mails.push(due)
      else this.plan(due.person, due.step, now)
    }
    const { granted, held } = grantCaps(mails, this.input.used, this.input.limits, now)
    // A backlog is moved before anything leaves, the rest of a claim after it has left: what leaves plans what comes next.
    const isBacklog = mails.length > CLAIMED_AT_ONCE
    if (isBacklog) this.move(held, now)
    for (const mail of granted) this.send(mail, now)
    if (!isBacklog) this.move(held, now)
  }

  private send(mail: Waiting, now: Date): void {
    const { person, step, time_zone } = mail
    this.result.mails.push({ person, step, minute: toMinute(now), time_zone })
    this.mailed.add(person)
    if (answers(mail.id, this.input.reply_rate)) this.result.replied += 1
    else this.plan(person, step, now)
  }

  private move(held: readonly Held<Waiting>[], now: Date): void {
    if (held.length === 0) return
    const byId = new Map(held.map((mail) => [mail.id, mail]))
    for (const mail of held) unbookMail(mail, mail.due_at, this.all, this.input.limits)
    for (const { id, due_at, reason } of placeWaiting(held, this.all, this.input.limits, now, this.opening)) {
      const mail = byId.get(id)
      if (mail === undefined) continue
      this.result.moves.push({ reason, minute: toMinute(now) })
      mail.due_at = due_at
      this.queue.add(toMinute(due_at), mail)
    }
  }

  private readonly opening = (row: Waiting, at: Date) => planOpening(at, row, this.input.schedule, this.openings)

  private holds(condition: StepCondition | null, person: number): boolean {
    if (condition === null) return true
    if (condition.kind !== 'field') return condition.negated
    const value = this.input.people[person]?.fields[condition.field] ?? null
    const isEqual = value !== null && value.trim().toLowerCase() === condition.value.trim().toLowerCase()
    return isEqual !== condition.negated
  }
}

function sumOf(one: Book, other: Book): Book {
  const sum = emptyBook()
  for (const book of [one, other]) {
    sum.counts.addAll(book.counts)
    for (const [sender, moments] of book.moments)
      sum.moments.set(
        sender,
        [...(sum.moments.get(sender) ?? []), ...moments].sort((a, b) => a - b),
      )
  }
  return sum
}

/** The same people answer each time: by chance of the message's id. */
function answers(message_id: string, reply_rate: number): boolean {
  return reply_rate > 0 && Number.parseInt(message_id.slice(0, 8), 16) / 0x1_0000_0000 < reply_rate
}

const toMinute = (at: Date) => Math.round(at.getTime() / MINUTE_MS)
