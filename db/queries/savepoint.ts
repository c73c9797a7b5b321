import { sql } from 'kysely'
import type { Db } from '../schema.ts'

/** A part of a transaction that may fail alone: what it wrote is undone, and the transaction goes on. Not nested. */
export async function withSavepoint<Result>(db: Db, work: () => Promise<Result>): Promise<Result> {
  await sql`savepoint part`.execute(db)
  try {
    const result = await work()
    await sql`release savepoint part`.execute(db)
    return result
  } catch (error) {
    await sql`rollback to savepoint part`.execute(db)
    throw error
  }
}
