import { sql } from 'kysely'
import { migrate } from '../../db/migrate.ts'
import { openPostgres } from '../../db/open-postgres.ts'
import { createSequence } from '../../functions/domain/sequences/create-sequence.ts'
import { startApp } from '../../functions/node.ts'
import { paths } from '../../web/paths.ts'
import { insertTestEvent, type SignedIn, signInAs } from '../sign-in.ts'
import { type Figures, measure, say } from './measure.ts'
import { insertPeople } from './send/campaign.ts'
import { openDatabases } from './send/databases.ts'
import { BODY, FROM, POSTAL_ADDRESS, REASON, SUBJECT } from './send/text.ts'

const PEOPLE = 10_000
const STEPS = 5
const TIMES = 7
const countries = ['United States', 'Germany', 'India', 'Japan', 'Brazil', 'Australia', 'France', 'Mexico']

/** The page of the simulator, as a rep asks for it: signed in, over HTTP, everybody of an event, on PostgreSQL. Bar: below 2 s. */
export async function benchSimulate(): Promise<{ people: number; steps: number; first_ms: number; warm: Figures }> {
  const databases = await openDatabases(process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres')
  const { db, close } = openPostgres(await databases.create(), 5)
  await migrate(db)
  const store = { db, kind: 'postgres' as const, close }
  const env = { POSTAL_ADDRESS, APP_SECRET: 'x'.repeat(32) }
  const app = await startApp({ env, port: 0, store, autoDeliver: false, write: { info: () => {}, error: say } })
  try {
    const event_id = await insertTestEvent(app)
    await insertPeople(db, event_id, PEOPLE)
    await sql`update account set country = (${sql.val(countries)}::text[])[1 + abs(hashtext(id::text)) % ${countries.length}]`.execute(
      db,
    )
    await sql`update person set country = account.country from account where account.id = person.account_id`.execute(db)
    await sql`vacuum (analyze)`.execute(db)
    const rep = await signInAs(app, { active_event_id: event_id })
    const { id } = await createSequence(app.ctx, {
      event_id,
      owner_id: rep.actor.user_id,
      name: 'Five steps',
      from_name: FROM.name,
      from_address: FROM.address,
      time_zone: 'America/New_York',
      contact_reason: REASON,
      windows: [1, 2, 3, 4, 5].map((day) => ({ day, from_minute: 540, to_minute: 1020 })),
      daily_cap: 500,
      steps: Array.from({ length: STEPS }, (_, index) => ({
        kind: 'email' as const,
        delay_amount: index * 2,
        delay_unit: 'days' as const,
        subject: SUBJECT,
        body: BODY,
      })),
    })
    const started = performance.now()
    await simulateAll(rep, id)
    const first_ms = Math.round(performance.now() - started)
    const warm = await measure(TIMES, () => simulateAll(rep, id))
    say(`simulate: first ${first_ms} ms, then ${JSON.stringify(warm)}`)
    return { people: PEOPLE, steps: STEPS, first_ms, warm }
  } finally {
    await app.close()
    await close()
    await databases.close()
  }
}

async function simulateAll(rep: SignedIn, sequence_id: string): Promise<void> {
  const answer = await rep.post(paths.simulate(sequence_id), { all: 'yes', reply_rate: '0' })
  const page = await answer.text()
  if (answer.status !== 200 || !page.includes('50,000')) throw new Error(`The simulator answered ${answer.status}`)
}
