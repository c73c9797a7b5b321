import { findAccount } from '../../../db/queries/accounts.ts'
import { countWhatMoves } from '../../../db/queries/duplicate-lists.ts'
import { listMeetingEnrollments } from '../../../db/queries/merged-enrollments.ts'
import { findPerson, listAddresses } from '../../../db/queries/people.ts'
import type { Ctx } from '../../context.ts'
import { accountLines } from '../accounts/merged-account.ts'
import { meetAddresses } from '../people/meeting-addresses.ts'
import { meetEnrollments } from '../people/meeting-enrollments.ts'
import type { MergeInput } from '../people/merge-people.ts'
import { personLines } from '../people/merged-person.ts'
import type { FieldLine } from './merge-fields.ts'

export interface MergePreview {
  survivor: { id: string; name: string }
  lost: { id: string; name: string }
  lines: FieldLine[]
  addresses: { address: string; source: string; is_primary: boolean; is_from_lost: boolean }[]
  sequences: { name: string; is_from_lost: boolean; becomes: 'goes_on' | 'stops' | 'ended' }[]
  /** what else goes over, in words: "12 people" */
  moves: { label: string; count: number }[]
}

/** What `mergePeople` would do, decided by the same functions; undefined when one of them is not there. */
export async function previewPeople(ctx: Ctx, of: MergeInput): Promise<MergePreview | undefined> {
  const { db } = ctx
  const [survivor, lost] = await Promise.all([
    findPerson(db, of.event_id, of.survivor_id),
    findPerson(db, of.event_id, of.lost_id),
  ])
  if (survivor === undefined || lost === undefined || survivor.id === lost.id) return undefined
  const [own, others, enrollments, moves] = await Promise.all([
    listAddresses(db, survivor.id),
    listAddresses(db, lost.id),
    listMeetingEnrollments(db, [survivor.id, lost.id]),
    countWhatMoves(db, lost.id),
  ])
  const { written } = meetAddresses(own, others, survivor.id)
  const stopped = new Set(meetEnrollments(enrollments, survivor.id).stops.map(({ enrollment_id }) => enrollment_id))
  return {
    survivor,
    lost,
    lines: personLines(survivor, lost),
    addresses: written.map(({ id, address, source, is_primary }) => ({
      address,
      source,
      is_primary,
      is_from_lost: others.some((other) => other.id === id),
    })),
    sequences: enrollments.map(({ id, person_id, sequence_name, status }) => ({
      name: sequence_name,
      is_from_lost: person_id === lost.id,
      becomes: stopped.has(id) ? 'stops' : status === 'active' || status === 'paused' ? 'goes_on' : 'ended',
    })),
    moves: [
      { label: 'mails', count: moves.mails },
      { label: 'replies', count: moves.replies },
      { label: 'tasks', count: moves.tasks },
    ],
  }
}

/** The same for `mergeAccounts`. */
export async function previewAccounts(ctx: Ctx, of: MergeInput): Promise<MergePreview | undefined> {
  const [survivor, lost] = await Promise.all([
    findAccount(ctx.db, of.event_id, of.survivor_id),
    findAccount(ctx.db, of.event_id, of.lost_id),
  ])
  if (survivor === undefined || lost === undefined || survivor.id === lost.id) return undefined
  return {
    survivor,
    lost,
    lines: accountLines(survivor, lost),
    addresses: [],
    sequences: [],
    moves: [{ label: 'people', count: lost.people_count }],
  }
}
