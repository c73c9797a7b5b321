import { lockAccounts, rescore } from '../../../db/queries/account-scores.ts'
import type { ScoredAccounts } from '../../../db/queries/score-facts.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { transact } from '../../transact.ts'
import { readScoringRules } from '../scoring/read-rules.ts'
import { maxOf } from '../scoring/rule-words.ts'

/** How often what somebody changed meanwhile is looked at once more. */
const MOST_PASSES = 4

/**
 * Scores every account of the event anew, in one statement, by the rules that count now. Only what differs is written, so a second
 * run changes nothing; an override stays as it is.
 *
 * @param input.reason what the history shows: why it was scored
 */
export async function scoreAccounts(
  ctx: Ctx,
  input: { event_id: string; reason: string },
): Promise<{ scored: number; changed: number }> {
  let changed = 0
  for (let pass = 1; ; pass += 1) {
    const done = await transact(ctx, (tx) => score(tx, { event_id: input.event_id }, input.event_id, input.reason))
    changed += done.changed
    if (done.passed_over === 0 || pass === MOST_PASSES) return { scored: done.scored, changed }
  }
}

/** The same for a few accounts, in the transaction that changed them or their people. */
export async function rescoreAccounts(
  tx: TxCtx,
  account_ids: readonly (string | null)[],
  reason: string,
): Promise<void> {
  const ids = [...new Set(account_ids)].filter((id) => id !== null)
  if (ids.length === 0) return
  // Whoever changes another person of the account waits here, and then sees what this transaction did.
  const locked = await lockAccounts(tx.db, ids)
  for (const event_id of new Set(locked.map((account) => account.event_id))) {
    const of_event = locked.filter((account) => account.event_id === event_id).map(({ id }) => id)
    await score(tx, { account_ids: of_event }, event_id, reason)
  }
}

async function score(tx: TxCtx, of: ScoredAccounts, event_id: string, reason: string) {
  const { rules } = await readScoringRules(tx.db, event_id)
  const change = { reason, actor_id: tx.actor?.user_id ?? null, now: tx.clock.now() }
  return rescore(tx.db, of, { rules, maxima: rules.map(maxOf) }, change)
}
