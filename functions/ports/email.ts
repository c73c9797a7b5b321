import sharedClient from '@sendgrid/client'
import sharedMail from '@sendgrid/mail'

/** One mail to one person, frozen when it was claimed. */
export interface OutgoingMail {
  /** Our message row's id. Comes back in every event as the top-level field `message_id`. */
  message_id: string
  /** RFC 5322 Message-ID without the angle brackets. */
  message_id_header: string
  from: { address: string; name: string }
  reply_to: string
  to: { address: string; name: string }
  subject: string
  text: string
  html: string
  /** Absolute https URL whose POST is final (RFC 8058). */
  list_unsubscribe_url: string
  /** Message-ids without brackets. */
  in_reply_to?: string
  references?: string[]
  track_opens: boolean
  track_clicks: boolean
}

/**
 * What is known after one attempt. Only `retry_later` may be sent again: there the provider provably took nothing.
 * `provider_message_id` is X-Message-Id: the part of an event's sg_message_id before its first dot.
 * `unconfirmed` may have been accepted (SendGrid has no idempotency key), so only its events or a person may settle it.
 */
export type SendOutcome =
  | { outcome: 'accepted'; provider_message_id: string }
  | { outcome: 'refused'; reason: string }
  /** `only_sender`: it is this sender who may not write at the moment, others may */
  | { outcome: 'retry_later'; reason: string; retry_after_seconds: number; only_sender?: true }
  | { outcome: 'unconfirmed'; reason: string }

export interface EmailSender {
  readonly mode: 'sendgrid' | 'local' | 'off'
  /** Never throws, and no reason it gives contains the API key or the mail's text. */
  send(mail: OutgoingMail): Promise<SendOutcome>
  /** One small request, at most two seconds: for /health and Settings → Integrations. */
  check(): Promise<{ ok: true } | { ok: false; error: string }>
}

export type EmailSenderConfig =
  | { mode: 'sendgrid' | 'local'; apiKey: string; baseUrl: string; timeoutMs?: number }
  | { mode: 'off'; missing: string[] }

export interface EmailSenderOptions {
  /** Keep-alive agents, on Node only; workerd pools connections by itself. Used for nothing else. */
  httpAgent?: Agent
  httpsAgent?: Agent
}

/** What is needed of node:http's Agent. */
interface Agent {
  destroy(): void
}

export function openEmailSender(config: EmailSenderConfig, options: EmailSenderOptions = {}): EmailSender {
  if (config.mode === 'off') return senderThatIsOff(config.missing)

  const { apiKey, mode } = config
  const client = openClient(config, options)
  const service = new MailService()
  service.setClient(client)
  const connections = keptWhileBusy(options)

  return {
    mode,
    async send(mail) {
      const broken = lineBreakInHeaders(mail)
      if (broken) return { outcome: 'refused', reason: `The ${broken} contains a line break.` }
      connections.begin()
      try {
        const [response] = await service.send(toSendGridMail(mail))
        return judgeSuccess(response.statusCode, readHeader(response.headers, 'x-message-id'))
      } catch (error) {
        return withoutSecret(judgeFailure(error), apiKey)
      } finally {
        connections.end()
      }
    },
    async check() {
      connections.begin()
      try {
        const request = { method: 'GET' as const, url: '/v3/scopes', timeout: CHECK_TIMEOUT_MS }
        await client.request(request)
        return { ok: true }
      } catch (error) {
        return { ok: false, error: redact(describeFailure(error), apiKey) }
      } finally {
        connections.end()
      }
    },
  }
}

/** From one group of mails to the next; far less than any server waits before it closes a connection that lies idle. */
const KEPT_IDLE_MS = 250

/**
 * Keeps connections between the mails of a burst and closes them soon after its last one. A connection that lay idle may
 * have been closed by the other side at the very moment it is used again; that mail's answer is lost before it was asked,
 * and it would be parked as unconfirmed for a person to decide.
 */
function keptWhileBusy({ httpAgent, httpsAgent }: EmailSenderOptions) {
  let under_way = 0
  let closing: ReturnType<typeof setTimeout> | undefined
  const close = () => {
    httpAgent?.destroy()
    httpsAgent?.destroy()
  }
  return {
    begin() {
      under_way++
      clearTimeout(closing)
    },
    end() {
      if (--under_way > 0 || (httpAgent ?? httpsAgent) === undefined) return
      closing = setTimeout(close, KEPT_IDLE_MS)
      // It keeps no process alive, which would close them as well.
      closing.unref?.()
    },
  }
}

const DEFAULT_TIMEOUT_MS = 10_000
const CHECK_TIMEOUT_MS = 2_000
const MAX_ANSWER_BYTES = 1_000_000

function senderThatIsOff(missing: string[]): EmailSender {
  const reason = `Email is not configured: ${missing.join(', ')}`
  return {
    mode: 'off',
    send: async () => ({ outcome: 'retry_later', reason, retry_after_seconds: 3600 }),
    check: async () => ({ ok: false, error: reason }),
  }
}

// Both packages export one shared instance that carries its class: their types name only the instance.
const { Client } = sharedClient as unknown as { Client: new () => typeof sharedClient }
const { MailService } = sharedMail as unknown as { MailService: new () => typeof sharedMail }

function openClient(config: { mode: string; apiKey: string; baseUrl: string; timeoutMs?: number }, agents: object) {
  const client = new Client()
  client.setApiKey(config.apiKey)
  // After setApiKey, which resets the base URL.
  client.setDefaultRequest(requestDefaults(config, agents))
  // The stock client also copies the mail's own headers (List-Unsubscribe …) onto the HTTP request.
  const createHeaders = client.createHeaders.bind(client)
  client.createHeaders = () => createHeaders({})
  return client
}

function requestDefaults(config: { mode: string; baseUrl: string; timeoutMs?: number }, agents: object) {
  return {
    url: '',
    baseUrl: config.baseUrl,
    timeout: config.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    // A redirected POST would be a second hand-over, and would carry the key elsewhere.
    maxRedirects: 0,
    maxContentLength: MAX_ANSWER_BYTES,
    ...(config.mode === 'local' ? { proxy: false } : {}),
    ...agents,
  }
}

function toSendGridMail(mail: OutgoingMail) {
  return {
    from: { email: mail.from.address, name: mail.from.name },
    replyTo: { email: mail.reply_to },
    to: { email: mail.to.address, name: mail.to.name },
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    headers: {
      'Message-ID': `<${mail.message_id_header}>`,
      'List-Unsubscribe': `<${mail.list_unsubscribe_url}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      ...(mail.in_reply_to ? { 'In-Reply-To': `<${mail.in_reply_to}>` } : {}),
      ...(mail.references?.length ? { References: mail.references.map((id) => `<${id}>`).join(' ') } : {}),
    },
    customArgs: { message_id: mail.message_id },
    trackingSettings: {
      openTracking: { enable: mail.track_opens },
      clickTracking: { enable: mail.track_clicks, enableText: false },
      subscriptionTracking: { enable: false },
    },
  }
}

/** A line break in a header value would let its writer add headers of their own. */
function lineBreakInHeaders(mail: OutgoingMail): string | undefined {
  const values: Record<string, string | undefined> = {
    subject: mail.subject,
    'sender name': mail.from.name,
    'sender address': mail.from.address,
    'reply address': mail.reply_to,
    'recipient name': mail.to.name,
    'recipient address': mail.to.address,
    'Message-ID': mail.message_id_header,
    'unsubscribe URL': mail.list_unsubscribe_url,
    'In-Reply-To': mail.in_reply_to,
    References: mail.references?.join(' '),
  }
  return Object.keys(values).find((name) => /[\r\n\0]/.test(values[name] ?? ''))
}

function judgeSuccess(status: number, xMessageId: string | undefined): SendOutcome {
  if (status === 202) return { outcome: 'accepted', provider_message_id: xMessageId ?? '' }
  return { outcome: 'unconfirmed', reason: `SendGrid answered ${status} instead of 202.` }
}

function judgeFailure(error: unknown): SendOutcome {
  const answer = readAnswer(error)
  if (answer) return judgeStatus(answer)
  if (nothingWasSent(error)) return { outcome: 'retry_later', reason: describeFailure(error), retry_after_seconds: 60 }
  return { outcome: 'unconfirmed', reason: describeFailure(error) }
}

interface Answer {
  status: number
  headers: unknown
  /** SendGrid's own words; undefined when something in between answered. */
  messages: string[] | undefined
}

function judgeStatus(answer: Answer): SendOutcome {
  const { status } = answer
  const reason = describeAnswer(answer)
  if (status === 429) return { outcome: 'retry_later', reason, retry_after_seconds: retryAfterSeconds(answer.headers) }
  // Nobody took the mail, and the fault is the account's or the network's, not this mail's: wait until it is mended.
  if (status === 403 && /\b(?:from address|sender identity)\b/i.test(answer.messages?.join(' ') ?? ''))
    return { outcome: 'retry_later', reason, retry_after_seconds: 900, only_sender: true }
  if (status >= 300 && status < 400) return { outcome: 'retry_later', reason, retry_after_seconds: 300 }
  if (status === 503 && (answer.messages || readHeader(answer.headers, 'retry-after')))
    return { outcome: 'retry_later', reason, retry_after_seconds: retryAfterSeconds(answer.headers) }
  // Only a size and SendGrid's own words can be about this mail; a proxy or a wrong address answers every mail alike.
  const isAboutMail = status === 413 || (answer.messages !== undefined && (status === 400 || status === 422))
  if (isAboutMail) return { outcome: 'refused', reason }
  // 408 may come from a proxy that had already passed the mail on.
  if (status >= 400 && status < 500 && status !== 408)
    return { outcome: 'retry_later', reason, retry_after_seconds: 900 }
  return { outcome: 'unconfirmed', reason }
}

/** Both forms of Retry-After, else SendGrid's X-RateLimit-Reset; dates are read against the answer's own Date. */
function retryAfterSeconds(headers: unknown): number {
  const retryAfter = readHeader(headers, 'retry-after')
  const answeredAt = Date.parse(readHeader(headers, 'date') ?? '') / 1000
  const reset = Number(readHeader(headers, 'x-ratelimit-reset') ?? Number.NaN)
  const candidates = [
    Number(retryAfter ?? Number.NaN),
    Date.parse(retryAfter ?? '') / 1000 - answeredAt,
    reset - answeredAt,
  ]
  const seconds = candidates.find((value) => Number.isFinite(value)) ?? 60
  return Math.min(Math.max(Math.ceil(seconds), 1), 3600)
}

/** Errors raised while looking the host up, connecting or shaking hands: the request had not left yet. */
const BEFORE_THE_FIRST_BYTE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ERR_INVALID_URL',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

function nothingWasSent(error: unknown): boolean {
  for (let cause: unknown = error; isRecord(cause); cause = cause.cause) {
    if (typeof cause.code === 'string' && BEFORE_THE_FIRST_BYTE.has(cause.code)) return true
    if (cause.syscall === 'connect') return true
  }
  return false
}

function describeFailure(error: unknown): string {
  const answer = readAnswer(error)
  if (answer) return describeAnswer(answer)
  const code = isRecord(error) && typeof error.code === 'string' ? error.code : 'no answer'
  return nothingWasSent(error) ? `SendGrid could not be reached (${code}).` : `SendGrid did not answer (${code}).`
}

function describeAnswer({ status, messages }: Answer): string {
  const words = messages?.join(' ').slice(0, 300)
  return words ? `SendGrid answered ${status}: ${words}` : `SendGrid answered ${status}.`
}

/** From a ResponseError of @sendgrid/client (4xx, 5xx), or from the bare axios error it lets through (3xx). */
function readAnswer(error: unknown): Answer | undefined {
  if (!isRecord(error) || !isRecord(error.response)) return undefined
  const { response } = error
  const status = typeof error.code === 'number' ? error.code : response.status
  if (typeof status !== 'number') return undefined
  const errors = isRecord(response.body) ? response.body.errors : undefined
  const messages = Array.isArray(errors)
    ? errors.map((item) => (isRecord(item) && typeof item.message === 'string' ? item.message : '')).filter(Boolean)
    : undefined
  return { status, headers: response.headers, messages }
}

function readHeader(headers: unknown, name: string): string | undefined {
  const value = isRecord(headers) ? headers[name] : undefined
  return typeof value === 'string' ? value : undefined
}

function withoutSecret(outcome: SendOutcome, apiKey: string): SendOutcome {
  return outcome.outcome === 'accepted' ? outcome : { ...outcome, reason: redact(outcome.reason, apiKey) }
}

function redact(text: string, apiKey: string): string {
  return apiKey ? text.replaceAll(apiKey, '[key]') : text
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
