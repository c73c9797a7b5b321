import * as v from 'valibot'
import {
  deleteSuppression,
  insertSuppressions,
  listEnrollmentsReachedBy,
  type NewSuppression,
} from '../../../db/queries/suppressions.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { transact } from '../../transact.ts'
import { parseInput } from '../parse-input.ts'
import { stopAll } from '../sequences/stop-enrollment.ts'

/** what the person who enters it says about it; their name when they say nothing */
const source = v.optional(v.pipe(v.string(), v.trim(), v.maxLength(200)))
const lower = v.pipe(v.string(), v.trim(), v.toLowerCase(), v.maxLength(254))
export const suppressInput = v.variant('kind', [
  v.object({ kind: v.literal('address'), value: v.pipe(lower, v.email('Enter an email address.')), source }),
  v.object({
    kind: v.literal('domain'),
    value: v.pipe(lower, v.regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'Enter a domain, like acme.com.')),
    source,
  }),
])
export type SuppressInput = v.InferInput<typeof suppressInput>

/** Nobody is mailed at this address or domain again, and whoever is being written to there is stopped. */
export async function suppress(ctx: Ctx, input: SuppressInput): Promise<void> {
  const given = parseInput(suppressInput, input)
  await transact(ctx, (tx) =>
    suppressAll(tx, [
      {
        kind: given.kind,
        value: given.value,
        reason: 'by_hand',
        source: given.source || (ctx.actor?.name ?? 'system'),
        person_id: null,
      },
    ]),
  )
}

/** Takes it back. Stopped enrollments stay stopped. */
export async function unsuppress(ctx: Ctx, input: SuppressInput): Promise<boolean> {
  const { kind, value } = parseInput(suppressInput, input)
  return deleteSuppression(ctx.db, { kind, value })
}

/** The stop reason is the suppression's, or `suppressed` when a person entered it. Repeating it changes nothing. */
export async function suppressAll(tx: TxCtx, suppressions: readonly NewSuppression[]): Promise<string[]> {
  await insertSuppressions(tx.db, suppressions, { user_id: tx.actor?.user_id ?? null, now: tx.clock.now() })
  const reached = await listEnrollmentsReachedBy(tx.db, suppressions)
  return stopAll(
    tx,
    reached.map(({ enrollment_id, reason }) => ({
      enrollment_id,
      reason: reason === 'by_hand' || reason === 'erased' ? 'suppressed' : reason,
      by: tx.actor?.user_id ?? suppressions[0]?.source ?? 'system',
    })),
  )
}
