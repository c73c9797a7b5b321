import {
  findAccountForEnrichment,
  listAddressDomains,
  listKnownAddresses,
  type PatternShare,
  replacePatterns,
} from '../../../db/queries/enrichment.ts'
import type { Db } from '../../../db/schema.ts'
import type { Ctx } from '../../context.ts'
import { NotFoundError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { isFreemailDomain } from '../accounts/freemail-domains.ts'
import { type Inference, inferDomain, mainHabits } from './infer-patterns.ts'
import { patternName } from './patterns.ts'
import { learnedPrior } from './prior.ts'

/** More known addresses than this add nothing to what a domain's habits are. */
const KNOWN_LIMIT = 300
/** Habits below this share are not worth showing. */
const SHOWN_SHARE = 0.02

export type PatternResult = {
  domain: string | null
  outcome: 'inferred' | 'no_domain' | 'freemail' | 'not_enough_evidence'
  /** known addresses that were looked at */
  evidence: number
  patterns: { pattern: string; name: string; weight: number }[]
}

/** Finds and saves how an account's domain makes its addresses, from the addresses known there. Idempotent. */
export async function findPattern(ctx: Ctx, { account_id }: { account_id: string }): Promise<PatternResult> {
  const account = await findAccountForEnrichment(ctx.db, account_id)
  if (account === undefined) throw new NotFoundError('account')
  const domain = await domainOf(ctx.db, account)
  if (domain === null) return { domain, outcome: 'no_domain', evidence: 0, patterns: [] }
  const { inference, evidence } = await inferFor(ctx.db, domain)
  if (inference.status !== 'inferred') return { domain, outcome: inference.status, evidence, patterns: [] }
  // Without anything known here the prior alone would be stored as if it had been observed.
  if (evidence === 0) return { domain, outcome: 'not_enough_evidence', evidence, patterns: [] }
  const habits = mainHabits(inference.posterior, 8).filter((habit) => habit.share >= SHOWN_SHARE)
  const patterns: PatternShare[] = habits.map((habit) => ({
    pattern: habit.pattern,
    weight: round(habit.share),
    support: Math.min(evidence, Math.round(habit.share * evidence)),
  }))
  await transact(ctx, (tx) => replacePatterns(tx.db, { domain, evidence, patterns, now: ctx.clock.now() }))
  return {
    domain,
    outcome: 'inferred',
    evidence,
    patterns: patterns.map(({ pattern, weight }) => ({ pattern, name: patternName(pattern), weight })),
  }
}

/** The account's own domain, else the one most of its people write from; never a public mail provider's. */
export async function domainOf(db: Db, account: { id: string; domain: string | null }): Promise<string | null> {
  if (account.domain !== null) return account.domain
  const domains = await listAddressDomains(db, account.id)
  return domains.find(({ domain }) => !isFreemailDomain(domain))?.domain ?? null
}

/** What is known at a domain, and what follows from it. */
export async function inferFor(
  db: Db,
  domain: string,
): Promise<{ inference: Inference; evidence: number; known: { person_id: string; local: string }[] }> {
  const addresses = await listKnownAddresses(db, domain, KNOWN_LIMIT)
  const known = addresses.map(({ person_id, name, address_key }) => ({
    person_id,
    name,
    local: address_key.slice(0, address_key.lastIndexOf('@')),
  }))
  return { inference: inferDomain(domain, known, learnedPrior()), evidence: known.length, known }
}

const round = (share: number) => Math.round(share * 10_000) / 10_000
