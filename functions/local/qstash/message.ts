import { randomBytes } from 'node:crypto'
import type { CallbackSettings, DeliverySettings, FlowControl } from './publish-options.ts'

/** Everything of a message that no query looks at. */
interface MessageSettings extends Omit<DeliverySettings, 'method'> {
  callback?: CallbackSettings
  failureCallback?: CallbackSettings
  flowControl?: FlowControl
  redact: string[]
}

export interface MessageIdentity {
  message_id: string
  url: string
  method: string
  topic_name: string | null
  endpoint_name: string | null
  queue_name: string | null
  schedule_id: string | null
  flow_control_key: string | null
  caller_ip: string | null
  labels: string[]
}

export interface StoredMessage extends MessageIdentity {
  settings: MessageSettings
  body: Uint8Array
  retried: number
  due_at: Date
  created_at: Date
}

export interface MessageRow extends StoredMessage {
  /** A bigint: a number from PGlite, text from postgres.js. */
  position: number | string
  queue_place: number | string | null
}

export interface DeadMessage extends StoredMessage {
  position: number | string
  dlq_id: string
  failed_at: Date
  response_status: number | null
  response_headers: Record<string, string[]>
  response_body: Uint8Array
}

/** A message to be stored. */
export interface NewMessage extends Omit<StoredMessage, 'retried'> {
  queue_place: number | string | null
  deduplication_key: string | null
}

export function newMessageId(): string {
  return `msg_${randomBytes(18).toString('hex')}`
}
