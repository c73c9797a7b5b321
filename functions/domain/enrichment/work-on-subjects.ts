import { listAddressesToCheck } from '../../../db/queries/address-checks.ts'
import { listAccountsOfPeople, type SettledSubject, type WaitingSubject } from '../../../db/queries/enrichment-runs.ts'
import type { Row } from '../../../db/schema.ts'
import type { AddressStatus } from '../../../db/tables/email-address.ts'
import type { Ctx } from '../../context.ts'
import { AppError, NotFoundError } from '../../errors.ts'
import { findPattern } from './find-pattern.ts'
import { findWebsite } from './find-website.ts'
import { generateAddresses } from './generate-addresses.ts'
import { verifyAddresses } from './verify-addresses.ts'

/** Tries before a subject counts as failed; a person may begin anew. */
const MOST_ATTEMPTS = 3
/** Before the second and the third try, in minutes: a name server that hangs is back by then. */
const WAIT_MINUTES = [1, 5]
/** Sites that are slow do not hold up the others. */
const SITES_AT_ONCE = 3

type Run = Pick<Row<'enrichment_run'>, 'kind' | 'subject_kind' | 'event_id'>
/** What came of a subject, or the error it met. */
type Found = { outcome: string } | { error: unknown }

/** Does to each subject what the run is for. An error of one does not cost the others. */
export async function workOn(ctx: Ctx, run: Run, subjects: readonly WaitingSubject[]): Promise<SettledSubject[]> {
  const found = await findAll(
    ctx,
    run,
    subjects.map(({ subject_id }) => subject_id),
  )
  return subjects.map((subject) => settle(ctx, subject, found.get(subject.subject_id) ?? gone))
}

const gone: Found = { error: new NotFoundError('record') }

function findAll(ctx: Ctx, run: Run, ids: readonly string[]): Promise<Map<string, Found>> {
  switch (run.kind) {
    case 'website':
      return eachAccount(ids, SITES_AT_ONCE, (account_id) => findWebsite(ctx, { account_id }))
    case 'email-pattern':
      return eachAccount(ids, 1, (account_id) => findPattern(ctx, { account_id }))
    case 'generate-emails':
      return run.subject_kind === 'account'
        ? eachAccount(ids, 1, (account_id) => generateAddresses(ctx, { account_id }))
        : generateForPeople(ctx, ids)
    case 'verify':
      return verifyAll(ctx, run, ids)
  }
}

async function eachAccount(
  ids: readonly string[],
  at_once: number,
  work: (account_id: string) => Promise<{ outcome: string }>,
): Promise<Map<string, Found>> {
  const found = new Map<string, Found>()
  for (let start = 0; start < ids.length; start += at_once) {
    const some = ids.slice(start, start + at_once)
    const results = await Promise.all(some.map((id) => caught(() => work(id))))
    for (const [index, id] of some.entries()) found.set(id, results[index] ?? gone)
  }
  return found
}

const caught = async (work: () => Promise<{ outcome: string }>): Promise<Found> => {
  try {
    return { outcome: (await work()).outcome }
  } catch (error) {
    return { error }
  }
}

/** Habits are worked out once an account, whoever of its people was chosen. */
async function generateForPeople(ctx: Ctx, ids: readonly string[]): Promise<Map<string, Found>> {
  const found = new Map<string, Found>()
  const byAccount = new Map<string, string[]>()
  for (const { id, account_id } of await listAccountsOfPeople(ctx.db, ids)) {
    if (account_id === null) found.set(id, { outcome: 'no_domain' })
    else byAccount.set(account_id, [...(byAccount.get(account_id) ?? []), id])
  }
  for (const [account_id, person_ids] of byAccount) {
    const result = await caught(() => generateAddresses(ctx, { account_id, person_ids }))
    for (const id of person_ids) found.set(id, result)
  }
  return found
}

/** Each domain is asked for once, whoever has an address there. */
async function verifyAll(ctx: Ctx, run: Run, ids: readonly string[]): Promise<Map<string, Found>> {
  const isAccounts = run.subject_kind === 'account'
  const addresses = await listAddressesToCheck(ctx.db, isAccounts ? { account_ids: ids } : { person_ids: ids })
  const { statuses, unanswered } = await verifyAddresses(ctx, addresses)
  const silent = new Set(unanswered)
  const found = new Map<string, Found>(ids.map((id) => [id, { outcome: 'no_address' }]))
  for (const { id, account_id, person_id, domain } of addresses) {
    const subject = isAccounts ? account_id : person_id
    if (subject === null) continue
    const before = found.get(subject)
    if (silent.has(domain)) found.set(subject, { error: new SilentDomain(domain) })
    else if (before && 'outcome' in before) found.set(subject, { outcome: better(before.outcome, statuses.get(id)) })
  }
  return found
}

class SilentDomain extends AppError {
  constructor(domain: string) {
    super('unavailable', `DNS did not answer for ${domain}`)
  }
}

/** Of several addresses the best one counts: it is the one to write to. */
const BEST_FIRST: readonly string[] = ['valid', 'risky', 'unknown', 'invalid', 'bounced', 'no_address']

function better(one: string, other: AddressStatus | undefined): string {
  if (other === undefined) return one
  return BEST_FIRST.indexOf(other) < BEST_FIRST.indexOf(one) ? other : one
}

function settle(ctx: Ctx, { subject_id, attempts }: WaitingSubject, found: Found): SettledSubject {
  const now = ctx.clock.now()
  if ('outcome' in found) return { subject_id, status: 'done', outcome: found.outcome, reason: null, due_at: now }
  const { error } = found
  if (error instanceof NotFoundError)
    return { subject_id, status: 'failed', outcome: null, reason: 'It is no longer there.', due_at: now }
  const isOurs = error instanceof AppError
  if (!isOurs) ctx.log.error('enrichment.failed', { subject_id, error: error instanceof Error ? error.message : error })
  const reason = isOurs ? `${error.message.replace(/\.$/, '')}.` : 'An unexpected error; the log has it.'
  const wait = WAIT_MINUTES[attempts]
  return attempts + 1 >= MOST_ATTEMPTS || wait === undefined
    ? { subject_id, status: 'failed', outcome: null, reason, due_at: now }
    : { subject_id, status: 'waiting', outcome: null, reason, due_at: new Date(now.getTime() + wait * 60_000) }
}
