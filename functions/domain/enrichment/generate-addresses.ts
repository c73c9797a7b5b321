import {
  findAccountForEnrichment,
  type Guess,
  listPeopleWithoutAddress,
  saveGuesses,
} from '../../../db/queries/enrichment.ts'
import type { Ctx } from '../../context.ts'
import { NotFoundError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { candidates } from './candidates.ts'
import { domainOf, inferFor } from './find-pattern.ts'

/** Candidates kept for each person. */
const KEPT = 3
/** Below this a candidate is noise. */
const WORTH_KEEPING = 0.02
const PEOPLE_LIMIT = 2_000
const SHOWN = 50

export type AddressesResult = {
  domain: string | null
  outcome: 'generated' | 'no_domain' | 'freemail' | 'not_enough_evidence'
  dry_run: boolean
  people: number
  candidates: number
  /** addresses that were not there before; 0 on a dry run */
  saved: number
  /** the first of them */
  shown: { person_id: string; name: string; address: string; confidence: number; pattern: string }[]
}

/**
 * Works out addresses for the people of an account who have none that is a fact. Each guess carries its confidence and
 * where it comes from; nothing is overwritten. Idempotent.
 *
 * @param dry_run only says what would be saved
 */
export async function generateAddresses(
  ctx: Ctx,
  { account_id, dry_run = false }: { account_id: string; dry_run?: boolean },
): Promise<AddressesResult> {
  const account = await findAccountForEnrichment(ctx.db, account_id)
  if (account === undefined) throw new NotFoundError('account')
  const nothing = { dry_run, people: 0, candidates: 0, saved: 0, shown: [] }
  const domain = await domainOf(ctx.db, account)
  if (domain === null) return { domain, outcome: 'no_domain', ...nothing }
  const { inference, evidence, known } = await inferFor(ctx.db, domain)
  if (inference.status !== 'inferred') return { domain, outcome: inference.status, ...nothing }

  const people = await listPeopleWithoutAddress(ctx.db, account_id, PEOPLE_LIMIT)
  const taken = new Set(known.map((address) => address.local))
  const guesses = people.flatMap((person) =>
    candidates(person.name, inference.posterior, { taken, count: KEPT })
      .filter((candidate) => candidate.probability >= WORTH_KEEPING)
      .map((candidate): Guess & { name: string; pattern: string } => ({
        id: crypto.randomUUID(),
        person_id: person.id,
        name: person.name,
        pattern: candidate.pattern,
        address: `${candidate.local}@${domain}`,
        domain,
        confidence: Math.round(candidate.probability * 1000) / 1000,
        provenance: { by: 'pattern', pattern: candidate.pattern, known_addresses: evidence },
      })),
  )
  const saved = dry_run
    ? 0
    : await transact(ctx, (tx) =>
        saveGuesses(
          tx.db,
          guesses.map(({ name: _name, pattern: _pattern, ...guess }) => guess),
          ctx.clock.now(),
        ),
      )
  return {
    domain,
    outcome: 'generated',
    dry_run,
    people: people.length,
    candidates: guesses.length,
    saved,
    shown: guesses
      .slice(0, SHOWN)
      .map(({ person_id, name, address, confidence, pattern }) => ({ person_id, name, address, confidence, pattern })),
  }
}
