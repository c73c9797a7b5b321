import { findNextDue } from '../db/queries/message-plans.ts'
import {
  countSeeded,
  deleteAnsweredWakeUps,
  findSeedDay,
  insertSeedDay,
  lockForSeed,
  nameRows,
  type SeedCounts,
} from '../db/queries/seed.ts'
import { findUserToSignIn } from '../db/queries/users.ts'
import type { Actor, Ctx, TxCtx } from '../functions/context.ts'
import { overrideScore } from '../functions/domain/accounts/override-score.ts'
import { pauseSequence } from '../functions/domain/sequences/pause-sequence.ts'
import { stageJob } from '../functions/jobs/stage.ts'
import { namedUuid } from '../functions/uuid.ts'
import { calendarOf } from './calendar.ts'
import { runEnrichmentJobs, runImportJobs } from './enrich-lists.ts'
import { joinTransaction } from './one-transaction.ts'
import { moveTo, openStage, type Stage } from './stage.ts'
import { LOST_ANSWER, UNDELIVERABLE } from './story.ts'
import { tellOutreach } from './tell-outreach.ts'
import { accountIdOfName, writeGivenFacts, writeLists } from './write-lists.ts'
import { sequenceIdOf, writeSequences } from './write-sequences.ts'
import { ADMIN_EMAIL, type PasswordHashes, writeUsersAndEvents } from './write-users.ts'

/** The job that wakes the app for the first mail after the history. */
export const WAKE_UP_ID = namedUuid('seed wake-up')

export type Seeded = { seeded: true; counts: SeedCounts } | { seeded: false; reason: string }

/**
 * Writes the whole sample world in one transaction, or nothing. The same day gives the same rows. Nothing is sent: the
 * mails of the history exist in our tables only, and what is planned leaves once an app runs on this database.
 *
 * @param ctx its clock says which day it is
 */
export async function seedWorld(
  ctx: Ctx,
  { hashes, progress }: { hashes: PasswordHashes; progress: (line: string) => void },
): Promise<Seeded> {
  return ctx.db.transaction().execute(async (tx) => {
    await lockForSeed(tx)
    const day = await findSeedDay(tx)
    if (day !== undefined) return { seeded: false, reason: `This database was seeded on ${day}` }
    if (await findUserToSignIn(tx, ADMIN_EMAIL))
      return { seeded: false, reason: `There is a user ${ADMIN_EMAIL} already` }
    await writeWorld({ ...ctx, db: joinTransaction(tx), staged: [] }, hashes, progress)
    return { seeded: true, counts: await countSeeded(tx) }
  })
}

async function writeWorld(outer: TxCtx, hashes: PasswordHashes, progress: (line: string) => void): Promise<void> {
  const calendar = calendarOf(outer.clock.now())
  const stage = openStage(outer, calendar.weekday(12, 14), {
    answer: (mail) =>
      mail.to.name === LOST_ANSWER
        ? { outcome: 'unconfirmed', reason: 'No answer from SendGrid within 10 s' }
        : undefined,
    delivers: (mail) => mail.to.name !== UNDELIVERABLE,
  })
  const tx: TxCtx = { ...outer, ...stage.ctx, db: outer.db }

  progress('Users and events')
  const users = await writeUsersAndEvents(tx, calendar, hashes)
  progress('Companies and people')
  moveTo(stage.clock, calendar.weekday(11, 14))
  await writeLists(tx, calendar, users)
  moveTo(stage.clock, calendar.weekday(11, 14, 1))
  await runImportJobs(stage, users.event_id, users.admin)
  moveTo(stage.clock, calendar.weekday(10, 15))
  await writeGivenFacts(tx, users)
  progress('Address patterns and scores')
  await runEnrichmentJobs(stage, users.demo)
  await setScoreByHand(stage, users)
  progress('Two weeks of outreach')
  moveTo(stage.clock, calendar.weekday(9, 13))
  await writeSequences(stage.ctx, calendar, users)
  await tellOutreach(stage, calendar, users)

  // Sample addresses reach nobody, and a real provider would count each try against the sender.
  if (outer.config.environment === 'production')
    await pauseSequence(stage.ctx, { sequence_id: sequenceIdOf('meetings'), reason: 'Sample data: not to be mailed' })
  await nameRows(outer.db)
  await leaveOneWakeUp(tx)
  await insertSeedDay(outer.db, { day: calendar.now.toISOString().slice(0, 10), now: calendar.now })
}

async function setScoreByHand(stage: Stage, { admin, event_id }: { admin: Actor; event_id: string }): Promise<void> {
  stage.clock.advance(20 * 60_000)
  await overrideScore(
    { ...stage.ctx, actor: admin },
    { event_id, id: accountIdOfName('Global Freight Co') },
    { score: 85, reason: 'Tender for yard software in Hamburg is out: treat as a top account' },
  )
}

/** For the app that will run on this: the next mail is due then. */
async function leaveOneWakeUp(tx: TxCtx): Promise<void> {
  await deleteAnsweredWakeUps(tx.db)
  const run_at = await findNextDue(tx.db)
  if (run_at === undefined) return
  await stageJob(
    tx,
    'drain-messages',
    {},
    { id: WAKE_UP_ID, key: `drain:${run_at.toISOString().slice(0, 16)}`, run_at },
  )
}
