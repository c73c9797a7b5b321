import { findScoringVersion, insertScoringRules } from '../../../db/queries/scoring-rule-sets.ts'
import type { ScoreRule } from '../../../db/tables/scoring-rule-set.ts'
import type { Actor, Ctx } from '../../context.ts'
import { ConflictError } from '../../errors.ts'
import { stageJob } from '../../jobs/stage.ts'
import { transact } from '../../transact.ts'

/**
 * The rules count from now on, and a job scores the accounts of the event by them. The same rules sent twice are one version.
 *
 * @throws ConflictError when somebody else has saved rules since `base_version`
 */
export async function saveScoringRules(
  ctx: Ctx & { actor: Actor },
  input: { event_id: string; base_version: number; name: string; rules: readonly ScoreRule[]; reason: string },
): Promise<{ version: number }> {
  const { event_id, name, reason } = input
  const version = input.base_version + 1
  const rules = JSON.stringify(input.rules)
  return transact(ctx, async (tx) => {
    const saved_at = tx.clock.now()
    const row = {
      id: crypto.randomUUID(),
      event_id,
      version,
      name,
      rules,
      reason,
      saved_by: ctx.actor.user_id,
      saved_at,
    }
    if (!(await insertScoringRules(tx.db, row))) {
      const there = await findScoringVersion(tx.db, event_id, version)
      const isSame = there?.saved_by === ctx.actor.user_id && there.reason === reason && there.name === name
      if (isSame) return { version }
      throw new ConflictError('Somebody else has saved rules meanwhile. Open the page again to see them.')
    }
    // No key: a job that waits already may have been read before these rules were there.
    await stageJob(tx, 'score-accounts', { event_id, reason: `Rules “${name}”, version ${version}: ${reason}` })
    return { version }
  })
}
