import { openPostgres } from '../../../db/open-postgres.ts'
import { wake } from '../../../functions/domain/sequences/wake.ts'
import { startApp } from '../../../functions/node.ts'
import { transact } from '../../../functions/transact.ts'
import { atMost } from './at-most.ts'
import { countRoundTrips } from './count-round-trips.ts'
import { answerParent } from './processes.ts'

/** The app as production runs it, with the store of `npm start`; counted only where it is not timed. */
const { db, close } = openPostgres(process.env.DATABASE_URL ?? '', 10)
const counted = process.env.COUNT === 'yes' ? countRoundTrips(db) : { db, count: () => 0 }
const app = await startApp({
  env: process.env,
  port: Number(process.env.PORT),
  store: { db: counted.db, kind: 'postgres', close },
  write: { info: () => {}, error: (line) => process.stderr.write(`${line}\n`) },
})
// Six are the most that a drain sends at once; fewer when the bench says so.
const { email } = app.ctx.services
const inTurn = atMost(Number(process.env.CONCURRENCY))
app.ctx.services.email = { ...email, send: (mail) => inTurn(() => email.send(mail)) }

answerParent({
  go: () =>
    transact(app.ctx, async (tx) => {
      await tx.db.updateTable('sequence').set({ status: 'active' }).execute()
      await wake(tx, tx.clock.now())
    }),
  statements: () => counted.count(),
})
