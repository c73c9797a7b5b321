import type { Settlement } from '../../../db/queries/messages.ts'
import { assertNever } from '../../errors.ts'
import type { EmailSender, OutgoingMail, SendOutcome } from '../../ports/email.ts'

/** A Worker has six outgoing connections. */
const AT_ONCE = 6
const LONGEST_WAIT_SECONDS = 3_600
const WITHOUT_ANSWER_SECONDS = 60

export interface Sent {
  message_id: string
  outcome: SendOutcome
}

/** Sends all mails, six at once, in any order. The sender never throws; were it to, that one mail is unconfirmed. */
export async function sendAll(email: EmailSender, mails: readonly OutgoingMail[]): Promise<Sent[]> {
  const results: Sent[] = []
  const queue = mails.values()
  const work = async () => {
    for (const mail of queue) results.push({ message_id: mail.message_id, outcome: await sendOne(email, mail) })
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, mails.length) }, work))
  return results
}

async function sendOne(email: EmailSender, mail: OutgoingMail): Promise<SendOutcome> {
  try {
    return await email.send(mail)
  } catch {
    return { outcome: 'unconfirmed', reason: 'The sender broke off' }
  }
}

/** So many in a row without any answer are the provider's fault, not that of the mails. */
const FEW_WITHOUT_ANSWER = 10

/** Whether a whole hand-over found nobody who takes mail: how long to wait, and why. */
export function providerIsDown(results: readonly Sent[]): { seconds: number; reason: string } | undefined {
  let down: { seconds: number; reason: string } | undefined
  let lost = 0
  for (const { outcome } of results) {
    if (outcome.outcome === 'accepted' || outcome.outcome === 'refused') return undefined
    if (outcome.outcome === 'retry_later' && outcome.only_sender) return undefined
    if (outcome.outcome === 'unconfirmed') lost += 1
    const seconds = outcome.outcome === 'retry_later' ? outcome.retry_after_seconds : WITHOUT_ANSWER_SECONDS
    down = { seconds: Math.max(seconds, down?.seconds ?? 0), reason: outcome.reason }
  }
  return lost > 0 && lost < FEW_WITHOUT_ANSWER ? undefined : down
}

const MINUTE_MS = 60_000

/** @param attempts how often it has been claimed: a provider that keeps saying "later" is asked less and less often */
export function judgeOutcome(
  { message_id: id, outcome }: Sent,
  attempts: number,
  now: Date,
  { down }: { down: boolean },
): Settlement {
  const settlement = { id, reason: null, due_at: null, provider_message_id: null }
  switch (outcome.outcome) {
    case 'accepted':
      return { ...settlement, state: 'sent', provider_message_id: outcome.provider_message_id }
    case 'refused':
      return { ...settlement, state: 'failed', reason: outcome.reason }
    case 'unconfirmed':
      return { ...settlement, state: 'unconfirmed', reason: outcome.reason }
    case 'retry_later': {
      const backOff = Math.min(LONGEST_WAIT_SECONDS, 15 * 2 ** Math.min(attempts, 10))
      const seconds = Math.max(outcome.retry_after_seconds, attempts > 1 ? backOff : 0)
      return {
        ...settlement,
        state: 'planned',
        reason: outcome.reason,
        due_at: down ? null : new Date(Math.ceil((now.getTime() + seconds * 1000) / MINUTE_MS) * MINUTE_MS),
      }
    }
    default:
      return assertNever(outcome)
  }
}
