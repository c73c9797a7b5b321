import type { Insertable } from 'kysely'
import type { Db } from '../schema.ts'
import type { AiCallTable } from '../tables/ai-call.ts'

export async function insertAiCall(db: Db, call: Insertable<AiCallTable>): Promise<void> {
  await db.insertInto('ai_call').values(call).execute()
}
