import { sql } from 'kysely'
import type { Db } from '../schema.ts'

/** A chunk that is there stays as it is: one that is sent again is the same. */
export async function insertImportChunk(
  db: Db,
  import_id: string,
  chunk_number: number,
  bytes: Uint8Array,
): Promise<void> {
  await db
    .insertInto('import_chunk')
    .values({ import_id, chunk_number, bytes })
    .onConflict((conflict) => conflict.columns(['import_id', 'chunk_number']).doNothing())
    .execute()
}

/** Which chunks have come, and how long each is. */
export async function listChunkSizes(db: Db, import_id: string): Promise<{ chunk_number: number; size: number }[]> {
  return db
    .selectFrom('import_chunk')
    .select(['chunk_number', sql<number>`length(bytes)`.as('size')])
    .where('import_id', '=', import_id)
    .orderBy('chunk_number')
    .execute()
}

/** The whole file. */
export async function readImportBytes(db: Db, import_id: string): Promise<Uint8Array> {
  const chunks = await db
    .selectFrom('import_chunk')
    .select('bytes')
    .where('import_id', '=', import_id)
    .orderBy('chunk_number')
    .execute()
  const whole = new Uint8Array(chunks.reduce((size, { bytes }) => size + bytes.length, 0))
  let at = 0
  for (const { bytes } of chunks) {
    whole.set(bytes, at)
    at += bytes.length
  }
  return whole
}

export async function deleteImportChunks(db: Db, import_id: string): Promise<void> {
  await db.deleteFrom('import_chunk').where('import_id', '=', import_id).execute()
}
