import { Hono } from 'hono'
import { sql } from 'kysely'
import { ApiError } from '../api-error.ts'
import { LOG_FILTERS, MESSAGE_FILTERS, readCount, readCursor, readFilter } from '../filters.ts'
import type { MessageRow } from '../message.ts'
import { type EventRow, viewEvent, viewMessage } from '../views.ts'
import { type HonoTypes, type QStashApi, queryOf, type Request } from './context.ts'

export function messageRoutes(api: QStashApi): Hono<HonoTypes> {
  const routes = new Hono<HonoTypes>()
  routes.get('/messages/:id', async (c) => {
    const { rows } = await sql<MessageRow>`
      select * from local.qstash_message where message_id = ${c.req.param('id')}`.execute(api.db)
    const [message] = rows
    if (!message) throw new ApiError(404, `message ${c.req.param('id')} not found`)
    return c.json(viewMessage(message))
  })
  routes.post('/messages/:id/retry', async (c) => {
    await releaseNow(api, c.req.param('id'))
    return c.body(null, 200)
  })
  routes.delete('/messages/:id', async (c) => {
    const id = c.req.param('id')
    const cancelled = await cancelMessages(api, new URLSearchParams({ messageIds: id }))
    if (cancelled === 0) throw new ApiError(404, `message ${id} not found`)
    return c.json({ cancelled })
  })
  routes.delete('/messages', async (c) => c.json({ cancelled: await cancelMessages(api, queryOf(c)) }))

  routes.get('/events', async (c) => {
    const { cursor, lines } = await listEvents(api, c)
    return c.json({ cursor, events: lines })
  })
  routes.get('/logs', async (c) => {
    const { cursor, lines } = await listEvents(api, c)
    return c.json({ cursor, logs: lines })
  })
  return routes
}

/** Ends a delay or a wait for the next try early; uses the attempt that was coming anyway. */
async function releaseNow(api: QStashApi, id: string): Promise<void> {
  const now = api.clock.now()
  const { rows } = await sql<{ queue_name: string | null; is_waiting: boolean }>`
    select queue_name, not is_in_flight and due_at > ${now}::timestamptz as is_waiting
    from local.qstash_message where message_id = ${id}`.execute(api.db)
  const [message] = rows
  if (message && message.queue_name !== null) throw new ApiError(400, 'messages in a queue cannot be released')
  if (!message?.is_waiting) throw new ApiError(404, `message ${id} is not waiting`)
  await sql`
    update local.qstash_message set due_at = ${now}::timestamptz
    where message_id = ${id} and not is_in_flight`.execute(api.db)
  api.delivery.notify()
}

/** Waiting messages are gone at once; one that is being delivered right now ends with that attempt. */
async function cancelMessages(api: QStashApi, query: URLSearchParams): Promise<number> {
  const { where } = readFilter(query, MESSAGE_FILTERS, sql`created_at`)
  const now = api.clock.now()
  const { rows } = await sql<{ cancelled: number }>`
    with matched as materialized (
      select message_id, is_in_flight from local.qstash_message
      where cancel_requested_at is null and ${where} for update
    ),
    ending as (
      update local.qstash_message m set cancel_requested_at = ${now}::timestamptz
      from matched where matched.message_id = m.message_id and matched.is_in_flight
      returning m.*
    ),
    gone as (
      delete from local.qstash_message m using matched
      where matched.message_id = m.message_id and not matched.is_in_flight
      returning m.*
    ),
    logged as (
      insert into local.qstash_event (message_id, url, method, topic_name, endpoint_name, queue_name, schedule_id,
        flow_control_key, caller_ip, labels, state, occurred_at)
      select message_id, url, method, topic_name, endpoint_name, queue_name, schedule_id,
        flow_control_key, caller_ip, labels, line.state, ${now}::timestamptz
      from (select gone.*, true as is_gone from gone union all select ending.*, false from ending) as touched
      join (values (1, 'CANCEL_REQUESTED'), (2, 'CANCELLED')) as line(step, state) on is_gone or line.step = 1
      order by position, line.step
    )
    select count(*)::int as cancelled from matched`.execute(api.db)
  api.delivery.notify()
  return rows[0]?.cancelled ?? 0
}

/** Newest first; the cursor continues with what is older. */
async function listEvents(api: QStashApi, c: Request) {
  const query = queryOf(c)
  const { where } = readFilter(query, LOG_FILTERS, sql`occurred_at`)
  const count = readCount(query, 100, 1000)
  const cursor = readCursor(query)
  const { rows } = await sql<EventRow>`
    select * from local.qstash_event
    where ${where} and ${cursor === undefined ? sql`true` : sql`event_id < ${cursor}`}
    order by event_id desc limit ${sql.lit(count)}`.execute(api.db)
  const last = rows.length === count ? rows.at(-1) : undefined
  return { cursor: last ? String(last.event_id) : undefined, lines: rows.map(viewEvent) }
}
