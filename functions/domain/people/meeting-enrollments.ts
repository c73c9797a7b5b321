import type { MeetingEnrollment } from '../../../db/queries/merged-enrollments.ts'

/** What somebody said or did, or a colleague decided about them: it ends the sequence whichever record it was. */
const ENDED_BY_THE_PERSON = new Set([
  'replied',
  'unsubscribed',
  'complained',
  'meeting_booked',
  'by_hand',
  'suppressed',
  'suppressed_imported',
])

export interface Meeting {
  /** running enrollments that end, and why */
  stops: { enrollment_id: string; reason: string }[]
  /** of two in one sequence, the one that ends, and the one that it goes on in */
  absorbed: { id: string; into_id: string }[]
}

/**
 * Which enrollments of two records that become one go on. In one sequence, and of all that run, the further one does; a running one
 * before one that an address had ended; else the survivor's own. Nothing runs on in a sequence that the person has ended.
 */
export function meetEnrollments(enrollments: readonly MeetingEnrollment[], survivor_id: string): Meeting {
  const stops = new Map<string, string>()
  const absorbed: Meeting['absorbed'] = []
  const stop = ({ id, status }: MeetingEnrollment, reason: string) => {
    if (isRunning({ status }) && !stops.has(id)) stops.set(id, reason)
  }
  const ordered = [...enrollments].sort((a, b) => compare(a, b, survivor_id))
  const first = new Map<string, MeetingEnrollment>()
  for (const enrollment of ordered) {
    const kept = first.get(enrollment.sequence_id)
    if (kept === undefined) {
      first.set(enrollment.sequence_id, enrollment)
      continue
    }
    absorbed.push({ id: enrollment.id, into_id: kept.id })
    stop(enrollment, 'merged')
    const { stop_reason } = enrollment
    if (stop_reason !== null && ENDED_BY_THE_PERSON.has(stop_reason)) stop(kept, stop_reason)
  }
  const [, ...others] = ordered.filter(
    (one) => first.get(one.sequence_id) === one && isRunning(one) && !stops.has(one.id),
  )
  for (const other of others) stop(other, 'merged')
  return { stops: [...stops].map(([enrollment_id, reason]) => ({ enrollment_id, reason })), absorbed }
}

const isRunning = ({ status }: Pick<MeetingEnrollment, 'status'>) => status === 'active' || status === 'paused'

function compare(a: MeetingEnrollment, b: MeetingEnrollment, survivor_id: string): number {
  return (
    Number(isBroken(a)) - Number(isBroken(b)) ||
    b.progress - a.progress ||
    Number(isRunning(b)) - Number(isRunning(a)) ||
    Number(b.person_id === survivor_id) - Number(a.person_id === survivor_id) ||
    (a.id < b.id ? -1 : 1)
  )
}

/** Ended, but not by what the person did, nor because nothing was left to send. */
function isBroken({ status, stop_reason }: MeetingEnrollment): boolean {
  return status === 'stopped' && !ENDED_BY_THE_PERSON.has(stop_reason ?? '')
}
