import type { Instant } from './columns.ts'

/**
 * What becomes of those who are in a sequence when a version of it is saved: they go on in it once the step they stand at
 * is done, or at once, or they stay.
 */
export type MoveChoice = 'after_current_step' | 'now' | 'new_people_only'

/** A version of a sequence's steps: who saved it, and what for. */
export interface SequenceVersionTable {
  sequence_id: string
  version: number
  choice: MoveChoice
  saved_by: string | null
  saved_at: Instant
  /** for `now`: when the last of them had been moved */
  moved_at: Instant | null
}
