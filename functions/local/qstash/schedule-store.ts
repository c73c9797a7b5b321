import { sql } from 'kysely'
import { nextFiring } from './cron.ts'
import { type Database, json } from './database.ts'
import { draftMessages } from './draft.ts'
import { insertion } from './message-store.ts'
import type { HeaderPairs } from './publish-options.ts'

export interface ScheduleRow {
  schedule_id: string
  cron: string
  destination: string
  queue_name: string | null
  headers: HeaderPairs
  body: Uint8Array
  caller_ip: string | null
  is_paused: boolean
  created_at: Date
  next_fire_at: Date | null
  last_fire_at: Date | null
  last_message_ids: string[]
}

/**
 * Fires every schedule that is due. One that missed several firings (the machine was off) fires once.
 * Returns how many fired.
 */
export async function fireSchedules(db: Database, now: Date, log: (line: string) => void): Promise<number> {
  const { rows } = await sql<ScheduleRow>`
    select * from local.qstash_schedule where not is_paused and next_fire_at <= ${now}::timestamptz
    order by next_fire_at, schedule_id`.execute(db)
  for (const schedule of rows) await fire(db, schedule, now, log)
  return rows.length
}

async function fire(db: Database, schedule: ScheduleRow, now: Date, log: (line: string) => void): Promise<void> {
  const messages = await draftFiring(db, schedule, now).catch((error: unknown) => {
    log(`schedule ${schedule.schedule_id} fired nothing: ${error instanceof Error ? error.message : String(error)}`)
    return []
  })
  // Guarded by the firing it was read for, so that two servers on one database fire once.
  await sql`
    with fired as (
      update local.qstash_schedule set last_fire_at = ${now}::timestamptz,
        next_fire_at = ${nextFiring(schedule.cron, now) ?? null}::timestamptz,
        last_message_ids = ${json(messages.map((message) => message.message_id))}
      where schedule_id = ${schedule.schedule_id} and next_fire_at = ${schedule.next_fire_at}::timestamptz
    ),
    ${insertion(messages)}
    select 1`.execute(db)
}

async function draftFiring(db: Database, schedule: ScheduleRow, now: Date) {
  const submission = {
    destination: schedule.destination,
    headers: new Headers(schedule.headers),
    body: schedule.body,
    queueName: schedule.queue_name ?? undefined,
    scheduleId: schedule.schedule_id,
    callerIp: schedule.caller_ip,
  }
  return (await draftMessages(db, submission, now)).messages
}
