import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { findUserToSignIn, insertUser } from '../../db/queries/users.ts'
import type { Ctx } from '../context.ts'
import { startImport } from '../domain/imports/stage-import.ts'
import { activateSequence } from '../domain/sequences/activate-sequence.ts'
import { createSequence } from '../domain/sequences/create-sequence.ts'
import { enrollPeople } from '../domain/sequences/enroll-people.ts'
import { resumeEnrollment } from '../domain/sequences/pause-enrollment.ts'
import type { JobName, JobPayload } from '../jobs/catalog.ts'
import { stageJob } from '../jobs/stage.ts'
import { type RunningApp, startApp } from '../node.ts'
import { type MovableClock, movableClock } from '../ports/clock.ts'
import { transact } from '../transact.ts'
import { readImportCounts, readLedger, readStory } from './demo-ledger.ts'
import { listReachablePeople, nameKnownAddresses } from './demo-people.ts'
import { Recipients } from './demo-recipients.ts'
import { progress, runCommand } from './open.ts'

const ENROLLED = 200
const HOUR_MS = 3_600_000
/** Three steps over nine business days, and time for the slowest zone. */
const LONGEST_HOURS = 30 * 24
const BACK_AT_WORK_HOUR = 6 * 24

// npm run demo [-- FOLDER]: the whole story without a browser. FOLDER holds companies.csv and people.csv.
await runCommand(import.meta, async () => {
  const { positionals } = parseArgs({ allowPositionals: true })
  const started = performance.now()
  const clock = movableClock()
  const app = await startApp({
    env: process.env,
    clock,
    port: 0,
    autoDeliver: false,
    // Every job callback of the story arrives, and some arrive twice or lose their answer.
    queueFaults: [
      { path: '/jobs/', times: 25, duplicate: true },
      { path: '/jobs/drain-messages', times: 4, dropAnswer: true },
    ],
    write: { info: () => {}, error: progress },
  })
  try {
    const answer = await tellStory(app, clock, await findLists(positionals[0]))
    const ok = answer.mailedAfterStop === 0 && answer.duplicates === 0 && answer.lost === 0
    return { answer: { ...answer, seconds: Math.round((performance.now() - started) / 100) / 10 }, ok }
  } finally {
    await app.close()
  }
})

async function tellStory(app: RunningApp, clock: MovableClock, files: string[]) {
  const { ctx } = app
  const { event_id, user_id } = await openShow(ctx)

  progress('1. The lists go in')
  for (const file of files) await startImport(ctx, { event_id, file_name: basename(file), bytes: await readFile(file) })
  await deliver(app)
  const imported = await readImportCounts(ctx.db, event_id)

  progress('2. Addresses are worked out from a few known ones')
  const accounts = await nameKnownAddresses(ctx, event_id)
  await runJobs(
    app,
    accounts.map((account_id) => ['email-pattern', { account_id }] as const),
  )
  await runJobs(
    app,
    accounts.map((account_id) => ['generate-emails', { account_id, dry_run: false }] as const),
  )

  progress(`3. ${ENROLLED} people are enrolled in three steps`)
  const sequence_id = await writeSequence(ctx, { event_id, user_id })
  const chosen = await listReachablePeople(ctx.db, event_id, ENROLLED)
  const { enrolled, left_out } = await enrollPeople(ctx, { sequence_id, person_ids: chosen })

  progress('4. The days pass')
  const recipients = new Recipients(app, clock, sequence_id)
  for (let hour = 0; hour < LONGEST_HOURS; hour++) {
    clock.advance(HOUR_MS)
    await deliver(app)
    await recipients.react()
    if (hour % 24 === 23) progress(`   day ${(hour + 1) / 24}: ${recipients.received} mails received`)
    if (hour === BACK_AT_WORK_HOUR) await resumeAbsent(ctx, sequence_id)
    if (!(await hasOpenMessages(ctx, sequence_id))) break
  }
  const story = await readStory(ctx.db, event_id)
  const ledger = await readLedger(ctx.db, sequence_id, recipients)
  return { imported, ...story, enrolled, skipped: left_out.length, ...ledger }
}

/** An out-of-office answer pauses a person; the rep goes on with them when they are back. */
async function resumeAbsent(ctx: Ctx, sequence_id: string): Promise<void> {
  const absent = await ctx.db
    .selectFrom('enrollment')
    .select('id')
    .where('sequence_id', '=', sequence_id)
    .where('status', '=', 'paused')
    .execute()
  for (const { id } of absent) await resumeEnrollment(ctx, { enrollment_id: id })
}

/** A show and somebody who works it; each run has its own, so that it can be told again on the same database. */
async function openShow(ctx: Ctx): Promise<{ event_id: string; user_id: string }> {
  const now = ctx.clock.now()
  const inSixWeeks = new Date(now.getTime() + 42 * 24 * HOUR_MS)
  const event_id = crypto.randomUUID()
  const email = 'demo-rep@yardflow.test'
  const known = await findUserToSignIn(ctx.db, email)
  const user_id = known?.id ?? crypto.randomUUID()
  await ctx.db
    .insertInto('event')
    .values({
      id: event_id,
      name: `Demo show ${now.toISOString().slice(0, 19)} ${event_id.slice(0, 4)}`,
      venue: 'The Venetian Expo',
      city: 'Las Vegas',
      country: 'United States',
      time_zone: 'America/Los_Angeles',
      booth: '1204',
      starts_on: inSixWeeks.toISOString().slice(0, 10),
      ends_on: inSixWeeks.toISOString().slice(0, 10),
      created_at: now,
      updated_at: now,
    })
    .execute()
  if (known === undefined)
    await insertUser(ctx.db, {
      id: user_id,
      email,
      name: 'Demo Rep',
      role: 'MEMBER',
      password_hash: null,
      time_zone: 'America/Los_Angeles',
      active_event_id: event_id,
      now,
    })
  return { event_id, user_id }
}

async function writeSequence(ctx: Ctx, { event_id, user_id }: { event_id: string; user_id: string }): Promise<string> {
  const { id } = await createSequence(ctx, {
    event_id,
    owner_id: user_id,
    name: `Meet us at the show ${event_id.slice(0, 8)}`,
    from_name: 'Demo Rep',
    from_address: 'rep@yardflow.test',
    time_zone: 'America/New_York',
    contact_reason: 'You are on the attendee list of this show, and your work touches yard operations.',
    min_confidence: 0.1,
    track_clicks: true,
    // Nobody is there to let colleagues go on: each answer is for one of them.
    colleague_reply: 'nothing',
    steps: [
      {
        kind: 'email',
        delay_amount: 0,
        delay_unit: 'minutes',
        thread: 'new',
        subject: 'A word before {{ event.name }}?',
        body: 'Hi {{ person.given_name | default: "there" }},\n\nI saw that {{ account.name }} will be there. We are at booth {{ event.booth }}.\n\nhttps://yardflow.test/yards',
      },
      {
        kind: 'email',
        delay_amount: 3,
        delay_unit: 'business_days',
        thread: 'reply',
        body: 'Hi {{ person.given_name | default: "there" }},\n\nDid you see my last note?',
      },
      {
        kind: 'email',
        delay_amount: 4,
        delay_unit: 'business_days',
        thread: 'reply',
        body: 'Hi {{ person.given_name | default: "there" }},\n\nLast word from me: booth {{ event.booth }}.',
      },
    ],
  })
  await activateSequence(ctx, { sequence_id: id })
  return id
}

async function runJobs<Name extends JobName>(
  app: RunningApp,
  jobs: readonly (readonly [Name, JobPayload<Name>])[],
): Promise<void> {
  await transact(app.ctx, async (tx) => {
    for (const [name, payload] of jobs) await stageJob(tx, name, payload)
  })
  await deliver(app)
}

async function deliver(app: RunningApp): Promise<void> {
  if (app.local.queue === null) throw new Error('The demo needs the local queue: unset QSTASH_TOKEN')
  await app.local.queue.deliverDue()
}

async function hasOpenMessages(ctx: Ctx, sequence_id: string): Promise<boolean> {
  const open = await ctx.db
    .selectFrom('message')
    .select('id')
    .where('sequence_id', '=', sequence_id)
    .where('state', 'in', ['planned', 'claimed', 'unconfirmed'])
    .limit(1)
    .executeTakeFirst()
  return open !== undefined
}

async function findLists(folder: string | undefined): Promise<string[]> {
  const own = new URL('../../seed/lists', import.meta.url).pathname
  const shared = new URL('../../../shared/data/hitlist', import.meta.url).pathname
  const chosen = folder ?? (existsSync(shared) ? shared : own)
  progress(`Lists: ${chosen}`)
  return [join(chosen, 'companies.csv'), join(chosen, 'people.csv')]
}
