import { randomBytes } from 'node:crypto'
import { Hono } from 'hono'
import { sql } from 'kysely'
import { ApiError } from '../api-error.ts'
import { nextFiring } from '../cron.ts'
import { json } from '../database.ts'
import { draftMessages } from '../draft.ts'
import { requireName } from '../publish-options.ts'
import type { ScheduleRow } from '../schedule-store.ts'
import { type ScheduleState, viewSchedule } from '../views.ts'
import type { HonoTypes, QStashApi, Request } from './context.ts'
import { readSubmission } from './publish.ts'

export function scheduleRoutes(api: QStashApi): Hono<HonoTypes> {
  const routes = new Hono<HonoTypes>()
  // Before the creation, whose destination may be anything.
  routes.on(['PATCH', 'POST'], '/schedules/:id/:action{pause|resume}', async (c) => {
    const { id, action } = c.req.param()
    await pauseOrResume(api, id, action === 'pause')
    return c.body(null, 200)
  })
  routes.post('/schedules/*', async (c) => c.json({ scheduleId: await upsertSchedule(c, api) }))
  routes.get('/schedules', async (c) => {
    const { rows } = await sql<ScheduleRow>`
      select * from local.qstash_schedule order by created_at, schedule_id`.execute(api.db)
    return c.json(await viewAll(api, rows))
  })
  routes.get('/schedules/:id', async (c) => {
    return c.json((await viewAll(api, [await requireSchedule(api, c.req.param('id'))]))[0])
  })
  routes.delete('/schedules/:id', async (c) => {
    const id = c.req.param('id')
    await requireSchedule(api, id)
    await sql`delete from local.qstash_schedule where schedule_id = ${id}`.execute(api.db)
    return c.body(null, 200)
  })
  return routes
}

async function upsertSchedule(c: Request, api: QStashApi): Promise<string> {
  const submission = await readSubmission(c, '/v2/schedules/')
  const { headers, destination, body } = submission
  const now = api.clock.now()
  const cron = (headers.get('upstash-cron') ?? '').trim()
  const nextFireAt = nextFiring(cron, now)
  if (!nextFireAt) throw new ApiError(400, `invalid cron: ${cron} never fires`)
  const id = requireName(
    'Upstash-Schedule-Id',
    headers.get('upstash-schedule-id') ?? `scd_${randomBytes(14).toString('hex')}`,
  )
  const queueName = headers.get('upstash-queue-name') ?? undefined
  // Refuses now what could not be sent at the first firing.
  await draftMessages(api.db, { ...submission, queueName, scheduleId: id }, now)
  const kept = [...headers].filter(([name]) => name.startsWith('upstash-') || name === 'content-type')
  await sql`
    insert into local.qstash_schedule
      (schedule_id, cron, destination, queue_name, headers, body, caller_ip, created_at, next_fire_at)
    values (${id}, ${cron}, ${destination}, ${queueName ?? null}, ${json(kept)}, ${body}, ${submission.callerIp},
      ${now}::timestamptz, ${nextFireAt}::timestamptz)
    on conflict (schedule_id) do update set cron = excluded.cron, destination = excluded.destination,
      queue_name = excluded.queue_name, headers = excluded.headers, body = excluded.body,
      caller_ip = excluded.caller_ip, next_fire_at = excluded.next_fire_at`.execute(api.db)
  api.delivery.notify()
  return id
}

async function pauseOrResume(api: QStashApi, id: string, isPaused: boolean): Promise<void> {
  const schedule = await requireSchedule(api, id)
  // A resumed schedule goes on from now: what it missed while paused does not fire.
  await sql`
    update local.qstash_schedule set is_paused = ${isPaused},
      next_fire_at = ${nextFiring(schedule.cron, api.clock.now()) ?? null}::timestamptz
    where schedule_id = ${id} and is_paused <> ${isPaused}`.execute(api.db)
  api.delivery.notify()
}

async function requireSchedule(api: QStashApi, id: string): Promise<ScheduleRow> {
  const { rows } = await sql<ScheduleRow>`
    select * from local.qstash_schedule where schedule_id = ${id}`.execute(api.db)
  const [schedule] = rows
  if (!schedule) throw new ApiError(404, `schedule ${id} not found`)
  return schedule
}

async function viewAll(api: QStashApi, schedules: ScheduleRow[]) {
  const states = await readStates(
    api,
    schedules.flatMap((schedule) => schedule.last_message_ids),
  )
  return schedules.map((schedule) =>
    viewSchedule(
      schedule,
      Object.fromEntries(schedule.last_message_ids.map((id) => [id, states.get(id) ?? 'SUCCESS'])),
    ),
  )
}

/** What became of the messages of the last firing; one that neither waits nor lies in the DLQ was delivered. */
async function readStates(api: QStashApi, messageIds: string[]): Promise<Map<string, ScheduleState>> {
  if (messageIds.length === 0) return new Map()
  const { rows } = await sql<{ message_id: string; state: ScheduleState }>`
    select message_id, 'IN_PROGRESS' as state from local.qstash_message where message_id in (${sql.join(messageIds)})
    union all
    select message_id, 'FAIL' from local.qstash_dlq where message_id in (${sql.join(messageIds)})`.execute(api.db)
  return new Map(rows.map((row) => [row.message_id, row.state]))
}
