import * as v from 'valibot'
import { findAccountForEnrichment } from '../../../db/queries/enrichment.ts'
import { type StoredAnswer, takeIdempotencyKey } from '../../../db/queries/idempotency-keys.ts'
import type { Actor, Ctx } from '../../context.ts'
import { InvalidError, NotFoundError } from '../../errors.ts'
import { stageJob } from '../../jobs/stage.ts'
import { transact } from '../../transact.ts'

export const enrichmentJobTypes = ['email-pattern', 'generate-emails', 'website'] as const

/** The body of POST /api/queue/enrich. */
export const enrichmentSchema = v.strictObject({
  accountId: v.pipe(v.string('is required'), v.uuid('must be the id of an account')),
  jobType: v.picklist(enrichmentJobTypes, `must be one of ${enrichmentJobTypes.join(', ')}`),
  /** generate-emails only: say what would be saved */
  dryRun: v.optional(v.boolean('must be true or false'), false),
})

export type EnrichmentInput = v.InferOutput<typeof enrichmentSchema>

export const idempotencyKeySchema = v.pipe(
  v.string(),
  v.regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters'),
)

const ROUTE = 'POST /api/queue/enrich'

/**
 * Puts an enrichment of one account into the queue.
 *
 * @param idempotency_key the same key with the same input answers the first job again, for as long as keys are kept
 * @throws InvalidError when the key was used for another input @throws NotFoundError for an account outside the active event
 */
export async function enqueueEnrichment(
  ctx: Ctx & { actor: Actor },
  input: EnrichmentInput,
  idempotency_key?: string,
): Promise<{ jobId: string; status: 'waiting' }> {
  return transact(ctx, async (tx) => {
    const account = await findAccountForEnrichment(tx.db, input.accountId)
    if (account === undefined || account.event_id !== ctx.actor.active_event_id) throw new NotFoundError('account')
    const job_id = crypto.randomUUID()
    const answer = { jobId: job_id, status: 'waiting' as const }
    if (idempotency_key !== undefined) {
      const key = { user_id: ctx.actor.user_id, route: ROUTE, key: idempotency_key }
      const stored: StoredAnswer = { request_hash: JSON.stringify(input), response_status: 202, response_body: answer }
      const earlier = await takeIdempotencyKey(tx.db, key, stored, ctx.clock.now())
      if (earlier !== undefined) {
        if (earlier.request_hash !== stored.request_hash)
          throw new InvalidError('This Idempotency-Key was used for another request.', {
            'Idempotency-Key': 'was used for another request',
          })
        return earlier.response_body as typeof answer
      }
    }
    const payload = { account_id: input.accountId }
    if (input.jobType === 'generate-emails')
      await stageJob(tx, input.jobType, { ...payload, dry_run: input.dryRun }, { id: job_id })
    else await stageJob(tx, input.jobType, payload, { id: job_id })
    return answer
  })
}
