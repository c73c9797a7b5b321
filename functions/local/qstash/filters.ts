import { type RawBuilder, sql } from 'kysely'
import { ApiError } from './api-error.ts'

type Condition = RawBuilder<unknown>

/** What all three stored forms of a message can be filtered by; every filter takes several values, meaning any of them. */
const COMMON: Record<string, (values: string[]) => Condition> = {
  messageId: (values) => anyOf(sql`message_id`, values),
  messageIds: (values) => anyOf(sql`message_id`, values),
  url: (values) => anyOf(sql`url`, values),
  topicName: (values) => anyOf(sql`topic_name`, values),
  urlGroup: (values) => anyOf(sql`topic_name`, values),
  scheduleId: (values) => anyOf(sql`schedule_id`, values),
  queueName: (values) => anyOf(sql`queue_name`, values),
  callerIp: (values) => anyOf(sql`caller_ip`, values),
  flowControlKey: (values) => anyOf(sql`flow_control_key`, values),
  label: (values) =>
    sql`exists (select from jsonb_array_elements_text(labels) as l(label) where ${anyOf(sql`label`, values)})`,
}

const HOST = sql`substring(url from '^https?://([^/?]+)')`
const PLACE: Record<string, (values: string[]) => Condition> = {
  host: (values) => sql`(${anyOf(HOST, values)} or ${anyOf(sql`split_part(${HOST}, ':', 1)`, values)})`,
  path: (values) => anyOf(sql`coalesce(substring(url from '^https?://[^/?]+(/[^?]*)'), '/')`, values),
}

const STATE: Record<string, (values: string[]) => Condition> = {
  state: (values) => anyOf(sql`state`, values.flatMap(statesOf)),
}

const RESPONSE: Record<string, (values: string[]) => Condition> = {
  responseStatus: (values) => anyOf(sql`response_status::text`, values),
  dlqIds: (values) => anyOf(sql`dlq_id`, values),
}

export const MESSAGE_FILTERS = { ...COMMON, ...PLACE }
export const DLQ_FILTERS = { ...COMMON, ...RESPONSE }
export const LOG_FILTERS = { ...COMMON, ...PLACE, ...STATE }

/** Understood by every list, and no filter. */
const PAGING = new Set(['count', 'cursor', 'order', 'api', 'fromDate', 'toDate'])

/** The `where` condition for a query string. An unknown parameter is an error, as on the real server. */
export function readFilter(
  query: URLSearchParams,
  filters: Record<string, (values: string[]) => Condition>,
  timeColumn: Condition,
): { where: Condition; isEmpty: boolean } {
  const conditions: Condition[] = []
  for (const name of new Set(query.keys())) {
    const filter = filters[name]
    if (filter) conditions.push(filter(readValues(query, name)))
    else if (!PAGING.has(name)) throw new ApiError(400, `unknown filter parameter: ${name}`)
  }
  const fromDate = query.get('fromDate')
  const toDate = query.get('toDate')
  if (fromDate) conditions.push(sql`${timeColumn} >= ${readInstant('fromDate', fromDate)}::timestamptz`)
  if (toDate) conditions.push(sql`${timeColumn} <= ${readInstant('toDate', toDate)}::timestamptz`)
  return {
    where: conditions.length > 0 ? sql.join(conditions, sql` and `) : sql`true`,
    isEmpty: conditions.length === 0,
  }
}

/** A page size: what was asked for, held between 1 and `max`. */
export function readCount(query: URLSearchParams, fallback: number, max: number): number {
  const text = query.get('count')
  if (text === null) return fallback
  if (!/^\d{1,9}$/.test(text)) throw new ApiError(400, `invalid count: ${text}`)
  return Math.min(max, Math.max(1, Number(text)))
}

/** A cursor is the last position of the page before. */
export function readCursor(query: URLSearchParams): number | undefined {
  const text = query.get('cursor')
  if (!text) return undefined
  if (!/^\d{1,15}$/.test(text)) throw new ApiError(400, `invalid cursor: ${text}`)
  return Number(text)
}

function readValues(query: URLSearchParams, name: string): string[] {
  // Repeated parameters and comma-separated ones are both legal; a comma in a URL is not taken for a separator.
  return query.getAll(name).flatMap((value) => (name === 'url' ? [value] : value.split(',')))
}

function anyOf(column: Condition, values: string[]): Condition {
  if (values.length === 0) return sql`false`
  return sql`${column} in (${sql.join(values)})`
}

function statesOf(state: string): string[] {
  const name = state.toUpperCase()
  if (name === 'IN_PROGRESS') return ['ACTIVE', 'RETRY', 'ERROR']
  // The SDK's spelling, and the one the server logs.
  return name === 'CANCELED' ? ['CANCELLED'] : [name]
}

function readInstant(what: string, text: string): Date {
  if (!/^\d{1,15}$/.test(text)) throw new ApiError(400, `invalid ${what}: ${text}`)
  return new Date(Number(text))
}
