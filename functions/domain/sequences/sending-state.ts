import type { SequenceFigures } from '../../../db/queries/sequence-figures.ts'
import type { SequenceStatus } from '../../../db/tables/sequence.ts'
import type { Config } from '../../config.ts'

/** Why mail of a sequence leaves, or does not leave, at this moment. */
export type SendingState =
  | { state: 'draft' | 'archived' | 'campaign_stopped' | 'nobody' | 'tasks' | 'done' | 'due' }
  | { state: 'paused'; reason: string | null }
  | { state: 'not_configured'; missing: string[] }
  /** `reason` is why the next mail was moved, if it was */
  | { state: 'waiting'; next_at: Date; reason: string | null }

type Judged = Omit<SequenceFigures, 'enrolled'> & { status: SequenceStatus; pause_reason: string | null }

/** The first thing that stands in the way, in the order a rep would have to clear them. Pure. */
export function sendingState(sequence: Judged, config: Pick<Config, 'mail' | 'queue'>, now: Date): SendingState {
  const { status, campaign_status: campaign, next_due_at } = sequence
  if (status === 'draft' || status === 'archived') return { state: status }
  if (status === 'paused') return { state: 'paused', reason: sequence.pause_reason }
  if (campaign === 'paused' || campaign === 'ended') return { state: 'campaign_stopped' }
  const missing = [config.mail, config.queue].flatMap((part) => (part.mode === 'off' ? part.missing : []))
  if (missing.length > 0) return { state: 'not_configured', missing }
  if (next_due_at !== null)
    return next_due_at > now
      ? { state: 'waiting', next_at: next_due_at, reason: sequence.next_reason }
      : { state: 'due' }
  if (sequence.open_tasks > 0) return { state: 'tasks' }
  return { state: sequence.active > 0 || sequence.finished + sequence.stopped === 0 ? 'nobody' : 'done' }
}
