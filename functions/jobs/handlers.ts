import type { Ctx } from '../context.ts'
import { scoreAccounts } from '../domain/accounts/score-accounts.ts'
import { findDuplicates } from '../domain/duplicates/find-duplicates.ts'
import { findPattern } from '../domain/enrichment/find-pattern.ts'
import { findWebsite } from '../domain/enrichment/find-website.ts'
import { generateAddresses } from '../domain/enrichment/generate-addresses.ts'
import { learnDomain } from '../domain/enrichment/learn-domain.ts'
import { continueRun } from '../domain/enrichment/run-enrichment.ts'
import { verifyAccount } from '../domain/enrichment/verify-addresses.ts'
import { verifyDue } from '../domain/enrichment/verify-due.ts'
import { applyImport } from '../domain/imports/apply-import.ts'
import { checkImport } from '../domain/imports/check-import.ts'
import { readImport } from '../domain/imports/read-import.ts'
import { undoImport } from '../domain/imports/undo-import.ts'
import { drainMessages } from '../domain/sequences/drain-messages.ts'
import { moveEnrollments } from '../domain/sequences/move-enrollments.ts'
import { replanInBackground } from '../domain/sequences/replan.ts'
import { replanEvent } from '../domain/sequences/replan-event.ts'
import { resumeInBackground } from '../domain/sequences/resume-large.ts'
import type { JobName, JobPayload } from './catalog.ts'
import { sweep } from './sweep.ts'

/**
 * What runs a job of each name. A handler is one line that calls a verb; it may run twice for the same job when a
 * process dies between the effect and the settling, so the verb behind it must be idempotent.
 *
 * @returns what `GET /api/queue/status/:id` shows as `result`
 */
export type JobHandler<Name extends JobName> = (ctx: Ctx, payload: JobPayload<Name>) => Promise<Record<string, unknown>>

export const jobHandlers: { [Name in JobName]: JobHandler<Name> } = {
  'email-pattern': (ctx, payload) => findPattern(ctx, payload),
  'generate-emails': (ctx, payload) => generateAddresses(ctx, payload),
  website: (ctx, payload) => findWebsite(ctx, payload),
  verify: (ctx, payload) => verifyAccount(ctx, payload),
  'verify-due': (ctx, { after }) => verifyDue(ctx, after === undefined ? {} : { after }),
  'enrich-run': async (ctx, payload) => ({ ...(await continueRun(ctx, payload)) }),
  'learn-domain': (ctx, payload) => learnDomain(ctx, payload),
  'apply-import': async (ctx, { import_id }) => ({ ...(await applyImport(ctx, { import_id })) }),
  'read-import': (ctx, payload) => readImport(ctx, payload),
  'check-import': (ctx, payload) => checkImport(ctx, payload),
  'undo-import': async (ctx, payload) => ({ ...(await undoImport(ctx, payload)) }),
  'score-accounts': scoreAccounts,
  'find-duplicates': (ctx, payload) => findDuplicates(ctx, payload),
  'replan-event': (ctx, payload) => replanEvent(ctx, payload),
  'move-enrollments': async (ctx, payload) => ({ ...(await moveEnrollments(ctx, payload)) }),
  'drain-messages': async (ctx) => ({ ...(await drainMessages(ctx)) }),
  'replan-sequence': (ctx, payload) => replanInBackground(ctx, payload),
  'resume-sequence': (ctx, payload) => resumeInBackground(ctx, payload),
  sweep: (ctx) => sweep(ctx),
}
