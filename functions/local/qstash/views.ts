import { createHash } from 'node:crypto'
import { headerLists } from './header-lists.ts'
import type { DeadMessage, MessageIdentity, StoredMessage } from './message.ts'
import { type HeaderPairs, readPublishOptions } from './publish-options.ts'
import type { ScheduleRow } from './schedule-store.ts'

/** A message as the API shows it. Instants are Unix milliseconds. */
export function viewMessage(message: StoredMessage) {
  const { settings } = message
  return {
    ...viewIdentity(message),
    ...viewContent(settings.headers, message.body, settings.redact),
    maxRetries: settings.maxRetries,
    retryDelayExpression: settings.retryDelay,
    notBefore: message.due_at.getTime(),
    createdAt: message.created_at.getTime(),
    callback: settings.callback?.url,
    failureCallback: settings.failureCallback?.url,
    parallelism: settings.flowControl?.parallelism,
    rate: settings.flowControl?.rate,
    period: settings.flowControl?.periodSeconds,
  }
}

export function viewDeadMessage(message: DeadMessage) {
  return {
    ...viewMessage(message),
    dlqId: message.dlq_id,
    responseStatus: message.response_status ?? undefined,
    responseHeader: message.response_headers,
    ...named('responseBody', 'responseBodyBase64', message.response_body),
  }
}

export interface EventRow extends MessageIdentity {
  event_id: number | string
  state: string
  occurred_at: Date
  next_delivery_at: Date | null
  error: string | null
  response_status: number | null
}

export function viewEvent(event: EventRow) {
  return {
    time: event.occurred_at.getTime(),
    state: event.state,
    nextDeliveryTime: event.next_delivery_at?.getTime(),
    error: event.error ?? undefined,
    responseStatus: event.response_status ?? undefined,
    ...viewIdentity(event),
  }
}

export type ScheduleState = 'IN_PROGRESS' | 'SUCCESS' | 'FAIL'

export function viewSchedule(schedule: ScheduleRow, states: Record<string, ScheduleState>) {
  const options = readPublishOptions(new Headers(schedule.headers))
  return {
    scheduleId: schedule.schedule_id,
    cron: schedule.cron,
    createdAt: schedule.created_at.getTime(),
    destination: schedule.destination,
    method: options.method,
    ...viewContent(options.headers, schedule.body, options.redact),
    retries: options.maxRetries,
    delay: options.delaySeconds || undefined,
    callback: options.callback?.url,
    failureCallback: options.failureCallback?.url,
    callerIP: schedule.caller_ip ?? undefined,
    isPaused: schedule.is_paused,
    queueName: schedule.queue_name ?? undefined,
    flowControlKey: options.flowControl?.key,
    parallelism: options.flowControl?.parallelism,
    rate: options.flowControl?.rate,
    period: options.flowControl?.periodSeconds,
    retryDelayExpression: options.retryDelay,
    ...viewLabels(options.labels),
    lastScheduleTime: schedule.last_fire_at?.getTime(),
    nextScheduleTime: schedule.next_fire_at?.getTime(),
    lastScheduleStates: states,
  }
}

function viewIdentity(message: MessageIdentity) {
  return {
    messageId: message.message_id,
    url: message.url,
    method: message.method,
    topicName: message.topic_name ?? undefined,
    endpointName: message.endpoint_name ?? undefined,
    queueName: message.queue_name ?? undefined,
    scheduleId: message.schedule_id ?? undefined,
    flowControlKey: message.flow_control_key ?? undefined,
    // The SDK's type says callerIp, the documentation callerIP.
    callerIp: message.caller_ip ?? undefined,
    callerIP: message.caller_ip ?? undefined,
    ...viewLabels(message.labels),
  }
}

function viewLabels(labels: string[]) {
  return labels.length > 0 ? { label: labels[0], labels } : {}
}

function viewContent(headers: HeaderPairs, body: Uint8Array, redact: string[]) {
  const all = redact.includes('header') || redact.includes('headers')
  const names = redact.map((field) => /^headers?\[(.+)\]$/.exec(field)?.[1]?.toLowerCase())
  const shown = headers.map(([name, value]): [string, string] => [
    name,
    all || names.includes(name.toLowerCase()) ? redacted(value) : value,
  ])
  return {
    header: headerLists(shown),
    ...(redact.includes('body') ? { body: redacted(body) } : named('body', 'bodyBase64', body)),
  }
}

function named(textName: string, base64Name: string, bytes: Uint8Array): Record<string, string> {
  try {
    return { [textName]: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch {
    return { [base64Name]: Buffer.from(bytes).toString('base64') }
  }
}

function redacted(value: string | Uint8Array): string {
  return `REDACTED:${createHash('sha256').update(value).digest('hex')}`
}
