import type { Db } from '../schema.ts'

/** Adds one to a window's count and answers the new count. One statement: two at once are both counted. */
export async function countHit(db: Db, hit: { rule: string; key_hash: string; window_start: Date }): Promise<number> {
  const { count } = await db
    .insertInto('rate_count')
    .values({ ...hit, count: 1 })
    .onConflict((conflict) =>
      conflict
        .columns(['rule', 'key_hash', 'window_start'])
        .doUpdateSet((row) => ({ count: row('rate_count.count', '+', 1) })),
    )
    .returning('count')
    .executeTakeFirstOrThrow()
  return count
}

/** Forgets windows that began before a moment; answers how many. */
export async function deleteRateCounts(db: Db, options: { before: Date }): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('rate_count')
    .where('window_start', '<', options.before)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
