import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { ApiError } from './api-error.ts'
import type { Database } from './database.ts'
import { parseDestination } from './destination.ts'
import { type DeadMessage, type NewMessage, newMessageId } from './message.ts'
import { type PublishOptions, readPublishOptions, requireName } from './publish-options.ts'

export interface Submission {
  /** An absolute URL or the name of a URL group, as it stood in the path. */
  destination: string
  headers: Headers
  body: Uint8Array
  queueName?: string | undefined
  scheduleId?: string
  callerIp: string | null
}

export interface Endpoint {
  url: string
  name?: string
}

/**
 * Turns what was submitted into the messages to store: one, or one for each endpoint of a URL group.
 * Throws ApiError for anything the real server refuses at this point.
 */
export async function draftMessages(
  db: Database,
  submission: Submission,
  now: Date,
): Promise<{ messages: NewMessage[]; isUrlGroup: boolean }> {
  const options = readPublishOptions(submission.headers)
  const { queueName } = submission
  if (queueName !== undefined) requireName('queue name', queueName)
  if (queueName !== undefined && options.flowControl) {
    throw new ApiError(400, 'flow control cannot be used together with a queue')
  }
  const destination = parseDestination(submission.destination)
  if ('url' in destination) {
    const message = draftMessage(submission, options, { url: destination.url }, null, now)
    return { messages: [message], isUrlGroup: false }
  }
  const endpoints = await requireEndpoints(db, destination.urlGroup)
  const messages = endpoints.map((endpoint) => draftMessage(submission, options, endpoint, destination.urlGroup, now))
  return { messages, isUrlGroup: true }
}

async function requireEndpoints(db: Database, groupName: string): Promise<Endpoint[]> {
  const { rows } = await sql<{ endpoints: Endpoint[] }>`
    select endpoints from local.qstash_url_group where group_name = ${groupName}`.execute(db)
  const endpoints = rows[0]?.endpoints
  if (!endpoints) throw new ApiError(404, `url group ${groupName} not found`)
  if (endpoints.length === 0) throw new ApiError(400, `url group ${groupName} has no endpoints`)
  return endpoints
}

function draftMessage(
  submission: Submission,
  options: PublishOptions,
  endpoint: Endpoint,
  topicName: string | null,
  now: Date,
): NewMessage {
  const { method, headers, maxRetries, retryDelay, timeoutSeconds, callback, failureCallback, flowControl } = options
  return {
    message_id: newMessageId(),
    url: endpoint.url,
    method,
    topic_name: topicName,
    endpoint_name: endpoint.name ?? null,
    queue_name: submission.queueName ?? null,
    queue_place: null,
    schedule_id: submission.scheduleId ?? null,
    flow_control_key: flowControl?.key ?? null,
    caller_ip: submission.callerIp,
    labels: options.labels,
    settings: {
      headers,
      maxRetries,
      retryDelay,
      timeoutSeconds,
      callback,
      failureCallback,
      flowControl,
      redact: options.redact,
    },
    body: submission.body,
    due_at: options.notBefore ?? new Date(now.getTime() + options.delaySeconds * 1000),
    created_at: now,
    deduplication_key: deduplicationKey(submission, options, endpoint, topicName),
  }
}

function deduplicationKey(
  submission: Submission,
  options: PublishOptions,
  endpoint: Endpoint,
  topicName: string | null,
): string | null {
  // An id stands for one message; each endpoint of a group has a message of its own.
  const scope = topicName === null ? '' : `${topicName} ${endpoint.url} `
  if (options.deduplicationId !== undefined) return `id ${scope}${options.deduplicationId}`
  if (!options.contentBasedDeduplication) return null
  const hash = createHash('sha256')
  hash.update(JSON.stringify([endpoint.url, options.method, options.headers]))
  hash.update(submission.body)
  return `content ${scope}${hash.digest('hex')}`
}

/** The same message again under a new id, as the DLQ's retry sends it; `Upstash-*` headers override what it had. */
export function redraft(dead: DeadMessage, headers: Headers, now: Date): NewMessage {
  const { url, method, topic_name, endpoint_name, queue_name, schedule_id, flow_control_key, caller_ip, labels } = dead
  const options = readPublishOptions(headers)
  const settings = { ...dead.settings }
  if (headers.has('upstash-retries')) settings.maxRetries = options.maxRetries
  if (headers.has('upstash-retry-delay')) settings.retryDelay = options.retryDelay
  if (headers.has('upstash-timeout')) settings.timeoutSeconds = options.timeoutSeconds
  if (options.callback) settings.callback = options.callback
  if (options.failureCallback) settings.failureCallback = options.failureCallback
  return {
    message_id: newMessageId(),
    url,
    method: headers.has('upstash-method') ? options.method : method,
    topic_name,
    endpoint_name,
    queue_name,
    queue_place: null,
    schedule_id,
    flow_control_key,
    caller_ip,
    labels,
    settings,
    body: dead.body,
    due_at: options.notBefore ?? new Date(now.getTime() + options.delaySeconds * 1000),
    created_at: now,
    deduplication_key: null,
  }
}
