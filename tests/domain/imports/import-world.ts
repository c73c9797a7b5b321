import type { Db } from '../../../db/schema.ts'
import type { Ctx } from '../../../functions/context.ts'
import { applyImport } from '../../../functions/domain/imports/apply-import.ts'
import { stageImport } from '../../../functions/domain/imports/stage-import.ts'
import { stoppedClock } from '../../../functions/ports/clock.ts'
import { transact } from '../../../functions/transact.ts'
import { openTestApp } from '../../test-app.ts'

const testMoment = new Date('2026-03-02T10:00:00Z')

export const testContext = (db: Db): Ctx => openTestApp(db, { clock: stoppedClock(testMoment) }).ctx

export async function insertTestEvent(db: Db, name: string = crypto.randomUUID()): Promise<string> {
  const id = crypto.randomUUID()
  await db
    .insertInto('event')
    .values({
      id,
      name,
      time_zone: 'America/Chicago',
      starts_on: '2026-03-16',
      ends_on: '2026-03-19',
      created_at: testMoment,
      updated_at: testMoment,
    })
    .execute()
  return id
}

export async function stageText(ctx: Ctx, event_id: string, text: string, file_name = 'list.csv') {
  const bytes = new TextEncoder().encode(text)
  return transact(ctx, (tx) => stageImport(tx, { event_id, file_name, bytes }))
}

export async function importText(ctx: Ctx, event_id: string, text: string, file_name?: string) {
  const { id } = await stageText(ctx, event_id, text, file_name)
  const { read, new: added, updated, duplicate, rejected } = await applyImport(ctx, { import_id: id })
  return { read, new: added, updated, duplicate, rejected }
}
