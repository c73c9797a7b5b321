import type { EnrollCandidate } from '../../../db/queries/enrollments.ts'

/** Providers begin to sort a sender's mail out at about this share of bounces: a batch that expects more does not leave by itself. */
export const MOST_EXPECTED = 0.02

export interface ExpectedBounces {
  /** of the first mails: a guess nobody has confirmed bounces as often as we doubt it */
  count: number
  /** of all of them, 0 to 1 */
  rate: number
}

export function expectBounces(people: readonly EnrollCandidate[]): ExpectedBounces {
  const count = people.reduce((sum, person) => sum + doubtIn(person), 0)
  return { count, rate: people.length === 0 ? 0 : count / people.length }
}

function doubtIn({ address_source, address_status, confidence }: EnrollCandidate): number {
  return address_source === 'guessed' && address_status !== 'valid' ? 1 - (confidence ?? 0) : 0
}
