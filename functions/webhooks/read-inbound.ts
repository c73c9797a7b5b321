import PostalMime, { addressParser } from 'postal-mime'
import type { InboundMail } from '../domain/email/record-reply.ts'

/** Both forms of Inbound Parse: fields already parsed, or the raw mail in `email`. Attachments are not looked at, but for the report in a returned mail. */
export async function readInboundMail(form: FormData): Promise<InboundMail | undefined> {
  const raw = form.get('email')
  const envelope = readEnvelope(field(form, 'envelope'))
  if (raw !== null) return readRawMail(typeof raw === 'string' ? raw : await raw.arrayBuffer(), envelope)
  const headers = readHeaders(field(form, 'headers'))
  const from_address = addressesIn(field(form, 'from'))[0] ?? envelope.from
  if (from_address === undefined) return undefined
  return {
    from_address,
    to_addresses: [...addressesIn(field(form, 'to')), ...envelope.to],
    subject: field(form, 'subject'),
    text: field(form, 'text') || textOfHtml(field(form, 'html')),
    html: field(form, 'html') || null,
    returned: isReturned(from_address, headers) ? await reportsIn(form) : '',
    headers,
  }
}

async function readRawMail(raw: string | ArrayBuffer, envelope: Envelope): Promise<InboundMail | undefined> {
  // Nested or long beyond its limits: it will not be more readable the next time.
  if (headerLength(raw) > MOST_HEADER * 4) return undefined
  const mail = await PostalMime.parse(raw).catch(() => undefined)
  if (mail === undefined) return undefined
  const from_address = mail.from?.address ?? envelope.from
  if (from_address === undefined) return undefined
  const headers = new Map(mail.headers.map(({ key, value }) => [key, value]))
  return {
    from_address,
    to_addresses: [...(mail.to ?? []).flatMap(({ address }) => address ?? []), ...envelope.to],
    subject: mail.subject ?? '',
    text: mail.text || textOfHtml(mail.html ?? ''),
    html: mail.html ?? null,
    returned: isReturned(from_address, headers) ? startOf(raw) : '',
    headers,
  }
}

const MOST_REPORT = 100_000
const MOST_HEADER = 50_000

function isReturned(from_address: string, headers: ReadonlyMap<string, string>): boolean {
  return (
    /^(?:mailer-daemon|postmaster)@/i.test(from_address) || /multipart\/report/i.test(headers.get('content-type') ?? '')
  )
}

/** Up to the first empty line. */
function headerLength(raw: string | ArrayBuffer): number {
  const start = typeof raw === 'string' ? raw : new TextDecoder('latin1').decode(raw.slice(0, MOST_HEADER * 5))
  const end = start.search(/\r?\n\r?\n/)
  return end === -1 ? start.length : end
}

const startOf = (raw: string | ArrayBuffer) =>
  typeof raw === 'string' ? raw.slice(0, MOST_REPORT) : new TextDecoder().decode(raw.slice(0, MOST_REPORT))

/** The report and the headers of our own mail; every other attachment stays unread. */
async function reportsIn(form: FormData): Promise<string> {
  const reports = [...form.values()].filter(
    (value) => value instanceof File && /^(?:message\/|text\/rfc822-headers)/i.test(value.type),
  ) as File[]
  const texts = await Promise.all(reports.slice(0, 5).map((file) => file.slice(0, MOST_REPORT).text()))
  return texts.join('\n')
}

interface Envelope {
  from: string | undefined
  to: string[]
}

function readEnvelope(text: string): Envelope {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return { from: undefined, to: [] }
    const { from, to } = value as { from?: unknown; to?: unknown }
    return {
      from: typeof from === 'string' && from !== '' ? from : undefined,
      to: Array.isArray(to) ? to.filter((address): address is string => typeof address === 'string') : [],
    }
  } catch {
    return { from: undefined, to: [] }
  }
}

/** Continued lines are joined (RFC 5322, 2.2.3). */
function readHeaders(text: string): Map<string, string> {
  const headers = new Map<string, string>()
  for (const line of text
    .replace(/\r\n?/g, '\n')
    .replace(/\n[ \t]+/g, ' ')
    .split('\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
  }
  return headers
}

function addressesIn(text: string): string[] {
  return addressParser(text.slice(0, MOST_HEADER), { flatten: true }).flatMap(({ address }) =>
    address ? [address] : [],
  )
}

/**
 * Good enough to read and to classify; never shown as HTML. Each pattern ends where the next tag begins, or takes the rest:
 * a stranger's 25 MB of `<` must not be searched to their end from every one of them.
 */
function textOfHtml(html: string): string {
  return html
    .replace(/<(style|script)\b[\s\S]*?(?:<\/\1>|$)/gi, '')
    .replace(/<(br|\/p|\/div|\/tr|\/li)\b[^<>]*>/gi, '\n')
    .replace(/<blockquote\b[\s\S]*$/i, '')
    .replace(/<[^<>]*>/g, '')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .trim()
}

function field(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value : ''
}
