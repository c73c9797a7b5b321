import { Hono } from 'hono'
import { sql } from 'kysely'
import { ApiError } from '../api-error.ts'
import { MAX_IN_FLIGHT } from '../delivery.ts'
import type { HonoTypes, QStashApi } from './context.ts'
import { queryOf } from './context.ts'

interface FlowControlRow {
  flow_control_key: string
  parallelism: number | null
  rate: number | null
  period_seconds: number
  is_parallelism_pinned: boolean
  is_rate_pinned: boolean
  is_paused: boolean
  rate_count: number
  period_started_at: Date | null
  waiting: number
  in_flight: number
}

const SELECT_FLOW = sql`
  select f.*,
    (select count(*)::int from local.qstash_message m
      where m.flow_control_key = f.flow_control_key and not m.is_in_flight) as waiting,
    (select count(*)::int from local.qstash_message m
      where m.flow_control_key = f.flow_control_key and m.is_in_flight) as in_flight
  from local.qstash_flow_control f`

export function flowControlRoutes(api: QStashApi): Hono<HonoTypes> {
  const routes = new Hono<HonoTypes>()
  routes.get('/globalParallelism', async (c) => {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from local.qstash_message where is_in_flight`.execute(api.db)
    return c.json({ parallelismMax: MAX_IN_FLIGHT, parallelismCount: rows[0]?.count ?? 0 })
  })
  routes.get('/flowControl', async (c) => {
    const { rows } = await sql<FlowControlRow>`${SELECT_FLOW} order by f.flow_control_key`.execute(api.db)
    return c.json(rows.map((row) => viewFlow(row, api.clock.now())))
  })
  routes.get('/flowControl/:key', async (c) => {
    const key = c.req.param('key')
    const { rows } = await sql<FlowControlRow>`${SELECT_FLOW} where f.flow_control_key = ${key}`.execute(api.db)
    const [row] = rows
    if (!row) throw new ApiError(404, `flow control key ${key} not found`)
    return c.json(viewFlow(row, api.clock.now()))
  })
  routes.post('/flowControl/:key/:action{pause|resume|pin|unpin|resetRate}', async (c) => {
    const { key, action } = c.req.param()
    await applyAction(api, key, action, queryOf(c))
    api.delivery.notify()
    return c.body(null, 200)
  })
  return routes
}

async function applyAction(api: QStashApi, key: string, action: string, query: URLSearchParams): Promise<void> {
  const change = changeFor(action, query, api.clock.now())
  // A key may be paused or pinned before its first message.
  await sql`
    insert into local.qstash_flow_control (flow_control_key, period_seconds) values (${key}, 1)
    on conflict do nothing`.execute(api.db)
  if (change) await sql`update local.qstash_flow_control set ${change} where flow_control_key = ${key}`.execute(api.db)
}

function changeFor(action: string, query: URLSearchParams, now: Date) {
  switch (action) {
    case 'pause':
      return sql`is_paused = true`
    case 'resume':
      return sql`is_paused = false`
    case 'resetRate':
      return sql`rate_count = 0, period_started_at = ${now}::timestamptz`
    case 'unpin': {
      const parts = [
        ...(query.get('parallelism') === 'true' ? [sql`is_parallelism_pinned = false`] : []),
        ...(query.get('rate') === 'true' ? [sql`is_rate_pinned = false`] : []),
      ]
      return parts.length > 0 ? sql.join(parts) : undefined
    }
    default:
      return sql`${pinChange(query)}, rate_count = 0, period_started_at = ${now}::timestamptz`
  }
}

function pinChange(query: URLSearchParams) {
  const parallelism = readPositive(query, 'parallelism')
  const rate = readPositive(query, 'rate')
  const period = readPositive(query, 'period')
  const parts = [
    ...(parallelism === undefined ? [] : [sql`parallelism = ${parallelism}::int, is_parallelism_pinned = true`]),
    ...(rate === undefined ? [] : [sql`rate = ${rate}::int, is_rate_pinned = true`]),
    ...(period === undefined ? [] : [sql`period_seconds = ${period}::int`]),
  ]
  if (parts.length === 0) throw new ApiError(400, 'provide parallelism or rate to pin')
  return sql.join(parts)
}

function readPositive(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new ApiError(400, `invalid ${name}: ${text}`)
  return Number(text)
}

function viewFlow(row: FlowControlRow, now: Date) {
  const startedAt = row.period_started_at
  const isOver = !startedAt || startedAt.getTime() + row.period_seconds * 1000 <= now.getTime()
  return {
    flowControlKey: row.flow_control_key,
    waitListSize: row.waiting,
    parallelismMax: row.parallelism ?? 0,
    parallelismCount: row.in_flight,
    rateMax: row.rate ?? 0,
    rateCount: isOver ? 0 : row.rate_count,
    ratePeriod: row.period_seconds,
    ratePeriodStart: startedAt ? Math.floor(startedAt.getTime() / 1000) : 0,
    isPaused: row.is_paused,
    isPinnedParallelism: row.is_parallelism_pinned,
    isPinnedRate: row.is_rate_pinned,
  }
}
