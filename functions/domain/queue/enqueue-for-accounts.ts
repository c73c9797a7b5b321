import * as v from 'valibot'
import { listAccountIdsOfEvent } from '../../../db/queries/enrichment.ts'
import type { Actor, Ctx } from '../../context.ts'
import { InvalidError } from '../../errors.ts'
import { stageJobs } from '../../jobs/stage.ts'
import { transact } from '../../transact.ts'
import { uuid } from '../../uuid.ts'
import { enrichmentJobTypes } from './enqueue-enrichment.ts'

const MOST_ACCOUNTS = 1_000

export const accountsEnrichmentSchema = v.object({
  account: v.pipe(
    v.optional(
      v.union([
        v.array(uuid),
        v.pipe(
          uuid,
          v.transform((id) => [id]),
        ),
      ]),
      [],
    ),
    v.minLength(1, 'Tick at least one account.'),
    v.maxLength(MOST_ACCOUNTS, `At most ${MOST_ACCOUNTS} accounts at once.`),
  ),
  job_type: v.picklist(enrichmentJobTypes),
})

/**
 * Puts the same enrichment of many accounts into the queue, a job each. Pressing twice adds nothing to what still waits;
 * accounts of other events are passed over.
 *
 * @returns how many jobs are new
 */
export async function enqueueForAccounts(
  ctx: Ctx & { actor: Actor },
  input: v.InferOutput<typeof accountsEnrichmentSchema>,
): Promise<number> {
  const event_id = ctx.actor.active_event_id
  if (event_id === null) throw new InvalidError('Choose an event first.')
  return transact(ctx, async (tx) => {
    const ids = await listAccountIdsOfEvent(tx.db, event_id, input.account)
    const of = (account_id: string) => `${input.job_type} ${account_id}`
    if (input.job_type === 'generate-emails')
      return stageJobs(
        tx,
        input.job_type,
        ids.map((account_id) => ({ key: of(account_id), payload: { account_id, dry_run: false } })),
      )
    return stageJobs(
      tx,
      input.job_type,
      ids.map((account_id) => ({ key: of(account_id), payload: { account_id } })),
    )
  })
}
