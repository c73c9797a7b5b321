import type { Ctx } from '../context.ts'
import { scoreAccounts } from '../domain/accounts/score-accounts.ts'
import { findPattern } from '../domain/enrichment/find-pattern.ts'
import { findWebsite } from '../domain/enrichment/find-website.ts'
import { generateAddresses } from '../domain/enrichment/generate-addresses.ts'
import { applyImport } from '../domain/imports/apply-import.ts'
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
  'apply-import': async (ctx, { import_id }) => ({ ...(await applyImport(ctx, { import_id })) }),
  'score-accounts': scoreAccounts,
  'replan-event': (ctx, payload) => replanEvent(ctx, payload),
  'move-enrollments': async (ctx, payload) => ({ ...(await moveEnrollments(ctx, payload)) }),
  'drain-messages': async (ctx) => ({ ...(await drainMessages(ctx)) }),
  'replan-sequence': (ctx, payload) => replanInBackground(ctx, payload),
  'resume-sequence': (ctx, payload) => resumeInBackground(ctx, payload),
  sweep: (ctx) => sweep(ctx),
}
