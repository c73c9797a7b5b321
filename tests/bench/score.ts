import { sql } from 'kysely'
import { migrate } from '../../db/migrate.ts'
import { openPostgres } from '../../db/open-postgres.ts'
import { previewScores, rescore } from '../../db/queries/account-scores.ts'
import type { Db } from '../../db/schema.ts'
import { ORIGINAL_PRESET, SPREAD_PRESET } from '../../functions/domain/scoring/presets.ts'
import { maxOf } from '../../functions/domain/scoring/rule-words.ts'
import { insertTestEvent } from '../sign-in.ts'
import { fillEvent } from './big-list.ts'
import { say } from './measure.ts'
import { contextOf } from './send/campaign.ts'
import { openDatabases } from './send/databases.ts'

const size = { accounts: 100_000, people: 200_000 }
/** Bar of the issue, in seconds. */
const bar_s = 3

/**
 * Scoring 100,000 accounts of one event anew in one statement: by other rules, where every account is written; once more, where
 * none is; and the preview. Beside it the least that writing a score can be: `update account set icp_score = …` of as many rows.
 */
export async function benchScore(): Promise<Record<string, unknown>> {
  const databases = await openDatabases(process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres')
  const { db, close } = openPostgres(await databases.create(), 2)
  try {
    await migrate(db)
    const ctx = contextOf(db)
    const event_id = await insertTestEvent({ ctx })
    await fillEvent(db, event_id, size, ctx.clock.now())
    await timed('analyze', () => sql`vacuum analyze account`.execute(db))
    const plain_update_s = await timed('plain update', () => plainUpdate(db))
    await sql`vacuum analyze account`.execute(db)
    const score = (name: string, { rules } = SPREAD_PRESET) =>
      timed(name, () =>
        db
          .transaction()
          .execute((tx) =>
            rescore(tx, { event_id }, { rules, maxima: rules.map(maxOf) }, { ...change, now: new Date() }),
          ),
      )
    const all_differ_s = await score('by other rules')
    const none_differs_s = await score('once more')
    await sql`vacuum analyze account`.execute(db)
    const preview_s = await timed('preview', () => previewScores(db, event_id, ORIGINAL_PRESET.rules, 20))
    const times_plain_update = Math.round((all_differ_s / plain_update_s) * 100) / 100
    return { ...size, bar_s, plain_update_s, all_differ_s, times_plain_update, none_differs_s, preview_s }
  } finally {
    await close()
    await databases.close()
  }
}

const change = { reason: 'Bench', actor_id: null }

const plainUpdate = (db: Db) => sql`update account set icp_score = 100 - coalesce(icp_score, 0)`.execute(db)

/** @returns seconds */
async function timed(name: string, run: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await run()
  const seconds = Math.round((performance.now() - started) / 10) / 100
  say(`  ${name}: ${seconds} s`)
  return seconds
}
