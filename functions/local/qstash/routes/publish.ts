import { Hono } from 'hono'
import { ApiError } from '../api-error.ts'
import { splitTarget } from '../destination.ts'
import { draftMessages, type Submission } from '../draft.ts'
import type { NewMessage } from '../message.ts'
import { insertMessages, type StoredId } from '../message-store.ts'
import { callerIp, type HonoTypes, type QStashApi, type Request, rawTarget, readBody } from './context.ts'
import { isObject, parseJson } from './json-body.ts'

export function publishRoutes(api: QStashApi): Hono<HonoTypes> {
  const routes = new Hono<HonoTypes>()
  routes.post('/publish/*', async (c) => {
    return answerPublish(c, api, await readSubmission(c, '/v2/publish/'))
  })
  routes.post('/enqueue/:queue/*', async (c) => {
    const [, prefix = ''] = /^(\/v2\/enqueue\/[^/]+\/)/.exec(rawTarget(c)) ?? []
    return answerPublish(c, api, { ...(await readSubmission(c, prefix)), queueName: c.req.param('queue') })
  })
  routes.post('/batch', async (c) => {
    const items = readBatch(await c.req.text())
    return c.json(await publishBatch(api, items, callerIp(c)))
  })
  return routes
}

/** The destination, and the headers with the options that came by query laid over them. */
export async function readSubmission(c: Request, prefix: string): Promise<Submission> {
  const { destination, options } = splitTarget(rawTarget(c), prefix)
  const headers = new Headers(c.req.raw.headers)
  for (const [name, value] of options) if (name !== 'qstash_token') headers.set(name, value)
  return { destination, headers, body: await readBody(c), callerIp: callerIp(c) }
}

async function answerPublish(c: Request, api: QStashApi, submission: Submission): Promise<Response> {
  const { messages, isUrlGroup } = await draftMessages(api.db, submission, api.clock.now())
  const answers = pair(messages, await insertMessages(api.db, messages))
  api.delivery.notify()
  const isDuplicate = answers.every((answer) => answer.deduplicated)
  return c.json(isUrlGroup ? answers : answers[0], isDuplicate ? 202 : 200)
}

interface BatchItem {
  destination: string
  headers: Headers
  body: Uint8Array
  queueName?: string
}

/** Items stand for themselves: one that is refused becomes `{error}` in its place, the others are sent. */
async function publishBatch(api: QStashApi, items: BatchItem[], ip: string | null): Promise<unknown[]> {
  const now = api.clock.now()
  const drafts = await Promise.all(
    items.map((item) =>
      draftMessages(api.db, { ...item, callerIp: ip }, now).catch((error: unknown) => {
        if (error instanceof ApiError) return { messages: [], isUrlGroup: false, error: error.message }
        throw error
      }),
    ),
  )
  const messages = drafts.flatMap((draft) => draft.messages)
  const answers = pair(messages, await insertMessages(api.db, messages))
  api.delivery.notify()
  return drafts.map((draft) => {
    const own = answers.splice(0, draft.messages.length)
    if ('error' in draft) return { error: draft.error }
    return draft.isUrlGroup ? own : own[0]
  })
}

function pair(messages: NewMessage[], stored: StoredId[]) {
  return messages.map((message, index) => ({
    messageId: stored[index]?.messageId ?? message.message_id,
    url: message.url,
    ...(stored[index]?.deduplicated ? { deduplicated: true } : {}),
  }))
}

function readBatch(text: string): BatchItem[] {
  const items = parseJson(text)
  if (!Array.isArray(items)) throw new ApiError(400, 'batch body must be an array of messages')
  return items.map(readBatchItem)
}

function readBatchItem(item: unknown): BatchItem {
  if (!isObject(item) || typeof item.destination !== 'string') {
    throw new ApiError(400, 'every message of a batch needs a destination')
  }
  const headers = new Headers()
  for (const [name, value] of Object.entries(isObject(item.headers) ? item.headers : {})) {
    headers.set(name, Array.isArray(value) ? value.join(', ') : String(value))
  }
  return {
    destination: item.destination,
    headers,
    body: new TextEncoder().encode(typeof item.body === 'string' ? item.body : ''),
    ...(typeof item.queue === 'string' ? { queueName: item.queue } : {}),
  }
}
