import { listScoreFacts, type ScoredFacts, updateIcpScores } from '../../../db/queries/account-scores.ts'
import type { ScoreLine } from '../../../db/tables/account.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { transact } from '../../transact.ts'
import { scoreAccount } from '../scoring/icp-score.ts'
import { ORIGINAL_PRESET } from '../scoring/presets.ts'

const ACCOUNTS_A_BATCH = 1000

/**
 * Scores every account of the event anew. Only what differs is written, so a second run changes nothing; an override stays as it is.
 *
 * @param input.reason what the history shows: why it was scored
 */
export async function scoreAccounts(
  ctx: Ctx,
  input: { event_id: string; reason: string },
): Promise<{ scored: number; changed: number }> {
  let scored = 0
  let changed = 0
  let after_id: string | null = null
  for (;;) {
    const batch = await transact(ctx, async (tx) => {
      const facts = await listScoreFacts(tx.db, { event_id: input.event_id, after_id, limit: ACCOUNTS_A_BATCH })
      return { facts, changed: await writeScores(tx, facts, input.reason) }
    })
    scored += batch.facts.length
    changed += batch.changed
    if (batch.facts.length < ACCOUNTS_A_BATCH) return { scored, changed }
    after_id = batch.facts.at(-1)?.id ?? null
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
  await writeScores(tx, await listScoreFacts(tx.db, { account_ids: ids }), reason)
}

async function writeScores(tx: TxCtx, accounts: readonly ScoredFacts[], reason: string): Promise<number> {
  const scores = accounts.flatMap((facts) => {
    const { score, breakdown } = scoreAccount(facts, ORIGINAL_PRESET)
    const isSame = facts.icp_score === score && isSameBreakdown(facts.icp_breakdown, breakdown)
    return isSame ? [] : [{ id: facts.id, score, breakdown }]
  })
  return updateIcpScores(tx.db, scores, { reason, actor_id: tx.actor?.user_id ?? null, now: tx.clock.now() })
}

/** jsonb does not keep the order of keys. */
function isSameBreakdown(before: readonly ScoreLine[] | null, after: readonly ScoreLine[]): boolean {
  return (
    before?.length === after.length &&
    after.every((line, index) => {
      const old = before[index]
      return old?.rule === line.rule && old.points === line.points && old.max === line.max && old.reason === line.reason
    })
  )
}
