import { applyImport } from '../../functions/domain/imports/apply-import.ts'
import { stageImport } from '../../functions/domain/imports/stage-import.ts'
import { transact } from '../../functions/transact.ts'
import type { TestApp } from '../test-app.ts'

/** Brings a list into an event without the queue. */
export async function importList({ ctx }: TestApp, event_id: string | null, text: string, file_name = 'list.csv') {
  const bytes = new TextEncoder().encode(text)
  const file = { event_id: event_id ?? '', file_name, bytes }
  const { id } = await transact(ctx, (tx) => stageImport(tx, file))
  await applyImport(ctx, { import_id: id })
  return id
}
