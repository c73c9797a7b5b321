import { lockProgress } from '../../../db/queries/enrollments.ts'
import { endProviderHold } from '../../../db/queries/holds.ts'
import { settleMessages } from '../../../db/queries/messages.ts'
import { transact } from '../../transact.ts'
import type { ClaimedMessage } from './claim-due.ts'
import { allOrOneByOne } from './one-by-one.ts'
import { planNext } from './plan-next.ts'
import { judgeOutcome, type Sent } from './send-all.ts'
import type { Run } from './send-batch.ts'
import { stopAll } from './stop-enrollment.ts'
import { tellAgainWhileAway } from './while-away.ts'

/** Writes what the provider said and plans what comes next, all at once or, when one of them cannot be written, one by one. */
export async function settleBatch(
  run: Run,
  claim_token: string,
  results: readonly Sent[],
  claimed: ReadonlyMap<string, ClaimedMessage>,
): Promise<void> {
  if (results.length === 0) return
  // What the provider said is known only here; forgotten, it would be for a person to find out.
  await tellAgainWhileAway(() =>
    allOrOneByOne(
      results,
      (some) => settleAll(run, claim_token, some, claimed),
      (result, error) => settleBad(run, claim_token, result, claimed, error),
    ),
  )
}

async function settleAll(
  run: Run,
  claim_token: string,
  results: readonly Sent[],
  claimed: ReadonlyMap<string, ClaimedMessage>,
): Promise<void> {
  const { ctx, total, cache } = run
  // Nothing is moved when the provider is down: all claims wait for it.
  const down = run.over !== undefined
  const settled = await transact(ctx, async (tx) => {
    const now = tx.clock.now()
    const of = (id: string) => claimed.get(id)
    const ids = results.map(({ message_id }) => of(message_id)?.enrollment_id ?? '')
    const progress = new Map((await lockProgress(tx.db, ids)).map((row) => [row.id, row]))
    const rows = await settleMessages(tx.db, {
      claim_token,
      settlements: results.map((result) => judgeOutcome(result, of(result.message_id)?.attempts ?? 1, now, { down })),
      now,
    })
    const done = rows.flatMap(({ id, enrollment_id, state }) => {
      const row = progress.get(enrollment_id)
      const step_key = of(id)?.step_key
      return state === 'sent' && row !== undefined && step_key !== undefined
        ? [{ progress: row, step_key, done_at: now, has_mailed: true }]
        : []
    })
    await planNext(tx, done, cache)
    const refused = rows.filter(({ state }) => state === 'failed')
    await stopAll(
      tx,
      refused.map(({ enrollment_id }) => ({ enrollment_id, reason: 'refused', by: 'provider' })),
    )
    if (run.held && !down && done.length > 0) await endProviderHold(tx.db)
    return rows
  })
  for (const { state } of settled) {
    if (state === 'planned') total.deferred += 1
    else if (state === 'sent' || state === 'failed' || state === 'unconfirmed') total[state] += 1
  }
}

/** What the provider said is kept whatever else fails; an enrollment whose next step cannot be planned ends here. */
async function settleBad(
  { ctx, total }: Run,
  claim_token: string,
  { message_id, outcome }: Sent,
  claimed: ReadonlyMap<string, ClaimedMessage>,
  error: unknown,
): Promise<void> {
  ctx.log.error('mail.not_settled', { message_id, error })
  const enrollment_id = claimed.get(message_id)?.enrollment_id ?? ''
  const bare =
    outcome.outcome === 'accepted'
      ? { ...outcome, provider_message_id: '' }
      : { ...outcome, reason: 'No reason that can be stored' }
  await transact(ctx, async (tx) => {
    const now = tx.clock.now()
    await lockProgress(tx.db, [enrollment_id])
    const settlement = judgeOutcome({ message_id, outcome: bare }, 1, now, { down: false })
    const settled = await settleMessages(tx.db, { claim_token, settlements: [settlement], now })
    if (settled.some(({ state }) => state !== 'planned' && state !== 'unconfirmed'))
      await stopAll(tx, [{ enrollment_id, reason: 'not_plannable', by: 'drain' }])
    for (const { state } of settled) if (state === 'sent') total.sent += 1
  })
}
