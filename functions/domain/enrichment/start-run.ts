import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { insertRun, listSubjectIdsOfEvent } from '../../../db/queries/enrichment-runs.ts'
import type { EnrichmentSubjectKind } from '../../../db/tables/enrichment-run.ts'
import type { Actor, Ctx } from '../../context.ts'
import { InvalidError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { stageRun } from './run-enrichment.ts'

/** A rep's list of a show; more is chosen show by show. */
export const MOST_SUBJECTS = 10_000

/** What can be done to a selection of accounts, and of people. */
const runKinds = {
  account: ['website', 'email-pattern', 'generate-emails', 'verify'],
  person: ['generate-emails', 'verify'],
} as const satisfies Record<EnrichmentSubjectKind, readonly string[]>

export const accountRunKind = v.picklist(runKinds.account, 'Choose what to do.')
export const personRunKind = v.picklist(runKinds.person, 'Choose what to do.')

/**
 * Begins the same enrichment of many accounts or people: one run, worked off in the background. Records of other events are
 * passed over; pressing twice answers the run that is under way.
 *
 * @throws InvalidError for an empty selection, or one of more than `MOST_SUBJECTS`
 */
export async function startRun(
  ctx: Ctx & { actor: Actor },
  input:
    | { subject_kind: 'account'; kind: (typeof runKinds.account)[number]; ids: readonly string[] }
    | { subject_kind: 'person'; kind: (typeof runKinds.person)[number]; ids: readonly string[] },
): Promise<{ id: string; total: number; is_new: boolean }> {
  const { kind, subject_kind, ids } = input
  const event_id = ctx.actor.active_event_id
  if (event_id === null) throw new InvalidError('Choose an event first.')
  if (ids.length > MOST_SUBJECTS)
    throw new InvalidError(`At most ${MOST_SUBJECTS.toLocaleString('en-US')} at once: filter the list further.`)
  return transact(ctx, async (tx) => {
    const subject_ids = await listSubjectIdsOfEvent(tx.db, { event_id, subject_kind, ids })
    if (subject_ids.length === 0)
      throw new InvalidError(`Tick at least one ${subject_kind === 'account' ? 'account' : 'person'}.`)
    const selection_key = createHash('sha256')
      .update([kind, subject_kind, ...[...subject_ids].sort()].join(' '))
      .digest('hex')
    const run = await insertRun(tx.db, {
      id: crypto.randomUUID(),
      event_id,
      user_id: ctx.actor.user_id,
      kind,
      subject_kind,
      selection_key,
      subject_ids,
      now: tx.clock.now(),
    })
    if (run.is_new) await stageRun(tx, run.id)
    return { ...run, total: subject_ids.length }
  })
}
