import {
  type AccountOrder,
  type Candidate,
  listAccountsAfter,
  listAccountsInOrder,
  listDomainsElsewhere,
  listPeopleOfAccounts,
  listPeopleWithoutAccount,
  listSharedAddresses,
} from '../../../db/queries/duplicate-candidates.ts'
import { deleteStalePairs, type FoundPair, upsertPairs } from '../../../db/queries/duplicates.ts'
import type { PairKind } from '../../../db/tables/duplicate-pair.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { stageJob } from '../../jobs/stage.ts'
import { transact } from '../../transact.ts'
import { accountLikeness } from '../accounts/account-likeness.ts'
import { isFreemailDomain } from '../accounts/freemail-domains.ts'
import { findLikenesses } from '../people/find-likenesses.ts'
import { comparedName, likenessOf } from '../people/name-likeness.ts'

/** A job works this long, well within its lease, and leaves the rest to the next one. */
const BUDGET_MS = 15_000
const ACCOUNTS_A_BATCH = 500
const ROWS_A_BATCH = 2000
/** Each account is compared with so many that follow it in an order. */
const NEIGHBOURS = 8

export const SEARCH_PHASES = ['at_accounts', 'at_domains', 'by_address', 'name', 'end', 'stem'] as const
export type SearchPhase = (typeof SEARCH_PHASES)[number]

export interface Search {
  event_id: string
  /** where it goes on; the first phase, from its beginning, when left out */
  phase?: SearchPhase | undefined
  after?: string | undefined
  /** when the search began, as ISO text */
  searched_from?: string | undefined
}

/** Looks for records that may be the same, after a list came in or when somebody asks. One search waits for an event. */
export async function stageSearch(tx: TxCtx, event_id: string): Promise<string> {
  return stageJob(tx, 'find-duplicates', { event_id }, { key: `find-duplicates ${event_id}` })
}

/**
 * Searches an event for people, and for accounts, that may be the same, batch by batch, and notes each pair. What was decided about
 * a pair stays. Safe to run twice. When time is up the rest is staged as another job.
 *
 * @returns how many pairs are new
 */
export async function findDuplicates(ctx: Ctx, search: Search): Promise<{ found: number; is_done: boolean }> {
  const { event_id } = search
  const began = ctx.clock.now()
  const searched_from = search.searched_from ?? began.toISOString()
  const until = began.getTime() + BUDGET_MS
  let phase: SearchPhase | undefined = search.phase ?? SEARCH_PHASES[0]
  let after = search.after ?? ''
  let found = 0
  while (phase !== undefined) {
    const batch: Batch = await phases[phase](ctx, event_id, after)
    for (const kind of ['person', 'account'] as const)
      found += (await upsertPairs(ctx.db, { event_id, kind, pairs: batch[kind], now: ctx.clock.now() })).length
    after = batch.next ?? ''
    if (batch.next === null) phase = SEARCH_PHASES[SEARCH_PHASES.indexOf(phase) + 1]
    if (phase === undefined || ctx.clock.now().getTime() < until) continue
    const rest = { event_id, phase, after, searched_from }
    await transact(ctx, (tx) =>
      stageJob(tx, 'find-duplicates', rest, { key: `find-duplicates ${event_id} ${searched_from}` }),
    )
    return { found, is_done: false }
  }
  await deleteStalePairs(ctx.db, { event_id, searched_from: new Date(searched_from) })
  return { found, is_done: true }
}

type Batch = Record<PairKind, FoundPair[]> & {
  /** where the next batch begins; null: the phase is done */
  next: string | null
}

const phases: Record<SearchPhase, (ctx: Ctx, event_id: string, after: string) => Promise<Batch>> = {
  at_accounts: searchAccounts,
  at_domains: searchDomains,
  by_address: searchAddresses,
  name: (...given) => searchNeighbours('name', ...given),
  end: (...given) => searchNeighbours('end', ...given),
  stem: (...given) => searchNeighbours('stem', ...given),
}

async function searchAccounts({ db }: Ctx, event_id: string, after: string): Promise<Batch> {
  const from = after === '' ? '00000000-0000-0000-0000-000000000000' : after
  const accounts = await listAccountsAfter(db, { event_id, after: from, limit: ACCOUNTS_A_BATCH })
  const of = { event_id, account_ids: accounts.map(({ id }) => id) }
  const elsewhere = await listDomainsElsewhere(db, of)
  return {
    person: inBlocks(await listPeopleOfAccounts(db, of)),
    account: elsewhere.map(({ account_id, other_id }) => ({
      ids: [account_id, other_id],
      reason: 'people_domain',
      score: 0.75,
    })),
    next: accounts.length === ACCOUNTS_A_BATCH ? (accounts.at(-1)?.id ?? null) : null,
  }
}

async function searchDomains({ db }: Ctx, event_id: string, after: string): Promise<Batch> {
  const people = await listPeopleWithoutAccount(db, { event_id, after, limit: ROWS_A_BATCH })
  const isFull = people.length === ROWS_A_BATCH
  const last = people.at(-1)?.block ?? null
  // The last domain may go on in the next batch, unless it fills this one.
  const whole = people.filter(({ block }) => !isFull || block !== last || people[0]?.block === last)
  return {
    person: inBlocks(whole.filter(({ block }) => !isFreemailDomain(block))),
    account: [],
    next: isFull ? (whole.at(-1)?.block ?? null) : null,
  }
}

async function searchAddresses({ db }: Ctx, event_id: string, after: string): Promise<Batch> {
  const { pairs, last } = await listSharedAddresses(db, { event_id, after, limit: ROWS_A_BATCH })
  const alike = pairs.filter(({ a_name, b_name }) => likenessOf(comparedName(a_name), comparedName(b_name)) !== null)
  return {
    person: alike.map(({ a, b }) => ({ ids: [a, b], reason: 'same_address', score: 0.97 })),
    account: [],
    next: last,
  }
}

async function searchNeighbours(order: AccountOrder, { db }: Ctx, event_id: string, after: string): Promise<Batch> {
  const place = after === '' ? null : (JSON.parse(after) as { value: string; id: string })
  const accounts = await listAccountsInOrder(db, { event_id, order, after: place, limit: ROWS_A_BATCH })
  const pairs: FoundPair[] = []
  for (const [index, account] of accounts.entries())
    for (const other of accounts.slice(index + 1, index + 1 + NEIGHBOURS)) {
      const likeness = accountLikeness(account, other)
      if (likeness !== null) pairs.push({ ids: [account.id, other.id], ...likeness })
    }
  // The last ones have not met all their neighbours yet.
  const last = accounts.length === ROWS_A_BATCH ? accounts.at(-1 - NEIGHBOURS) : undefined
  return {
    person: [],
    account: pairs,
    next: last === undefined ? null : JSON.stringify({ value: last.value, id: last.id }),
  }
}

function inBlocks(people: readonly Candidate[]): FoundPair[] {
  const blocks = new Map<string, Candidate[]>()
  for (const person of people) {
    const block = blocks.get(person.block)
    if (block === undefined) blocks.set(person.block, [person])
    else block.push(person)
  }
  return [...blocks.values()].flatMap(findLikenesses)
}
