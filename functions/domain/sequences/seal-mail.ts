import type { JudgedMessage } from '../../../db/queries/claims.ts'
import type { SealedMessage } from '../../../db/queries/messages.ts'
import { paths } from '../../../web/paths.ts'
import type { Config } from '../../config.ts'
import type { OutgoingMail } from '../../ports/email.ts'
import { composeMail, replySubject } from '../email/compose-mail.ts'
import { lacksReason, recipientCountry } from '../email/recipient-country.ts'
import { oneLine, type Templates } from '../email/render.ts'
import { replyAddress } from '../email/reply-address.ts'
import { unsubscribeToken } from '../email/unsubscribe-token.ts'
import type { ClaimedMessage } from './claim-due.ts'
import { variablesOf } from './preflight.ts'
import { isDeceptive } from './step-problems.ts'

export interface SealProblem {
  enrollment_id: string
  reason: string
  problem: string
}

/** Renders a claimed mail into what will leave, byte for byte. A mail that cannot be written says why. */
export function sealMail(
  config: Config,
  templates: Templates,
  message: ClaimedMessage,
): SealProblem | { mail: OutgoingMail; sealed: SealedMessage } {
  const { enrollment_id } = message
  const problem = (reason: string, text: string) => ({ enrollment_id, reason, problem: text })
  if (config.appSecret === null || message.address === null || message.domain === null)
    return problem('not_configured', 'Mail is not configured: APP_SECRET')

  const variables = variablesOf({ ...message, name: message.person_name }, eventOf(message), message)
  const [first, last] = [message.earlier[0], message.earlier.at(-1)]
  const answers = message.thread === 'reply' && first !== undefined && last !== undefined
  const subject = answers
    ? ({ ok: true, text: replySubject(first.subject) } as const)
    : templates.render(message.step_subject, variables)
  const body = templates.render(message.step_body, variables)
  for (const part of [subject, body])
    if (!part.ok) return problem(part.missing === null ? 'template_error' : 'missing_variable', part.error)
  if (!subject.ok || !body.ok) return problem('template_error', 'The text could not be rendered')
  const line = oneLine(subject.text)
  if (line === '') return problem('template_error', 'The subject is empty')
  if (!answers && isDeceptive(line))
    return problem('deceptive_subject', `A mail that begins a thread must not pretend to be an answer: “${line}”`)
  if (lacksReason(message.contact_reason, message))
    return problem('no_contact_reason', 'A mail to the EU, the UK or Switzerland must say why it comes')

  const url = config.publicUrl + paths.unsubscribe(unsubscribeToken(message.id, config.appSecret))
  const { text, html } = composeMail(body.text, {
    contact_reason: message.contact_reason,
    postal_address: config.postalAddress,
    unsubscribe_url: url,
  })
  const mayTrack = !message.untracked_countries.includes(recipientCountry(message) ?? '')
  const inbound = config.mail.mode !== 'off' && config.mail.inboundKey !== null
  return {
    mail: {
      message_id: message.id,
      message_id_header: message.message_id_header,
      from: { address: message.from_address, name: message.from_name },
      reply_to: replyAddress(message.reply_to ?? message.from_address, inbound ? message.id : null),
      to: { address: message.address, name: oneLine(message.person_name) },
      subject: line,
      text,
      html,
      list_unsubscribe_url: url,
      ...(answers
        ? {
            in_reply_to: last.message_id_header,
            references: message.earlier.map((earlier) => earlier.message_id_header),
          }
        : {}),
      track_opens: message.track_opens && mayTrack,
      track_clicks: message.track_clicks && mayTrack,
    },
    sealed: {
      id: message.id,
      to_address: message.address,
      to_domain: message.domain,
      from_address: message.from_address,
      subject: line,
      body_text: text,
      body_html: html,
      in_reply_to: answers ? last.message_id_header : null,
    },
  }
}

function eventOf(message: JudgedMessage) {
  const { event_name: name, venue, city, booth, starts_on, ends_on } = message
  return { name, venue, city, booth, starts_on, ends_on }
}
