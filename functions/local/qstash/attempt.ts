import { retryDelaySeconds } from './backoff.ts'
import { draftCallback, draftFailureCallback } from './callbacks.ts'
import type { Credentials } from './credentials.ts'
import { type QStashFault, signingKeyFor } from './faults.ts'
import { headerLists } from './header-lists.ts'
import type { MessageRow } from './message.ts'
import type { Outcome } from './settle-store.ts'
import { signDelivery } from './signature.ts'

const MAX_ANSWER_BYTES = 1_000_000

/** What came back, or why nothing did. */
export interface Answer {
  status: number | undefined
  headers: Headers | undefined
  body: Uint8Array
  error: string | undefined
}

export interface Wire {
  fetch: typeof fetch
  credentials: Credentials
  fault: Omit<QStashFault, 'path' | 'times'>
  /** Aborts when the server closes. */
  signal: AbortSignal
}

/** Calls the destination once. Never throws: a broken connection is an answer too. */
export async function callDestination(wire: Wire, message: MessageRow): Promise<Answer> {
  const { fault } = wire
  if (fault.status !== undefined) {
    return { status: fault.status, headers: new Headers(), body: new Uint8Array(), error: undefined }
  }
  const hasBody = message.method !== 'GET'
  const body = hasBody ? message.body : new Uint8Array()
  const headers = new Headers(message.settings.headers)
  headers.set('user-agent', 'Upstash-QStash')
  headers.set('upstash-message-id', message.message_id)
  headers.set('upstash-retried', String(message.retried))
  headers.set('upstash-region', 'US-EAST-1')
  if (message.schedule_id !== null) headers.set('upstash-schedule-id', message.schedule_id)
  if (message.topic_name !== null) headers.set('upstash-topic-name', message.topic_name)
  if (message.caller_ip !== null) headers.set('upstash-caller-ip', message.caller_ip)
  headers.set('upstash-signature', signatureFor(wire, message.url, body))
  try {
    const response = await wire.fetch(message.url, {
      method: message.method,
      headers,
      redirect: 'manual',
      signal: AbortSignal.any([wire.signal, AbortSignal.timeout(message.settings.timeoutSeconds * 1000)]),
      // A copy, because fetch's types refuse a view on memory that might be shared.
      ...(hasBody ? { body: new Uint8Array(body) } : {}),
    })
    const answer = new Uint8Array(await response.arrayBuffer()).subarray(0, MAX_ANSWER_BYTES)
    if (fault.dropAnswer) return noAnswer('connection reset by peer')
    return { status: response.status, headers: response.headers, body: answer, error: undefined }
  } catch (error) {
    return noAnswer(describe(error))
  }
}

function signatureFor(wire: Wire, url: string, body: Uint8Array): string {
  const signature = signDelivery({
    key: signingKeyFor(wire.fault, wire.credentials),
    url,
    body,
    // The wall clock, not the server's: the Receiver compares with its own.
    issuedAt: new Date(Date.now() + (wire.fault.clockSkewSeconds ?? 0) * 1000),
  })
  if (!wire.fault.badSignature) return signature
  const at = signature.lastIndexOf('.') + 1
  return signature.slice(0, at) + (signature[at] === 'A' ? 'B' : 'A') + signature.slice(at + 1)
}

function noAnswer(error: string): Answer {
  return { status: undefined, headers: undefined, body: new Uint8Array(), error }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return 'timeout exceeded while waiting for the destination'
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}

/** Delivered, again later, or dead: what one answer means for its message, with the callbacks it causes. */
export function judge(message: MessageRow, answer: Answer, now: Date): Outcome {
  const isDelivered = answer.status !== undefined && answer.status >= 200 && answer.status < 300
  const isFinal =
    isDelivered ||
    message.retried >= message.settings.maxRetries ||
    (answer.status === 489 && answer.headers?.get('upstash-nonretryable-error') === 'true')
  const common = {
    message_id: message.message_id,
    settled_at: now,
    response_headers: headerLists(answer.headers),
    response_body: answer.body,
    ...(answer.status === undefined ? {} : { response_status: answer.status }),
  }
  const callbacks = draftCallback(message, answer, now)
  if (isDelivered) return { ...common, result: 'delivered', callbacks }

  const error = answer.error ?? `destination answered ${answer.status}`
  if (isFinal) {
    const dlqId = `${now.getTime()}-${Math.floor(Math.random() * 1e9)}`
    const failure = draftFailureCallback(message, answer, dlqId, now)
    return { ...common, result: 'failed', error, dlq_id: dlqId, callbacks: [...callbacks, ...failure] }
  }
  const delaySeconds = retryDelaySeconds({
    retried: message.retried,
    expression: message.settings.retryDelay,
    responseHeaders: answer.headers,
    now,
  })
  return { ...common, result: 'retry', error, due_at: new Date(now.getTime() + delaySeconds * 1000), callbacks }
}
