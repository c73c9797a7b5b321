import type { Db } from '../schema.ts'

/** A line of who did what, written with the change itself. */
export async function insertAudit(
  db: Db,
  line: {
    at: Date
    actor_id: string | null
    action: string
    subject_kind: string | null
    subject_id: string | null
    detail: Record<string, unknown>
  },
): Promise<void> {
  await db
    .insertInto('audit')
    .values({ ...line, id: crypto.randomUUID(), detail: JSON.stringify(line.detail) })
    .execute()
}
