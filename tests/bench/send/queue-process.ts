import { openPostgres } from '../../../db/open-postgres.ts'
import { startLocalQStash } from '../../../functions/local/qstash/server.ts'
import { wallClock } from '../../../functions/ports/clock.ts'
import { answerParent } from './processes.ts'

/** QStash, on a database of its own and in a process of its own: it outlives the app, as in production. */
const { db } = openPostgres(process.env.DATABASE_URL ?? '', 5)
const queue = await startLocalQStash({ db, clock: wallClock })
answerParent({
  env: (): Record<string, string> => ({
    QSTASH_URL: queue.url,
    QSTASH_TOKEN: queue.token,
    QSTASH_CURRENT_SIGNING_KEY: queue.currentSigningKey,
    QSTASH_NEXT_SIGNING_KEY: queue.nextSigningKey,
  }),
})
