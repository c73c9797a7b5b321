import type { Address } from './store.ts'

/** One error of SendGrid's `{ errors: [...] }`. */
export interface MailError {
  message: string
  field: string | null
  help: string | null
}

/** What one request asks for, a copy for each recipient in `to`, with the request's defaults filled in. */
export interface ValidMail {
  from: Address
  reply_to: string
  to: Address
  subject: string
  text: string
  html: string
  headers: Record<string, string>
  custom_args: Record<string, string>
  track_opens: boolean
  track_clicks: boolean
  sandbox: boolean
}

type Json = Record<string, unknown>

/**
 * The rules of POST /v3/mail/send that this app can break: after the public list of errors of the v3 Mail Send API.
 * Templates, attachments' contents and ASM groups are let through unread.
 */
export function validateMail(body: unknown, now: Date): { mails: ValidMail[] } | { errors: MailError[] } {
  if (!isRecord(body)) return { errors: [fault('Bad Request', null)] }
  const errors = [
    ...checkKeys(body),
    ...checkFrom(body),
    ...checkPersonalizations(body.personalizations),
    ...checkSubject(body),
    ...checkContent(body),
    ...checkHeaders(body.headers, 'headers'),
    ...checkCustomArgs(body),
    ...checkSendAt(body.send_at, 'send_at', now),
    ...checkTracking(body.tracking_settings),
  ]
  return errors.length > 0 ? { errors } : { mails: splitByRecipient(body) }
}

const KNOWN_KEYS = new Set(
  `personalizations from reply_to reply_to_list subject content attachments template_id sections headers categories
  custom_args send_at batch_id asm ip_pool_name mail_settings tracking_settings`.split(/\s+/),
)

function checkKeys(body: Json): MailError[] {
  return Object.keys(body)
    .filter((key) => !KNOWN_KEYS.has(key))
    .map((key) => fault(`Additional property ${key} is not allowed`, null))
}

function checkFrom(body: Json): MailError[] {
  const errors: MailError[] = []
  if (!isRecord(body.from) || typeof body.from.email !== 'string')
    errors.push(
      fault('The from object must be provided for every email send. It requires the email parameter.', 'from'),
    )
  else if (!isAddress(body.from.email))
    errors.push(fault('The from email does not contain a valid address.', 'from.email'))
  if (body.reply_to !== undefined && !(isRecord(body.reply_to) && isAddress(body.reply_to.email)))
    errors.push(fault('The reply_to email does not contain a valid address.', 'reply_to.email'))
  return errors
}

const MAX_RECIPIENTS = 1000

function checkPersonalizations(value: unknown): MailError[] {
  const field = 'personalizations'
  if (!Array.isArray(value) || value.length === 0)
    return [fault('The personalizations field is required and must have at least one personalization.', field)]
  if (value.length > MAX_RECIPIENTS)
    return [fault(`The personalization block is limited to ${MAX_RECIPIENTS} personalizations per API request.`, field)]
  const recipients = value.reduce(
    (sum, item) => sum + ['to', 'cc', 'bcc'].flatMap((key) => listOf(item, key)).length,
    0,
  )
  if (recipients > MAX_RECIPIENTS)
    return [fault(`There is a limit of ${MAX_RECIPIENTS} total recipients (to + cc + bcc) per request.`, field)]
  return value.flatMap((item, index) => checkPersonalization(item, `${field}.${index}`))
}

function checkPersonalization(item: unknown, field: string): MailError[] {
  if (!isRecord(item) || listOf(item, 'to').length === 0)
    return [
      fault(
        'The to array is required for all personalization objects, and must have at least one email.',
        `${field}.to`,
      ),
    ]
  const errors: MailError[] = []
  const seen = new Set<string>()
  for (const key of ['to', 'cc', 'bcc'])
    for (const [index, entry] of listOf(item, key).entries()) {
      const email = isRecord(entry) ? entry.email : undefined
      if (!isAddress(email)) errors.push(fault('Does not contain a valid address.', `${field}.${key}.${index}.email`))
      else if (seen.has(email.toLowerCase()))
        errors.push(
          fault(
            'Each email address in the personalization block should be unique between to, cc, and bcc.',
            `${field}.${key}`,
          ),
        )
      else seen.add(email.toLowerCase())
    }
  return [...errors, ...checkHeaders(item.headers, `${field}.headers`)]
}

function checkSubject(body: Json): MailError[] {
  if (body.template_id || (typeof body.subject === 'string' && body.subject.length > 0)) return []
  const list = Array.isArray(body.personalizations) ? body.personalizations : []
  if (list.length > 0 && list.every((item) => isRecord(item) && typeof item.subject === 'string' && item.subject))
    return []
  return [
    fault(
      'The subject is required. You can get around this requirement if you use a template with a subject defined or if every personalization has a subject defined.',
      'subject',
    ),
  ]
}

function checkContent(body: Json): MailError[] {
  if (body.template_id) return []
  if (!Array.isArray(body.content) || body.content.length === 0)
    return [
      fault(
        'Unless a valid template_id is provided, the content parameter is required with at least one block.',
        'content',
      ),
    ]
  const errors: MailError[] = []
  const types = body.content.map((block) => (isRecord(block) ? String(block.type ?? '') : ''))
  for (const [index, block] of body.content.entries()) {
    if (!types[index]) errors.push(fault('The content type is required.', `content.${index}.type`))
    if (!isRecord(block) || typeof block.value !== 'string' || block.value.length === 0)
      errors.push(
        fault('The content value must be a string at least one character in length.', `content.${index}.value`),
      )
  }
  const order = ['text/plain', 'text/html'].map((type) => types.indexOf(type))
  if (new Set(types).size < types.length) errors.push(fault('Each content type may be provided once only.', 'content'))
  else if ((order[0] ?? -1) > 0 || (order[1] ?? -1) > (order[0] === 0 ? 1 : 0))
    errors.push(fault('If present, text/plain must be first, followed by text/html, followed by any other.', 'content'))
  return errors
}

const RESERVED_HEADERS = new Set(
  `x-sg-id x-sg-eid received dkim-signature content-type content-transfer-encoding to from subject reply-to cc bcc`.split(
    ' ',
  ),
)

function checkHeaders(headers: unknown, field: string): MailError[] {
  if (headers === undefined) return []
  if (!isRecord(headers)) return [fault('The headers parameter must be an object.', field)]
  return Object.entries(headers).flatMap(([name, value]) => {
    if (RESERVED_HEADERS.has(name.toLowerCase()))
      return [fault(`The header ${name} is reserved and cannot be used.`, `${field}.${name}`)]
    if (!/^[!-9;-~]+$/.test(name))
      return [fault('Header names must be printable ASCII without spaces.', `${field}.${name}`)]
    if (typeof value !== 'string' || /[\r\n]/.test(value))
      return [fault('Header values must be strings of one line.', `${field}.${name}`)]
    return []
  })
}

const MAX_CUSTOM_ARGS_BYTES = 10_000

function checkCustomArgs(body: Json): MailError[] {
  const list = Array.isArray(body.personalizations) ? body.personalizations : []
  const sets = [body.custom_args, ...list.map((item) => (isRecord(item) ? item.custom_args : undefined))]
  return sets.flatMap((args) => {
    if (args === undefined) return []
    if (!isRecord(args) || Object.values(args).some((value) => typeof value !== 'string'))
      return [fault('The custom_args values must be strings.', 'custom_args')]
    if (Buffer.byteLength(JSON.stringify(args)) > MAX_CUSTOM_ARGS_BYTES)
      return [fault(`The custom_args may not be larger than ${MAX_CUSTOM_ARGS_BYTES} bytes.`, 'custom_args')]
    return []
  })
}

const MAX_AHEAD_SECONDS = 72 * 3600

function checkSendAt(value: unknown, field: string, now: Date): MailError[] {
  if (value === undefined) return []
  if (!Number.isInteger(value)) return [fault('The send_at parameter must be an integer (unix timestamp).', field)]
  if (Number(value) - now.getTime() / 1000 > MAX_AHEAD_SECONDS)
    return [fault('Scheduled sending is not supported more than 72 hours in advance.', field)]
  return []
}

function checkTracking(settings: unknown): MailError[] {
  if (settings === undefined || (isRecord(settings) && Object.values(settings).every(isRecord))) return []
  return [fault('The tracking_settings parameter must be an object of objects.', 'tracking_settings')]
}

function splitByRecipient(body: Json): ValidMail[] {
  const from = readAddress(body.from)
  const shared = {
    from,
    reply_to: body.reply_to ? readAddress(body.reply_to).address : from.address,
    text: contentOf(body, 'text/plain'),
    html: contentOf(body, 'text/html'),
    track_opens: isEnabled(body.tracking_settings, 'open_tracking'),
    track_clicks: isEnabled(body.tracking_settings, 'click_tracking'),
    sandbox: isEnabled(body.mail_settings, 'sandbox_mode'),
  }
  return listOf(body, 'personalizations').flatMap((item) =>
    listOf(item, 'to').map((to) => ({
      ...shared,
      to: readAddress(to),
      subject: String((isRecord(item) && item.subject) || body.subject || ''),
      headers: stringsOf(body.headers, isRecord(item) ? item.headers : undefined),
      custom_args: stringsOf(body.custom_args, isRecord(item) ? item.custom_args : undefined),
    })),
  )
}

function contentOf(body: Json, type: string): string {
  const block = listOf(body, 'content').find((item) => isRecord(item) && item.type === type)
  return isRecord(block) ? String(block.value) : ''
}

function isEnabled(settings: unknown, name: string): boolean {
  const setting = isRecord(settings) ? settings[name] : undefined
  return isRecord(setting) && setting.enable === true
}

function stringsOf(...sources: unknown[]): Record<string, string> {
  return Object.assign({}, ...sources.filter(isRecord)) as Record<string, string>
}

function readAddress(value: unknown): Address {
  const record = isRecord(value) ? value : {}
  return { address: String(record.email ?? ''), name: typeof record.name === 'string' ? record.name : '' }
}

function isAddress(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length <= 320 &&
    /^[^\s@<>",;:\\]+@[^\s@<>",;:\\]+\.[^\s@<>",;:\\.]+$/.test(value)
  )
}

function listOf(value: unknown, key: string): unknown[] {
  const list = isRecord(value) ? value[key] : undefined
  return Array.isArray(list) ? list : []
}

function fault(message: string, field: string | null): MailError {
  const anchor = field?.replace(/\.\d+/g, '')
  const page = 'http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html'
  return { message, field, help: anchor ? `${page}#message.${anchor}` : null }
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
