import { sql } from 'kysely'
import { openPglite } from '../../db/open-pglite.ts'
import { openPostgres } from '../../db/open-postgres.ts'
import { startLocalQStash } from '../../functions/local/qstash/server.ts'
import { startLocalSendGrid } from '../../functions/local/sendgrid/server.ts'
import { wallClock } from '../../functions/ports/clock.ts'

/** What the process says once it is up: where its services are, and what they have kept. */
export interface StandInsUp {
  queue: { url: string; token: string }
  mail: { url: string; apiKey: string }
  kept: { messages: string[]; mails: string[] }
}

/** The local QStash and SendGrid in a process of their own, to be killed; where they keep things is the first argument. */
export async function runStandIns(): Promise<void> {
  const place = process.argv[2] ?? ''
  const { db } = place.startsWith('postgres') ? openPostgres(place, 5) : await openPglite(place)
  const queue = await startLocalQStash({ db, clock: wallClock, autoDeliver: false })
  const appUrl = 'http://127.0.0.1:9'
  const mail = await startLocalSendGrid({ db, clock: wallClock, appUrl, environment: 'test', autoDeliver: false })
  const { rows } = await sql<{ message_id: string }>`select message_id from local.qstash_message`.execute(db)
  const up: StandInsUp = {
    queue: { url: queue.url, token: queue.token },
    mail: { url: mail.url, apiKey: mail.apiKey },
    kept: {
      messages: rows.map(({ message_id }) => message_id),
      mails: (await mail.accepted()).map(({ provider_message_id }) => provider_message_id),
    },
  }
  process.stdout.write(`${JSON.stringify(up)}\n`)
}

if (process.argv[1] === import.meta.filename) await runStandIns()
