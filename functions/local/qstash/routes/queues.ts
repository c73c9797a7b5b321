import { Hono } from 'hono'
import { sql } from 'kysely'
import { ApiError } from '../api-error.ts'
import { requireName } from '../publish-options.ts'
import type { HonoTypes, QStashApi } from './context.ts'
import { readJsonObject } from './json-body.ts'

interface QueueRow {
  queue_name: string
  parallelism: number
  is_paused: boolean
  created_at: Date
  updated_at: Date
  lag: number
}

/** lag: messages still to come, each counted once whatever its callbacks. */
const SELECT_QUEUES = sql`
  select q.*, (select count(distinct coalesce(m.queue_place, m.position))::int from local.qstash_message m
    where m.queue_name = q.queue_name) as lag
  from local.qstash_queue q`

export function queueRoutes(api: QStashApi): Hono<HonoTypes> {
  const routes = new Hono<HonoTypes>()
  routes.post('/queues', async (c) => {
    const body = readJsonObject(await c.req.text())
    const name = requireName('queue name', String(body.queueName ?? ''))
    const parallelism = Number(body.parallelism ?? 1)
    if (!Number.isInteger(parallelism) || parallelism < 1) throw new ApiError(400, 'parallelism must be at least 1')
    const now = api.clock.now()
    await sql`
      insert into local.qstash_queue (queue_name, parallelism, is_paused, created_at, updated_at)
      values (${name}, ${parallelism}, ${body.paused === true}, ${now}::timestamptz, ${now}::timestamptz)
      on conflict (queue_name) do update set parallelism = excluded.parallelism, is_paused = excluded.is_paused,
        updated_at = excluded.updated_at`.execute(api.db)
    api.delivery.notify()
    return c.body(null, 200)
  })
  routes.get('/queues', async (c) => {
    const { rows } = await sql<QueueRow>`${SELECT_QUEUES} order by q.queue_name`.execute(api.db)
    return c.json(rows.map(viewQueue))
  })
  routes.get('/queues/:name', async (c) => {
    const name = c.req.param('name')
    const { rows } = await sql<QueueRow>`${SELECT_QUEUES} where q.queue_name = ${name}`.execute(api.db)
    const [queue] = rows
    if (!queue) throw new ApiError(404, `queue ${name} not found`)
    return c.json(viewQueue(queue))
  })
  routes.delete('/queues/:name', async (c) => {
    // Its waiting messages go with it.
    await sql`
      with gone as (delete from local.qstash_queue where queue_name = ${c.req.param('name')} returning queue_name)
      delete from local.qstash_message m using gone
      where m.queue_name = gone.queue_name and not m.is_in_flight`.execute(api.db)
    return c.body(null, 200)
  })
  routes.post('/queues/:name/:action{pause|resume}', async (c) => {
    const { name, action } = c.req.param()
    const { numAffectedRows } = await sql`
      update local.qstash_queue set is_paused = ${action === 'pause'}, updated_at = ${api.clock.now()}::timestamptz
      where queue_name = ${name}`.execute(api.db)
    if (!numAffectedRows) throw new ApiError(404, `queue ${name} not found`)
    api.delivery.notify()
    return c.body(null, 200)
  })
  return routes
}

function viewQueue(queue: QueueRow) {
  return {
    name: queue.queue_name,
    parallelism: queue.parallelism,
    paused: queue.is_paused,
    lag: queue.lag,
    createdAt: queue.created_at.getTime(),
    updatedAt: queue.updated_at.getTime(),
  }
}
