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
  for (const message of judged.filter(isHeld)) {
    const [colleague] = (await listRepliedColleagues(tx.db, [message.account_key], new Date(0))).filter(
      ({ person_id }) => person_id !== message.person_id,
    )
    await hold(tx, [message.enrollment_id], colleague?.name)
  }
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

/** Until a person lets them go on: how it went with the colleague is nothing a machine knows. */
async function hold(tx: TxCtx, ids: readonly string[], name: string | undefined): Promise<void> {
  if (ids.length === 0) return
  const reason = name === undefined ? 'colleague_replied' : `colleague_replied: ${name}`
  const change = { ids, reason, receipt_reason: 'colleague_replied', now: tx.clock.now() }
  await setEnrollmentsPaused(tx.db, { ...change, paused: true })
  // Whoever is paused already, until they are back or a day that a rep chose, would go on by themselves.
  await setResumption(tx.db, { ...change, reason_like: '%', resume_at: null })
}
