import * as v from 'valibot'
import type { EnrollCandidate } from '../../../db/queries/enrollments.ts'
import { findEventOfSequence } from '../../../db/queries/events.ts'
import { listSteps } from '../../../db/queries/steps.ts'
import type { Row } from '../../../db/schema.ts'
import type { Ctx } from '../../context.ts'
import { accountKeyOf } from '../accounts/account-key.ts'
import { parseInput } from '../parse-input.ts'
import { openCalendar } from '../sequences/calendar.ts'
import type { CapRow } from '../sequences/caps.ts'
import { countryCodeOf } from '../sequences/country-codes.ts'
import { enrollmentIdOf } from '../sequences/message-id.ts'
import { scheduleOf } from '../sequences/opening.ts'
import { enrollInput, type LeftOut, preflight } from '../sequences/preflight.ts'
import { countAhead, countUsed, nothingUsed, readLimits } from '../sequences/read-book.ts'
import { requireSequence } from '../sequences/require-sequence.ts'
import { type SimulatedPerson, type SimulateInput, type Simulation, simulate } from './simulate.ts'
import { type SimulationSummary, summarise } from './summarise.ts'

export const simulateEnrollmentInput = v.object({
  ...enrollInput.entries,
  /** share of people who answer a mail */
  reply_rate: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0),
})
export type SimulateEnrollmentInput = v.InferInput<typeof simulateEnrollmentInput>

export interface SimulatedEnrollment {
  summary: SimulationSummary
  simulation: Simulation
  steps: Row<'step'>[]
  /** in the order of the simulation's indexes */
  people: EnrollCandidate[]
  left_out: LeftOut[]
  /** mails to guessed addresses, times what we doubt in them */
  expected_bounces: number
}

/** What enrolling these people now would send, and when: with the functions that will decide it. Changes nothing. */
export async function simulateEnrollment(ctx: Ctx, given: SimulateEnrollmentInput): Promise<SimulatedEnrollment> {
  const input = parseInput(simulateEnrollmentInput, given)
  const sequence = await requireSequence(ctx, input.sequence_id)
  const { enroll: people, left_out } = await preflight(ctx, sequence, input)
  const steps = await listSteps(ctx.db, sequence.id, sequence.version)
  const play = await readInput(ctx, { sequence, people, steps, reply_rate: input.reply_rate })
  const simulation = simulate(play)
  return {
    summary: summarise(play, simulation, ctx.actor?.time_zone ?? sequence.time_zone),
    simulation,
    steps,
    people,
    left_out,
    expected_bounces: people.reduce((sum, person) => sum + doubtIn(person), 0),
  }
}

async function readInput(
  ctx: Ctx,
  of: {
    sequence: Row<'sequence'>
    people: readonly EnrollCandidate[]
    steps: readonly Row<'step'>[]
    reply_rate: number
  },
): Promise<SimulateInput> {
  const { sequence, steps, reply_rate } = of
  const now = ctx.clock.now()
  const sender = sequence.from_address.toLowerCase()
  const event = await findEventOfSequence(ctx.db, sequence)
  const people = of.people.map((person) => toSimulated(sequence.id, person))
  const rows = people.map(
    (person): CapRow => ({
      id: person.enrollment_id,
      due_at: now,
      priority: person.score,
      sender,
      sequence_id: sequence.id,
      sequence_daily_cap: sequence.daily_cap,
      is_first: true,
      domain: person.domain,
      account_key: person.account_key,
    }),
  )
  const limits = await readLimits(ctx.db, [sender])
  const [used, booked] = [nothingUsed(limits, now), nothingUsed(limits, now)]
  if (rows.length > 0) {
    await countUsed(ctx.db, used, rows)
    await countAhead(ctx.db, booked, rows)
  }
  return {
    people,
    steps,
    show: { ...event, country: countryCodeOf(event.country) },
    schedule: scheduleOf(sequence, await openCalendar(ctx.db)),
    sequence: { id: sequence.id, daily_cap: sequence.daily_cap, sender },
    limits,
    used: used.book,
    booked: booked.book,
    now,
    reply_rate,
  }
}

function toSimulated(sequence_id: string, person: EnrollCandidate): SimulatedPerson {
  const { score, time_zone, country, account_country, account_region } = person
  return {
    enrollment_id: enrollmentIdOf(sequence_id, person.id),
    score,
    account_key: accountKeyOf({ ...person, person_id: person.id }),
    domain: person.address_domain,
    time_zone,
    country,
    account_country,
    account_region,
    fields: {
      'person.title': person.title,
      'person.country': country,
      'person.category': person.category,
      'account.industry': person.industry,
      'account.status': person.account_status,
      'account.list_tier': person.list_tier === null ? null : String(person.list_tier),
    },
  }
}

function doubtIn({ address_source, address_status, confidence }: EnrollCandidate): number {
  return address_source === 'guessed' && address_status !== 'valid' ? 1 - (confidence ?? 0) : 0
}
