import { sql } from 'kysely'
import { migrate } from '../../../db/migrate.ts'
import { openPostgres } from '../../../db/open-postgres.ts'
import { insertUser } from '../../../db/queries/users.ts'
import type { Db } from '../../../db/schema.ts'
import { readConfig } from '../../../functions/config.ts'
import type { Ctx } from '../../../functions/context.ts'
import { activateSequence } from '../../../functions/domain/sequences/activate-sequence.ts'
import { createSequence } from '../../../functions/domain/sequences/create-sequence.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { openLog } from '../../../functions/log.ts'
import { wallClock } from '../../../functions/ports/clock.ts'
import { openServices } from '../../../functions/services.ts'
import { insertTestEvent } from '../../sign-in.ts'
import { say } from '../measure.ts'
import { APP_SECRET, BODY, FROM, POSTAL_ADDRESS, REASON, SUBJECT } from './text.ts'

const ENROLLED_AT_ONCE = 5_000
const NO_CAP = 10_000_000

/** Makes a store in which `mails` people wait for their first mail, all due: enrolled by the verb, as in the app. */
export async function fillCampaign(url: string, mails: number): Promise<void> {
  const { db, close } = openPostgres(url, 2)
  await migrate(db)
  const ctx = contextOf(db)
  const event_id = await insertTestEvent({ ctx })
  await insertPeople(db, event_id, mails)
  const sequence_id = await openSequence(ctx, event_id)
  const people = await db.selectFrom('person').select('id').orderBy('id').execute()
  for (let start = 0; start < mails; start += ENROLLED_AT_ONCE) {
    const person_ids = people.slice(start, start + ENROLLED_AT_ONCE).map(({ id }) => id)
    const { enrolled, left_out } = await enrollPeople(ctx, { sequence_id, person_ids })
    if (enrolled !== person_ids.length) throw new Error(`Left out: ${JSON.stringify(left_out[0])}`)
  }
  await makeAllDue(db)
  await close()
}

/** What a verb needs that neither sends nor calls back. */
export function contextOf(db: Db): Ctx {
  const config = readConfig({ APP_SECRET, POSTAL_ADDRESS, SENDGRID_API_KEY: 'SG.bench' })
  return {
    db,
    clock: wallClock,
    config,
    services: openServices(config),
    log: openLog({ info: () => {}, error: say }),
    actor: null,
    waitUntil: () => {},
  }
}

/** A sequence of one mail that may leave at any hour, of a sender without a cap that binds. */
export async function openSequence(ctx: Ctx, event_id: string): Promise<string> {
  const owner_id = crypto.randomUUID()
  await insertUser(ctx.db, {
    id: owner_id,
    email: `${owner_id}@yardflow.example`,
    name: FROM.name,
    role: 'MEMBER',
    password_hash: null,
    time_zone: 'UTC',
    active_event_id: event_id,
    now: ctx.clock.now(),
  })
  const { id } = await createSequence(ctx, {
    event_id,
    owner_id,
    name: `Sequence ${owner_id}`,
    from_name: FROM.name,
    from_address: FROM.address,
    time_zone: 'UTC',
    contact_reason: REASON,
    windows: [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from_minute: 0, to_minute: 1440 })),
    skip_holidays: false,
    daily_cap: 100_000,
    steps: [{ kind: 'email', delay_amount: 0, delay_unit: 'minutes', subject: SUBJECT, body: BODY }],
  })
  await activateSequence(ctx, { sequence_id: id })
  await sql`update sender set daily_cap = ${NO_CAP}, weekly_cap = ${NO_CAP}, new_people_cap = ${NO_CAP}`.execute(ctx.db)
  await sql`insert into setting (key, value, updated_at)
    values ('caps', ${JSON.stringify({ account_daily_cap: NO_CAP, domain_daily_cap: NO_CAP })}::text::jsonb, now())
    on conflict (key) do update set value = excluded.value`.execute(ctx.db)
  return id
}

/** Four people at each company, as on a list of a show. */
export async function insertPeople(db: Db, event_id: string, people: number): Promise<void> {
  await sql`insert into account (id, event_id, name, name_key, domain, domain_source, domain_confidence, industry, country,
      created_at, updated_at)
    select md5('account' || n)::uuid, ${event_id}::uuid, 'Heron Freight ' || n, 'heron freight ' || n,
      'heron' || n || '.example', 'given', 1, 'Logistics', 'United States', now(), now()
    from generate_series(0, ${people}::integer / 4) n`.execute(db)
  await sql`insert into person (id, event_id, account_id, name, name_key, given_name, family_name, title, country,
      created_at, updated_at)
    select md5('person' || n)::uuid, ${event_id}::uuid, md5('account' || n / 4)::uuid, 'Ann Delta ' || n, 'person ' || n,
      'Ann', 'Delta', 'Director of Yard Operations', 'United States', now(), now()
    from generate_series(0, ${people}::integer - 1) n`.execute(db)
  await sql`insert into email_address (id, person_id, address, address_key, domain, source, confidence, provenance, status,
      is_primary, created_at, updated_at)
    select md5('address' || n)::uuid, md5('person' || n)::uuid, 'ann' || n || '@heron' || n / 4 || '.example',
      'ann' || n || '@heron' || n / 4 || '.example', 'heron' || n / 4 || '.example', 'given', 1, '{}', 'valid', true,
      now(), now()
    from generate_series(0, ${people}::integer - 1) n`.execute(db)
}

/** A minute ago, without the wakes that enrolling asked for: the bench says when it starts. */
async function makeAllDue(db: Db): Promise<void> {
  await sql`update message set due_at = date_trunc('minute', now()) - interval '1 minute',
    ready_at = date_trunc('minute', now()) - interval '1 minute'`.execute(db)
  await sql`delete from job`.execute(db)
  await sql`vacuum (analyze)`.execute(db)
}

/** What the app is started with: the environment of a production. */
export const appEnvironment = (of: {
  databaseUrl: string
  sendgridUrl: string
  queue: Record<string, string>
  port: number
}) => ({
  ...of.queue,
  NODE_ENV: 'production',
  DATABASE_URL: of.databaseUrl,
  PORT: String(of.port),
  PUBLIC_URL: `http://localhost:${of.port}`,
  APP_SECRET,
  POSTAL_ADDRESS,
  SENDGRID_API_KEY: 'SG.bench',
  SENDGRID_BASE_URL: of.sendgridUrl,
})
