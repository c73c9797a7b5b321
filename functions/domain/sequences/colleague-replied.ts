import type { JudgedMessage } from '../../../db/queries/claims.ts'
import { setEnrollmentsPaused, setResumption } from '../../../db/queries/enrollments.ts'
import { listColleagueEnrollments, listRepliedColleagues } from '../../../db/queries/stop-rules.ts'
import type { TxCtx } from '../../context.ts'
import { stopAll } from './stop-enrollment.ts'

/** Somebody answered: whoever is written to at the same account is held, stopped or left alone, as each sequence says. */
export async function tellColleagues(
  tx: TxCtx,
  who: { account_key: string; person_id: string; name: string },
): Promise<void> {
  const running = await listColleagueEnrollments(tx.db, {
    account_key: who.account_key,
    except_person_id: who.person_id,
  })
  const idsOf = (what: 'hold' | 'stop') => running.filter((one) => one.colleague_reply === what).map(({ id }) => id)
  await hold(tx, idsOf('hold'), who.name)
  await stopAll(
    tx,
    idsOf('stop').map((enrollment_id) => ({
      enrollment_id,
      reason: 'colleague_replied',
      by: 'reply',
    })),
  )
}

/** Mails that no address can be given or no text be written for: skipped, where others are cancelled. */
const UNWRITABLE = new Set(['no_address', 'bounced', 'invalid_address', 'low_confidence', 'step_gone'])

/** Ends, or holds, the enrollments whose mails the claim has judged not to leave. */
export async function stopJudged(tx: TxCtx, judged: readonly JudgedMessage[]): Promise<void> {
  const isHeld = (message: JudgedMessage) =>
    message.stop_reason === 'colleague_replied' && message.colleague_reply === 'hold'
  await holdJudged(tx, judged.filter(isHeld))
  await stopAll(
    tx,
    judged
      .filter((message) => !isHeld(message))
      .map(({ enrollment_id, stop_reason }) => ({
        enrollment_id,
        reason: stop_reason ?? 'stopped',
        by: 'drain',
        skips: UNWRITABLE.has(stop_reason ?? ''),
      })),
  )
}

/** Whose colleague answered after they were looked at last: each with a name, all in few statements. */
async function holdJudged(tx: TxCtx, held: readonly JudgedMessage[]): Promise<void> {
  if (held.length === 0) return
  const keys = held.map(({ account_key }) => account_key)
  const colleagues = await listRepliedColleagues(tx.db, keys, new Date(0))
  const reasons = held.map(({ enrollment_id, account_key, person_id }) => {
    const of = colleagues.find((one) => one.account_key === account_key && one.person_id !== person_id)
    return [enrollment_id, reasonOf(of?.name)] as const
  })
  await setEnrollmentsPaused(tx.db, {
    ids: held.map(({ enrollment_id }) => enrollment_id),
    paused: true,
    reason: 'colleague_replied',
    reasons: Object.fromEntries(reasons),
    now: tx.clock.now(),
  })
}

const reasonOf = (name: string | undefined) => (name === undefined ? 'colleague_replied' : `colleague_replied: ${name}`)

/** Until a person lets them go on: how it went with the colleague is nothing a machine knows. */
async function hold(tx: TxCtx, ids: readonly string[], name: string): Promise<void> {
  if (ids.length === 0) return
  const change = { ids, reason: reasonOf(name), receipt_reason: 'colleague_replied', now: tx.clock.now() }
  await setEnrollmentsPaused(tx.db, { ...change, paused: true })
  // Whoever is paused already, until they are back or a day that a rep chose, would go on by themselves.
  await setResumption(tx.db, { ...change, reason_like: '%', resume_at: null })
}
