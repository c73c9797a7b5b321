import { sql } from 'kysely'
import type { Db, Row } from '../schema.ts'

const PROVIDER = 'provider'

export async function findProviderHold(db: Db): Promise<Row<'hold'> | undefined> {
  return db.selectFrom('hold').selectAll().where('key', '=', PROVIDER).executeTakeFirst()
}

/**
 * Stops all claims: for as long as the provider asked, and each time it has taken nothing again for as long as it has
 * been down, at most `longest_seconds`. @returns until when
 */
export async function holdProvider(
  db: Db,
  hold: { seconds: number; longest_seconds: number; reason: string; now: Date },
): Promise<Date> {
  const now = sql`${hold.now}::timestamptz`
  const { rows } = await sql<{ until_at: Date }>`
    insert into hold (key, until_at, reason, since_at)
    values (${PROVIDER}, ${now} + ${hold.seconds} * interval '1 second', ${hold.reason}, ${now})
    on conflict (key) do update set reason = excluded.reason,
      until_at = greatest(hold.until_at, excluded.until_at,
        ${now} + least(${now} - hold.since_at, ${hold.longest_seconds} * interval '1 second'))
    returning until_at`.execute(db)
  const [row] = rows
  if (row === undefined) throw new Error('An upsert gives one row')
  return row.until_at
}

/** It has taken a mail: claims go on. */
export async function endProviderHold(db: Db): Promise<void> {
  await db.deleteFrom('hold').where('key', '=', PROVIDER).execute()
}
