import { randomBytes } from 'node:crypto'
import type { AcceptedMail, NewHappening } from './store.ts'

export type EventKind =
  | 'processed'
  | 'delivered'
  | 'deferred'
  | 'dropped'
  | 'bounce'
  | 'blocked'
  | 'open'
  | 'machine_open'
  | 'click'
  | 'scanner_click'
  | 'spamreport'

const PERSON = {
  useragent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/128.0',
  ip: '203.0.113.24',
}
// Apple's mail proxy fetches every image as soon as the mail arrives, whether or not anybody reads it.
const MACHINE = { useragent: 'Mozilla/5.0', ip: '17.58.101.7' }

// A mail filter that follows every link before the mail reaches anybody; SendGrid does not mark these clicks.
const SCANNER = { useragent: 'Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1)', ip: '198.51.100.80' }

/** One event in the form SendGrid posts it: custom_args are spread over the top level, times are whole seconds. */
function buildEvent(mail: AcceptedMail, kind: EventKind, at: Date, more: { url?: string; reason?: string } = {}) {
  const event: Record<string, unknown> = {
    ...mail.custom_args,
    email: mail.to.address,
    timestamp: Math.floor(at.getTime() / 1000),
    'smtp-id': mail.message_id_header,
    event: kind,
    sg_event_id: randomBytes(16).toString('base64url'),
    sg_message_id: mail.sg_message_id,
    ...fieldsOf(kind, mail, more),
  }
  return event
}

function fieldsOf(
  kind: EventKind,
  mail: AcceptedMail,
  more: { url?: string; reason?: string },
): Record<string, unknown> {
  switch (kind) {
    case 'processed':
      return {}
    case 'delivered':
      return { response: '250 2.0.0 OK', ip: '192.0.2.10', tls: 1 }
    case 'deferred':
      return { response: '421 4.7.0 Try again later', attempt: '1', tls: 1 }
    case 'dropped':
      return { reason: more.reason ?? 'Bounced Address' }
    case 'bounce':
      return {
        type: 'bounce',
        status: '5.1.1',
        reason: more.reason ?? `550 5.1.1 <${mail.to.address}>: Recipient address rejected: user unknown`,
        bounce_classification: 'Invalid Address',
        tls: 1,
      }
    case 'blocked':
      return {
        event: 'bounce',
        type: 'blocked',
        status: '4.2.2',
        reason: more.reason ?? '452 4.2.2 The recipient’s mailbox is full',
        bounce_classification: 'Mailbox Unavailable',
        tls: 1,
      }
    case 'open':
      return { ...PERSON, sg_machine_open: false, sg_content_type: 'html' }
    case 'machine_open':
      return { event: 'open', ...MACHINE, sg_machine_open: true, sg_content_type: 'html' }
    case 'click':
      return { ...PERSON, url: more.url, url_offset: { index: 0, type: 'html' }, sg_content_type: 'html' }
    case 'scanner_click':
      return { event: 'click', ...SCANNER, url: more.url, sg_content_type: 'html' }
    case 'spamreport':
      return {}
  }
}

export function eventHappening(
  mail: AcceptedMail,
  kind: EventKind,
  at: Date,
  more: { url?: string; reason?: string } = {},
): NewHappening {
  return {
    accepted_no: mail.accepted_no,
    kind,
    to_address: mail.to.address.toLowerCase(),
    happened_at: at,
    detail: buildEvent(mail, kind, at, more),
    answers: [],
    posted_at: null,
  }
}

export interface MailLink {
  /** As the sender wrote it. */
  url: string
  /** Position among the mail's links. */
  index: number
}

/** The http(s) links of the HTML part, in order; click tracking rewrites these. */
export function listLinks(html: string): MailLink[] {
  return [...html.matchAll(LINK)].map((match, index) => ({ url: unescapeHtml(match[3] ?? ''), index }))
}

export function rewriteLinks(html: string, toUrl: (link: MailLink) => string): string {
  let index = 0
  return html.replace(LINK, (_whole, before: string, quote: string, url: string) => {
    const link = { url: unescapeHtml(url), index: index++ }
    return `${before}${quote}${toUrl(link).replaceAll('&', '&amp;')}${quote}`
  })
}

const LINK = /(<a\b[^>]*?\shref\s*=\s*)(["'])(https?:\/\/.*?)\2/gis

function unescapeHtml(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&')
}
