import * as v from 'valibot'
import { LEASE_MS } from '../keep-renewing.ts'
import { uuid } from '../uuid.ts'

/** What a job of a name carries and how often it is tried. A leaf: imports nothing of ours, so that verbs may name jobs. */
interface JobKind<Schema extends v.GenericSchema = v.GenericSchema> {
  payload: Schema
  max_attempts: number
  /** how long a claim holds before another delivery may take the job over */
  lease_seconds: number
  /**
   * Mail hangs on it: the lease is short and renewed while the process lives, so that one that was killed is noticed at
   * once, and what failed is tried again after 1, 2, 4, … s
   */
  renews?: boolean
  /** what the queue page calls it */
  title: string
}

const kind = <Schema extends v.GenericSchema>(job: JobKind<Schema>) => job

const account = v.strictObject({ account_id: uuid })
const nothing = v.strictObject({})

export const jobCatalog = {
  'email-pattern': kind({ title: 'Find address pattern', payload: account, max_attempts: 5, lease_seconds: 60 }),
  'generate-emails': kind({
    title: 'Generate addresses',
    payload: v.strictObject({ ...account.entries, dry_run: v.optional(v.boolean(), false) }),
    max_attempts: 5,
    lease_seconds: 60,
  }),
  website: kind({ title: 'Find website', payload: account, max_attempts: 5, lease_seconds: 60 }),
  'apply-import': kind({
    title: 'Apply import',
    payload: v.strictObject({ import_id: uuid }),
    max_attempts: 8,
    lease_seconds: 120,
  }),
  'score-accounts': kind({
    title: 'Score accounts',
    payload: v.strictObject({ event_id: uuid, reason: v.string() }),
    max_attempts: 5,
    lease_seconds: 120,
  }),
  'replan-event': kind({
    title: 'Plan anew what hangs on a show',
    payload: v.strictObject({ event_id: uuid }),
    max_attempts: 8,
    lease_seconds: LEASE_MS / 1000,
    renews: true,
  }),
  'move-enrollments': kind({
    title: 'Move people to a new version',
    payload: v.strictObject({ sequence_id: uuid, version: v.number() }),
    max_attempts: 8,
    lease_seconds: LEASE_MS / 1000,
    renews: true,
  }),
  'replan-sequence': kind({
    title: 'Place mails anew',
    payload: v.strictObject({ sequence_id: uuid, reason: v.string(), after: v.optional(uuid) }),
    max_attempts: 8,
    lease_seconds: 120,
  }),
  'resume-sequence': kind({
    title: 'Resume a large sequence',
    payload: v.strictObject({ sequence_id: uuid }),
    max_attempts: 8,
    lease_seconds: LEASE_MS / 1000,
    renews: true,
  }),
  'drain-messages': kind({
    title: 'Send what is due',
    payload: nothing,
    // Each kill costs one, and what a drain leaves undone waits for the next.
    max_attempts: 12,
    lease_seconds: LEASE_MS / 1000,
    renews: true,
  }),
  sweep: kind({ title: 'Sweep', payload: nothing, max_attempts: 4, lease_seconds: LEASE_MS / 1000, renews: true }),
} as const

export type JobName = keyof typeof jobCatalog
export type JobPayload<Name extends JobName> = v.InferOutput<(typeof jobCatalog)[Name]['payload']>

export function isJobName(name: string): name is JobName {
  return Object.hasOwn(jobCatalog, name)
}
