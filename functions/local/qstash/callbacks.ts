import type { Answer } from './attempt.ts'
import { headerLists } from './header-lists.ts'
import { type MessageRow, type NewMessage, newMessageId } from './message.ts'
import type { CallbackSettings } from './publish-options.ts'

/** The callback tells of every attempt. A message of its own: signed, retried, and last in its message's turn in a queue. */
export function draftCallback(message: MessageRow, answer: Answer, now: Date): NewMessage[] {
  const { callback } = message.settings
  return callback ? [draft(message, callback, describeAttempt(message, answer), now)] : []
}

/** The failure callback tells once, when there will be no further attempt. */
export function draftFailureCallback(message: MessageRow, answer: Answer, dlqId: string, now: Date): NewMessage[] {
  const { failureCallback } = message.settings
  return failureCallback ? [draft(message, failureCallback, { ...describeAttempt(message, answer), dlqId }, now)] : []
}

function describeAttempt(message: MessageRow, answer: Answer): object {
  return {
    status: answer.status ?? 0,
    header: headerLists(answer.headers),
    body: base64(answer.error === undefined ? answer.body : Buffer.from(answer.error)),
    retried: message.retried,
    maxRetries: message.settings.maxRetries,
    sourceMessageId: message.message_id,
    topicName: message.topic_name ?? undefined,
    endpointName: message.endpoint_name ?? undefined,
    url: message.url,
    method: message.method,
    sourceHeader: headerLists(message.settings.headers),
    sourceBody: base64(message.body),
    notBefore: message.due_at.getTime(),
    createdAt: message.created_at.getTime(),
    scheduleId: message.schedule_id ?? undefined,
    callerIP: message.caller_ip ?? undefined,
  }
}

function draft(message: MessageRow, callback: CallbackSettings, body: object, now: Date): NewMessage {
  return {
    message_id: newMessageId(),
    url: callback.url,
    method: callback.method,
    topic_name: null,
    endpoint_name: null,
    queue_name: message.queue_name,
    queue_place: message.queue_place ?? message.position,
    schedule_id: message.schedule_id,
    flow_control_key: null,
    caller_ip: message.caller_ip,
    labels: message.labels,
    settings: {
      headers: callback.headers,
      maxRetries: callback.maxRetries,
      retryDelay: callback.retryDelay,
      timeoutSeconds: callback.timeoutSeconds,
      redact: message.settings.redact,
    },
    body: Buffer.from(JSON.stringify(body)),
    due_at: now,
    created_at: now,
    deduplication_key: null,
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
