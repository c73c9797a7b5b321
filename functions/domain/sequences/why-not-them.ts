import type { SequencePerson } from '../../../db/queries/sequence-people.ts'
import type { Config } from '../../config.ts'
import { type SendingFigures, type WhyNotNow, whyNotNow } from './why-not-now.ts'

/** Why one person gets nothing now, and what they get next. */
export type WhyNotThem =
  | { why: 'stopped'; reason: string | null }
  | { why: 'finished' }
  /** the step may have left: a person decides */
  | { why: 'unconfirmed'; position: number }
  | { why: 'leaving'; position: number }
  | { why: 'held'; reason: string | null; next_at?: Date }
  | { why: 'task'; title: string; next_at: Date }
  | { why: 'booth_visit'; next_at: Date }
  /** nothing is open: whatever died is put right by the next sweep */
  | { why: 'stranded' }
  /** a mail is planned; what stands in the way of its sequence, or of itself */
  | { why: 'mail'; position: number; is_judged: boolean; now: WhyNotNow; next_at: Date; time_zone: string | null }

/** What the page's queries know of a person in a sequence. */
type Person = Pick<
  SequencePerson,
  | 'status'
  | 'stop_reason'
  | 'pause_reason'
  | 'resume_at'
  | 'waiting_until_at'
  | 'position'
  | 'state'
  | 'reason'
  | 'due_at'
  | 'time_zone'
  | 'country'
  | 'has_condition'
  | 'task_title'
  | 'task_due_at'
>

/** The first thing that stands between a person and their next step. The same rules as for the sequence, for one mail. Pure. */
export function whyNotThem(
  person: Person,
  sequence: SendingFigures,
  config: Pick<Config, 'mail' | 'queue'>,
  now: Date,
): WhyNotThem {
  const { status, state, position, due_at } = person
  if (status === 'stopped') return { why: 'stopped', reason: person.stop_reason }
  if (status === 'finished') return { why: 'finished' }
  if (state === 'unconfirmed' && position !== null) return { why: 'unconfirmed', position }
  if (state === 'claimed' && position !== null) return { why: 'leaving', position }
  if (status === 'paused') {
    const { pause_reason: reason, resume_at } = person
    return resume_at === null ? { why: 'held', reason } : { why: 'held', reason, next_at: resume_at }
  }
  if (person.task_title !== null && person.task_due_at !== null)
    return { why: 'task', title: person.task_title, next_at: person.task_due_at }
  if (person.waiting_until_at !== null) return { why: 'booth_visit', next_at: person.waiting_until_at }
  if (state !== 'planned' || position === null || due_at === null) return { why: 'stranded' }
  const { next } = sequence
  const { time_zone, reason, country } = person
  const is_judged = person.has_condition === true
  // Its sequence's next mail knows the windows; the moment, the zone and the reason are this one's.
  const own = next && { ...next, due_at, reason, country, time_zone: time_zone ?? next.time_zone }
  const why = whyNotNow({ ...sequence, next: own }, config, now)
  return { why: 'mail', position, is_judged, now: why, next_at: due_at, time_zone }
}
