import { Hono } from 'hono'
import type { AppEnv } from '../env.ts'
import { receiveJob } from './receive.ts'

/** The door of the queue. The local queue comes in by the same signed door. */
export const jobRoutes = new Hono<AppEnv>().post('/jobs/:name', async (c) => {
  const answer = await receiveJob(c.var.ctx, {
    name: c.req.param('name'),
    body: await c.req.text(),
    signature: c.req.header('Upstash-Signature'),
    message_id: c.req.header('Upstash-Message-Id'),
  })
  return Response.json(answer.body, { status: answer.status, headers: answer.headers })
})
