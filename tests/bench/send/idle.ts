import { sql } from 'kysely'
import { openPostgres } from '../../../db/open-postgres.ts'
import { startApp } from '../../../functions/node.ts'
import { movableClock } from '../../../functions/ports/clock.ts'
import { say } from '../measure.ts'
import { fillCampaign } from './campaign.ts'
import type { Databases } from './databases.ts'
import { APP_SECRET, POSTAL_ADDRESS } from './text.ts'

const DAY_MS = 86_400_000
const STEP_MS = 60_000

/** A day of the queue's clock, with a sequence whose next mail is a month away: what is called although nothing is due. */
export async function benchIdle(databases: Databases): Promise<{ qstash_messages_a_day: number }> {
  const url = await databases.create()
  await fillCampaign(url, 10)
  const { db, close } = openPostgres(url, 5)
  await sql`update message set due_at = due_at + interval '30 days', ready_at = ready_at + interval '30 days'`.execute(
    db,
  )
  const clock = movableClock(new Date())
  const app = await startApp({
    env: { APP_SECRET, POSTAL_ADDRESS, SENDGRID_API_KEY: 'SG.bench', SENDGRID_BASE_URL: 'http://127.0.0.1:9' },
    clock,
    port: 0,
    autoDeliver: false,
    store: { db, kind: 'postgres', close },
    write: { info: () => {}, error: say },
  })
  for (let passed = 0; passed < DAY_MS; passed += STEP_MS) {
    clock.advance(STEP_MS)
    await app.local.queue?.deliverDue()
  }
  const { rows } = await sql<{ messages: number }>`select count(*) filter (where state = 'ACTIVE')::integer as messages
    from local.qstash_event`.execute(db)
  await app.close()
  await close()
  const idle = { qstash_messages_a_day: rows[0]?.messages ?? 0 }
  say(`  idle: ${JSON.stringify(idle)}`)
  return idle
}
