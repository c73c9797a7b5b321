import {
  type EnrollCandidate,
  insertEnrollments,
  lockProgress,
  type NewEnrollment,
} from '../../../db/queries/enrollments.ts'
import { findEventOfSequence } from '../../../db/queries/events.ts'
import { listSteps } from '../../../db/queries/steps.ts'
import type { Row } from '../../../db/schema.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { ConflictError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { accountKeyOf } from '../accounts/account-key.ts'
import { parseInput } from '../parse-input.ts'
import { openCalendar } from './calendar.ts'
import { countryCodeOf } from './country-codes.ts'
import { findTurns } from './find-turns.ts'
import { enrollmentIdOf, messageIdHeaderOf, messageIdOf } from './message-id.ts'
import { type Openings, type Schedule, scheduleOf } from './opening.ts'
import { planStep } from './plan.ts'
import { planTurns, wakeForNext } from './plan-next.ts'
import { type EnrollInput, enrollInput, type LeftOut, preflight } from './preflight.ts'
import { requireLockedSequence } from './require-sequence.ts'
import type { Show } from './timing.ts'
import { wake } from './wake.ts'

const INSERTED_AT_ONCE = 1_000

export interface Enrolled {
  enrolled: number
  left_out: LeftOut[]
}

/**
 * Enrols whom the preflight lets through, with their first step planned. Whoever entered another sequence in the
 * meantime comes back as left out. Repeating it enrols nobody twice.
 */
export async function enrollPeople(ctx: Ctx, input: EnrollInput): Promise<Enrolled> {
  const given = parseInput(enrollInput, input)
  return transact(ctx, async (tx) => {
    const sequence = await requireLockedSequence(tx, given.sequence_id)
    if (sequence.status !== 'active') throw new ConflictError('Activate the sequence first.')
    const { enroll, left_out } = await preflight(tx, sequence, given)
    const [first] = await listSteps(tx.db, sequence.id, sequence.version)
    if (first === undefined) throw new ConflictError('This sequence has no steps.')

    const planned = planFirst(tx, sequence, first, enroll, await calendarOf(tx, sequence))
    const enrolled = new Set<string>()
    for (let start = 0; start < planned.length; start += INSERTED_AT_ONCE) {
      const some = planned.slice(start, start + INSERTED_AT_ONCE)
      for (const id of await insertEnrollments(tx.db, enrollmentColumns(tx, sequence), some, tx.clock.now()))
        enrolled.add(id)
    }
    await wakeForFirst(tx, planned, enrolled)
    await planOthers(tx, planned, enrolled)

    for (const person of enroll)
      if (!enrolled.has(person.id))
        left_out.push({
          person: { id: person.id, name: person.name },
          reason: 'in_another_sequence',
          text: 'Was enrolled elsewhere a moment ago.',
        })
    return { enrolled: enrolled.size, left_out }
  })
}

const enrollmentColumns = (tx: TxCtx, sequence: Row<'sequence'>) => ({
  sequence_id: sequence.id,
  sequence_name: sequence.name,
  event_id: sequence.event_id,
  version: sequence.version,
  enrolled_by: tx.actor?.user_id ?? null,
})

/** The show and the days off: what plans share beside the sequence. */
async function calendarOf(tx: TxCtx, sequence: Row<'sequence'>): Promise<{ schedule: Schedule; show: Show }> {
  const event = await findEventOfSequence(tx.db, sequence)
  return {
    schedule: scheduleOf(sequence, await openCalendar(tx.db)),
    show: { ...event, country: countryCodeOf(event.country) },
  }
}

/** A first mail goes in with its enrollment. Whoever begins with anything else is planned once they are in. */
function planFirst(
  tx: TxCtx,
  sequence: Row<'sequence'>,
  first: Row<'step'>,
  people: readonly EnrollCandidate[],
  { schedule, show }: { schedule: Schedule; show: Show },
): NewEnrollment[] {
  const now = tx.clock.now()
  const known: Openings = new Map()
  return people.map((person) => {
    const id = enrollmentIdOf(sequence.id, person.id)
    const account_key = accountKeyOf({ ...person, person_id: person.id })
    const enrollment = { id, person_id: person.id, account_id: person.account_id, account_key }
    if (first.kind !== 'email') return { ...enrollment, message: null }
    const priority = person.score
    const plan = planStep({ timing: first, previous: now, now, person, show, schedule, priority, known })
    if (plan.plan !== 'at') return { ...enrollment, message: null }
    const { ready_at, due_at, time_zone, country, rule } = plan
    const message_id = messageIdOf(id, first.step_key, 0)
    return {
      ...enrollment,
      message: {
        id: message_id,
        enrollment_id: id,
        step_key: first.step_key,
        rotation: 0,
        sequence_id: sequence.id,
        person_id: person.id,
        event_id: sequence.event_id,
        position: first.position,
        version: sequence.version,
        priority,
        country,
        account_key,
        is_first: true,
        ready_at,
        due_at,
        time_zone,
        rule,
        message_id_header: messageIdHeaderOf(message_id, sequence.from_address),
      },
    }
  })
}

async function wakeForFirst(
  tx: TxCtx,
  planned: readonly NewEnrollment[],
  enrolled: ReadonlySet<string>,
): Promise<void> {
  const moments = planned
    .filter(({ person_id }) => enrolled.has(person_id))
    .flatMap(({ message }) => (message === null ? [] : [message.due_at.getTime()]))
  // A loop, not Math.min(...): spreading 100,000 arguments overflows the stack.
  if (moments.length > 0) await wake(tx, new Date(moments.reduce((a, b) => Math.min(a, b))))
}

async function planOthers(tx: TxCtx, planned: readonly NewEnrollment[], enrolled: ReadonlySet<string>): Promise<void> {
  const ids = planned
    .filter(({ person_id, message }) => message === null && enrolled.has(person_id))
    .map(({ id }) => id)
  if (ids.length === 0) return
  const previous = tx.clock.now()
  const stands = (await lockProgress(tx.db, ids)).map((progress) => ({ progress, step_key: null, done_at: previous }))
  await planTurns(tx, await findTurns(tx, stands, new Map()))
  await wakeForNext(tx)
}
