import type { Db } from '../schema.ts'

/** Makes a sender known, with the caps of a new one; one that is known keeps its own. */
export async function ensureSender(
  db: Db,
  { from_address, time_zone, now }: { from_address: string; time_zone: string; now: Date },
): Promise<void> {
  await db
    .insertInto('sender')
    .values({ address: from_address.toLowerCase(), time_zone, created_at: now, updated_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
