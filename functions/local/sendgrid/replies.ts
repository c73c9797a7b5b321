import { randomUUID } from 'node:crypto'
import type { AcceptedMail, Address } from './store.ts'

export interface ReplyDraft {
  text: string
  /** Out-of-office notices carry Auto-Submitted and quote nothing. */
  automatic: boolean
  at: Date
  /** When somebody else than the recipient answers. */
  from?: Address
}

/** The parsed form of POST that Inbound Parse makes of a reply ("Send Raw" off). */
export function buildInboundForm(mail: AcceptedMail, draft: ReplyDraft): FormData {
  const from = draft.from ?? mail.to
  const subject = draft.automatic ? `Automatic reply: ${mail.subject}` : replySubject(mail.subject)
  const quoted = draft.automatic ? '' : quoteMail(mail)
  const text = `${draft.text}\n${quoted}`
  const fields: Record<string, string> = {
    headers: buildHeaders(mail, draft, from, subject),
    dkim: `{@${domainOf(from.address)} : pass}`,
    to: mail.reply_to,
    from: formatAddress(from),
    subject,
    text,
    html: `<div>${escapeHtml(text).replaceAll('\n', '<br>')}</div>`,
    sender_ip: '198.51.100.17',
    envelope: JSON.stringify({ to: [mail.reply_to], from: from.address }),
    attachments: '0',
    charsets: JSON.stringify({ to: 'UTF-8', from: 'UTF-8', subject: 'UTF-8', text: 'utf-8', html: 'utf-8' }),
    SPF: 'pass',
  }
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  return form
}

function replySubject(subject: string): string {
  return /^re:/i.test(subject) ? subject : `Re: ${subject}`
}

function quoteMail(mail: AcceptedMail): string {
  const lines = mail.text.split('\n').map((line) => `> ${line}`)
  return `\nOn ${mail.accepted_at.toUTCString()}, ${formatAddress(mail.from)} wrote:\n${lines.join('\n')}\n`
}

function buildHeaders(mail: AcceptedMail, draft: ReplyDraft, from: Address, subject: string): string {
  const before = mail.headers.References ? `${mail.headers.References} ` : ''
  const lines = [
    `Received: from mail.${domainOf(from.address)} by mx.sendgrid.net with ESMTP; ${draft.at.toUTCString()}`,
    `From: ${formatAddress({ ...from, name: encodeWord(from.name) })}`,
    `To: ${mail.reply_to}`,
    `Subject: ${encodeWord(subject)}`,
    `Date: ${draft.at.toUTCString()}`,
    `Message-ID: <${randomUUID()}@${domainOf(from.address)}>`,
    `In-Reply-To: ${mail.message_id_header}`,
    `References: ${before}${mail.message_id_header}`,
    ...(draft.automatic
      ? ['Auto-Submitted: auto-replied', 'X-Auto-Response-Suppress: All', 'Precedence: auto_reply']
      : []),
    'MIME-Version: 1.0',
    'Content-Type: multipart/alternative; boundary="local"',
  ]
  return `${lines.join('\n')}\n`
}

function formatAddress({ address, name }: Address): string {
  if (!name) return address
  const plain = /^[\w .=?+/-]*$/.test(name)
  return plain ? `${name} <${address}>` : `"${name.replace(/["\\]/g, '\\$&')}" <${address}>`
}

/** RFC 2047, where the text is not ASCII. */
function encodeWord(text: string): string {
  const ascii = [...text].every((character) => character >= ' ' && character <= '~')
  return ascii ? text : `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
