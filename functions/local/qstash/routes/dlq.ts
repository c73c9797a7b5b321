import { Hono } from 'hono'
import { sql } from 'kysely'
import { ApiError } from '../api-error.ts'
import { redraft } from '../draft.ts'
import { DLQ_FILTERS, readCount, readCursor, readFilter } from '../filters.ts'
import type { DeadMessage } from '../message.ts'
import { insertMessages } from '../message-store.ts'
import { viewDeadMessage } from '../views.ts'
import { type HonoTypes, type QStashApi, queryOf } from './context.ts'

export function dlqRoutes(api: QStashApi): Hono<HonoTypes> {
  const routes = new Hono<HonoTypes>()
  routes.get('/dlq', async (c) => {
    const page = await listDead(api, queryOf(c))
    return c.json({ messages: page.messages.map(viewDeadMessage), cursor: page.cursor })
  })
  routes.get('/dlq/:id', async (c) => {
    return c.json(viewDeadMessage(await requireDead(api, c.req.param('id'))))
  })
  routes.delete('/dlq/:id', async (c) => {
    await forget(api, [await requireDead(api, c.req.param('id'))])
    return c.body(null, 200)
  })
  routes.delete('/dlq', async (c) => {
    const page = await listDead(api, queryOf(c))
    return c.json({ deleted: await forget(api, page.messages), cursor: page.cursor })
  })
  routes.post('/dlq/retry', async (c) => {
    const query = queryOf(c)
    const page = await listDead(api, query)
    if (query.has('dlqIds') && page.messages.length === 0) throw new ApiError(404, 'no such dlq messages')
    return c.json({ cursor: page.cursor ?? '', responses: await retry(api, page.messages, c.req.raw.headers) }, 201)
  })
  routes.post('/dlq/retry/:id', async (c) => {
    const [response] = await retry(api, [await requireDead(api, c.req.param('id'))], c.req.raw.headers)
    return c.json(response, 201)
  })
  return routes
}

async function requireDead(api: QStashApi, dlqId: string): Promise<DeadMessage> {
  const { rows } = await sql<DeadMessage>`select * from local.qstash_dlq where dlq_id = ${dlqId}`.execute(api.db)
  const [message] = rows
  if (!message) throw new ApiError(404, `dlq message ${dlqId} not found`)
  return message
}

/** Newest first. */
async function listDead(api: QStashApi, query: URLSearchParams) {
  const { where } = readFilter(query, DLQ_FILTERS, sql`failed_at`)
  const count = readCount(query, 100, 500)
  const cursor = readCursor(query)
  const { rows } = await sql<DeadMessage>`
    select * from local.qstash_dlq
    where ${where} and ${cursor === undefined ? sql`true` : sql`position < ${cursor}`}
    order by position desc limit ${sql.lit(count)}`.execute(api.db)
  const last = rows.length === count ? rows.at(-1) : undefined
  return { messages: rows, cursor: last ? String(last.position) : undefined }
}

async function forget(api: QStashApi, messages: DeadMessage[]): Promise<number> {
  if (messages.length === 0) return 0
  const { numAffectedRows } = await sql`
    delete from local.qstash_dlq where dlq_id in (${sql.join(messages.map((message) => message.dlq_id))})`.execute(
    api.db,
  )
  return Number(numAffectedRows ?? 0)
}

/** Each goes again as a new message, with what the headers say anew. Stored before it leaves the DLQ: a crash in between sends twice rather than never. */
async function retry(api: QStashApi, messages: DeadMessage[], headers: Headers): Promise<{ messageId: string }[]> {
  const now = api.clock.now()
  const stored = await insertMessages(
    api.db,
    messages.map((message) => redraft(message, headers, now)),
  )
  await forget(api, messages)
  api.delivery.notify()
  return stored.map(({ messageId }) => ({ messageId }))
}
