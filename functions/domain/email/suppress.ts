import * as v from 'valibot'
import { insertAudit } from '../../../db/queries/audit.ts'
import { findSuppression } from '../../../db/queries/outreach-inbox.ts'
import {
  deleteSuppression,
  insertSuppressions,
  listEnrollmentsReachedBy,
  type NewSuppression,
} from '../../../db/queries/suppressions.ts'
import type { Row } from '../../../db/schema.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { ConflictError, NotFoundError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { uuid } from '../../uuid.ts'
import { isFreemailDomain } from '../accounts/freemail-domains.ts'
import { parseInput } from '../parse-input.ts'
import { stopAll } from '../sequences/stop-enrollment.ts'

/** Suppressing the public would stop everybody with a private address. */
export const publicProvider = (domain: string) =>
  `${domain} is a public mail provider, not one company: suppress the addresses one by one.`

/** what the person who enters it says about it; their name when they say nothing */
const source = v.optional(v.pipe(v.string(), v.trim(), v.maxLength(200)))
const lower = v.pipe(v.string(), v.trim(), v.toLowerCase(), v.maxLength(254))
/** an event, or nothing for everywhere */
const event_id = v.pipe(
  v.optional(v.nullable(v.union([v.literal(''), uuid], 'Choose where it holds.')), null),
  v.transform((id) => id || null),
)
const domain = v.pipe(lower, v.regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'Enter a domain, like acme.com.'))
const address = v.pipe(lower, v.email('Enter an email address.'))
export const suppressInput = v.pipe(
  v.variant('kind', [
    // A domain that is typed where an address belongs can only mean everybody there.
    v.object({
      kind: v.literal('address'),
      value: v.union([domain, address], 'Enter an email address.'),
      event_id,
      source,
    }),
    v.object({ kind: v.literal('domain'), value: domain, event_id, source }),
  ]),
  v.transform(({ kind, ...given }) => ({
    kind: given.value.includes('@') ? kind : ('domain' as const),
    ...given,
  })),
  v.forward(
    v.check(
      ({ kind, value }) => kind !== 'domain' || !isFreemailDomain(value),
      ({ input }) => publicProvider(input.value),
    ),
    ['value'],
  ),
)
export type SuppressInput = v.InferInput<typeof suppressInput>

/** Nobody is mailed at this address or domain again, a domain also when it was called an address, and whoever is being written to there is stopped. */
export async function suppress(ctx: Ctx, input: SuppressInput): Promise<void> {
  const given = parseInput(suppressInput, input)
  await transact(ctx, (tx) =>
    suppressAll(tx, [
      {
        kind: given.kind,
        value: given.value,
        event_id: given.event_id,
        reason: 'by_hand',
        source: given.source || (ctx.actor?.name ?? 'system'),
        person_id: null,
      },
    ]),
  )
}

/** A hash that a list brought in may be taken back; one that an erasure left is for good. */
const isOfErased = ({ kind, source }: Pick<Row<'suppression'>, 'kind' | 'source'>) =>
  kind === 'address_hash' && source === 'erased person'

/** Takes one back, with a line in the audit. Stopped enrollments stay stopped. Who was erased stays suppressed for good. */
export async function unsuppress(ctx: Ctx, input: { suppression_id: string }): Promise<void> {
  await transact(ctx, async (tx) => {
    const suppression = await findSuppression(tx.db, input.suppression_id)
    if (suppression === undefined) throw new NotFoundError('suppression')
    const { id, kind, value, reason } = suppression
    if (isOfErased(suppression)) throw new ConflictError('Whoever was erased is not written to again.')
    await deleteSuppression(tx.db, id)
    await insertAudit(tx.db, {
      at: tx.clock.now(),
      actor_id: tx.actor?.user_id ?? null,
      action: 'suppression.removed',
      subject_kind: 'suppression',
      subject_id: id,
      detail: { kind, value, reason },
    })
  })
}

/**
 * The stop reason is the suppression's, or `suppressed` when a person entered it. Repeating it changes nothing.
 *
 * @param stop.reason what stops them instead: a list says what somebody did elsewhere, not what they did to this sequence
 * @returns how many of them are new, and the enrollments that are stopped
 */
export async function suppressAll(
  tx: TxCtx,
  suppressions: readonly NewSuppression[],
  stop?: { reason: string; detail: string },
): Promise<{ added: number; stopped: string[] }> {
  const added = await insertSuppressions(tx.db, suppressions, {
    user_id: tx.actor?.user_id ?? null,
    now: tx.clock.now(),
  })
  const reached = await listEnrollmentsReachedBy(tx.db, suppressions)
  const stopped = await stopAll(
    tx,
    reached.map(({ enrollment_id, reason }) => ({
      enrollment_id,
      reason: stop?.reason ?? (reason === 'by_hand' || reason === 'erased' ? 'suppressed' : reason),
      ...(stop === undefined ? {} : { detail: stop.detail }),
      by: tx.actor?.user_id ?? suppressions[0]?.source ?? 'system',
    })),
  )
  return { added: added.length, stopped }
}
