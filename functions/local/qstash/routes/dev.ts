import { Hono } from 'hono'
import { sql } from 'kysely'
import { ApiError } from '../api-error.ts'
import { findNextDueAt } from '../due-store.ts'
import type { QStashFault } from '../faults.ts'
import type { DeadMessage, MessageRow } from '../message.ts'
import { type EventRow, viewDeadMessage, viewEvent, viewMessage } from '../views.ts'
import type { HonoTypes, QStashApi } from './context.ts'
import { isObject, parseJson, readJsonObject } from './json-body.ts'

const SHOWN = 200

/** What the real server does not have: a view of everything that waits, a clock to move, faults to cause. */
export function devRoutes(api: QStashApi): Hono<HonoTypes> {
  const routes = new Hono<HonoTypes>()
  routes.get('/messages', async (c) => {
    const waiting = await sql<MessageRow & { is_in_flight: boolean }>`
      select * from local.qstash_message order by due_at, position limit ${sql.lit(SHOWN)}`.execute(api.db)
    const dead = await sql<DeadMessage>`
      select * from local.qstash_dlq order by position desc limit ${sql.lit(SHOWN)}`.execute(api.db)
    const events = await sql<EventRow>`
      select * from local.qstash_event order by event_id desc limit ${sql.lit(SHOWN)}`.execute(api.db)
    return c.json({
      now: api.clock.now(),
      nextDueAt: (await findNextDueAt(api.db, api.clock.now())) ?? null,
      messages: waiting.rows.map((row) => ({
        ...viewMessage(row),
        retried: row.retried,
        dueAt: row.due_at,
        isInFlight: row.is_in_flight,
      })),
      dlq: dead.rows.map(viewDeadMessage),
      events: events.rows.map(viewEvent),
    })
  })
  routes.post('/advance', async (c) => {
    const seconds = Number(readJsonObject(await c.req.text()).seconds)
    if (!Number.isFinite(seconds) || seconds < 0) throw new ApiError(400, 'seconds must be a number from 0')
    return c.json({ attempts: await advance(api, seconds), now: api.clock.now() })
  })
  routes.get('/faults', (c) => c.json(api.faults))
  routes.post('/faults', async (c) => {
    // An array replaces all faults, an object is added.
    const value = parseJson(await c.req.text())
    if (Array.isArray(value)) api.faults.splice(0, api.faults.length, ...value.map(requireFault))
    else api.faults.push(requireFault(value))
    return c.json(api.faults)
  })
  return routes
}

/** Moves the clock from one due moment to the next, so that everything happens at its own time and in its order. */
async function advance(api: QStashApi, seconds: number): Promise<number> {
  const { clock } = api
  if (!canAdvance(clock)) throw new ApiError(400, 'this clock cannot be moved')
  const end = clock.now().getTime() + seconds * 1000
  let attempts = await api.delivery.deliverDue()
  for (;;) {
    const nextDueAt = await findNextDueAt(api.db, clock.now())
    const isLast = !nextDueAt || nextDueAt.getTime() >= end || nextDueAt <= clock.now()
    const target = isLast ? end : nextDueAt.getTime()
    clock.advance(Math.max(0, target - clock.now().getTime()))
    attempts += await api.delivery.deliverDue()
    if (isLast) break
  }
  api.delivery.notify()
  return attempts
}

function canAdvance(clock: object): clock is { now(): Date; advance(milliseconds: number): void } {
  return 'advance' in clock && typeof clock.advance === 'function'
}

function requireFault(value: unknown): QStashFault {
  if (!isObject(value) || typeof value.path !== 'string') throw new ApiError(400, 'a fault needs a path')
  const fault: QStashFault = { path: value.path }
  if (typeof value.times === 'number') fault.times = value.times
  if (typeof value.status === 'number') fault.status = value.status
  if (typeof value.delaySeconds === 'number') fault.delaySeconds = value.delaySeconds
  if (typeof value.clockSkewSeconds === 'number') fault.clockSkewSeconds = value.clockSkewSeconds
  if (value.key === 'next' || value.key === 'old' || value.key === 'wrong') fault.key = value.key
  if (value.duplicate === true) fault.duplicate = true
  if (value.dropAnswer === true) fault.dropAnswer = true
  if (value.reorder === true) fault.reorder = true
  if (value.badSignature === true) fault.badSignature = true
  return fault
}
