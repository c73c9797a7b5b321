import type { Db } from '../../db/schema.ts'
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

/** A database that counts its statements: results come once a statement, nodes once a query within one too. */
export function counting(db: Db): { db: Db; count: { statements: number } } {
  const count = { statements: 0 }
  const counted = db.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      count.statements++
      return result
    },
  })
  return { db: counted, count }
}
