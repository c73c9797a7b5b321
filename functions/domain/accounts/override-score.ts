import * as v from 'valibot'
import { insertOverrideHistory } from '../../../db/queries/account-scores.ts'
import { findAccountForUpdate, updateAccountColumns } from '../../../db/queries/accounts.ts'
import { insertActivity } from '../../../db/queries/activities.ts'
import type { Row } from '../../../db/schema.ts'
import type { Actor, Ctx } from '../../context.ts'
import { NotFoundError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { requiredText } from '../form-fields.ts'

export const overrideSchema = v.object({
  score: v.pipe(
    requiredText(3, 'Type a score from 0 to 100'),
    v.regex(/^\d+$/, 'Type a whole number from 0 to 100'),
    v.transform(Number),
    v.maxValue(100, 'At most 100'),
  ),
  reason: requiredText(300, 'Say why: the next person will ask'),
})

export type OverrideInput = v.InferOutput<typeof overrideSchema>

interface Subject {
  event_id: string
  id: string
}

/** The score typed here wins over the computed one, through edits and imports, until somebody removes it. */
export async function overrideScore(
  ctx: Ctx & { actor: Actor },
  subject: Subject,
  input: OverrideInput,
): Promise<void> {
  await changeOverride(ctx, subject, input)
}

/** The computed score, which was kept up to date underneath, counts again. */
export async function removeOverride(ctx: Ctx & { actor: Actor }, subject: Subject): Promise<void> {
  await changeOverride(ctx, subject, null)
}

async function changeOverride(
  ctx: Ctx & { actor: Actor },
  { event_id, id }: Subject,
  input: OverrideInput | null,
): Promise<void> {
  const { actor } = ctx
  await transact(ctx, async (tx) => {
    const before = await findAccountForUpdate(tx.db, event_id, id)
    if (before === undefined) throw new NotFoundError('account')
    if (isSame(before, input)) return
    const now = tx.clock.now()
    await updateAccountColumns(tx.db, id, {
      score_override: input?.score ?? null,
      score_override_reason: input?.reason ?? null,
      score_override_by: input === null ? null : actor.user_id,
      score_override_at: input === null ? null : now,
      updated_at: now,
    })
    await insertOverrideHistory(tx.db, {
      account_id: id,
      score: input?.score ?? before.icp_score,
      previous_score: before.effective_score,
      reason: input?.reason ?? 'Override removed',
      actor_id: actor.user_id,
      at: now,
    })
    await insertActivity(tx.db, {
      event_id,
      account_id: id,
      actor_id: actor.user_id,
      kind: input === null ? 'account.override_removed' : 'account.overridden',
      summary:
        input === null
          ? `${actor.name} removed the score set by hand`
          : `${actor.name} set the score to ${input.score}: ${input.reason}`,
      at: now,
    })
  })
}

function isSame(before: Row<'account'>, input: OverrideInput | null): boolean {
  return before.score_override === (input?.score ?? null) && before.score_override_reason === (input?.reason ?? null)
}
