import { insertActivity } from '../../../db/queries/activities.ts'
import { insertAudit } from '../../../db/queries/audit.ts'
import { listEventsOfSender, type Reception, rateSenders, rateSequences } from '../../../db/queries/harm.ts'
import { releaseClaimsOfSequence, updateSequenceRow } from '../../../db/queries/sequences.ts'
import type { TxCtx } from '../../context.ts'
import { pauseSenderNow } from '../senders/pause-sender.ts'

/** What mail providers throttle or block a sender for; the samples keep one unlucky mail of ten from deciding. */
const WINDOW_DAYS = 7
const MOST_BOUNCED = 0.05
const BOUNCE_SAMPLE = 40
const MOST_COMPLAINED = 0.003
const COMPLAINT_SAMPLE = 300

/** What is wrong with how mails were received, in a sentence for the rep; undefined while it is well. Pure. */
export function harmOf({ mails, bounced, complained }: Reception): string | undefined {
  if (mails >= BOUNCE_SAMPLE && bounced / mails >= MOST_BOUNCED)
    return `${percent(bounced / mails)} of ${mails} mails of the last ${WINDOW_DAYS} days bounced (${bounced}). Verify the addresses that are left, then resume.`
  if (mails >= COMPLAINT_SAMPLE && complained / mails >= MOST_COMPLAINED)
    return `${percent(complained / mails)} of ${mails} mails of the last ${WINDOW_DAYS} days were marked as spam (${complained}). Choose whom you write to and what more carefully, then resume.`
  return undefined
}

/**
 * Pauses sequences, and the senders they write from, whose mails bounce or are marked as spam too often: decided in the
 * transaction that records it, and only a person resumes. The caller holds their rows (`lockRated`).
 */
export async function pauseWhatHarms(tx: TxCtx, sequence_ids: readonly string[]): Promise<void> {
  if (sequence_ids.length === 0) return
  const now = tx.clock.now()
  const since = new Date(now.getTime() - WINDOW_DAYS * 86_400_000)
  for (const sequence of await rateSequences(tx.db, sequence_ids, since)) {
    const harm = harmOf(sequence)
    if (harm === undefined) continue
    await updateSequenceRow(tx.db, sequence.id, {
      status: 'paused',
      paused_at: now,
      pause_reason: `Paused by itself: ${harm}`,
      rated_from: now,
      updated_at: now,
    })
    await releaseClaimsOfSequence(tx.db, sequence.id)
    await tell(tx, { kind: 'sequence', id: sequence.id, name: sequence.name, event_ids: [sequence.event_id], harm })
  }
  for (const sender of await rateSenders(tx.db, sequence_ids, since)) {
    const harm = harmOf(sender)
    if (harm === undefined) continue
    const reason = `Paused by itself: ${harm}`
    await pauseSenderNow(tx, { address: sender.address, reason, rated_from: now })
    const event_ids = await listEventsOfSender(tx.db, sender.address)
    await tell(tx, { kind: 'sender', id: sender.address, name: sender.address, event_ids, harm })
  }
}

interface Told {
  kind: 'sequence' | 'sender'
  id: string
  name: string
  event_ids: readonly string[]
  harm: string
}

async function tell(tx: TxCtx, { kind, id, name, event_ids, harm }: Told): Promise<void> {
  const at = tx.clock.now()
  const subject = { subject_kind: kind, subject_id: id }
  await insertAudit(tx.db, { at, actor_id: null, action: `${kind}.paused_by_itself`, ...subject, detail: { harm } })
  for (const event_id of event_ids)
    await insertActivity(tx.db, {
      event_id,
      actor_id: null,
      kind: `${kind}.paused`,
      summary: `${name} was paused by itself: ${harm}`,
      detail: subject,
      at,
    })
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`
