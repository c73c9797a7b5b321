import type { Db } from '../schema.ts'

export interface IdempotencyKey {
  user_id: string
  route: string
  key: string
}

export interface StoredAnswer {
  request_hash: string
  response_status: number
  response_body: unknown
}

/**
 * Takes the key in the caller's transaction, which makes a second request of the same key wait here until the first has
 * committed or failed.
 *
 * @returns the earlier answer when the key is taken; undefined when it is ours now
 */
export async function takeIdempotencyKey(
  db: Db,
  key: IdempotencyKey,
  answer: StoredAnswer,
  now: Date,
): Promise<StoredAnswer | undefined> {
  const taken = await db
    .insertInto('idempotency_key')
    .values({ ...key, ...answer, response_body: JSON.stringify(answer.response_body), created_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning('key')
    .executeTakeFirst()
  if (taken !== undefined) return undefined
  const earlier = await db
    .selectFrom('idempotency_key')
    .select(['request_hash', 'response_status', 'response_body'])
    .where('user_id', '=', key.user_id)
    .where('route', '=', key.route)
    .where('key', '=', key.key)
    .executeTakeFirstOrThrow()
  return { ...earlier, response_status: earlier.response_status ?? 500 }
}

/** A key is remembered for some days; its request is not repeated later than that. */
export async function deleteIdempotencyKeys(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('idempotency_key').where('created_at', '<', before).execute()
}
