import type { Actor } from '../functions/context.ts'
import type { JobName, JobPayload } from '../functions/jobs/catalog.ts'
import { stageJob } from '../functions/jobs/stage.ts'
import { transact } from '../functions/transact.ts'
import { namedUuid } from '../functions/uuid.ts'
import { companies } from './companies.ts'
import { deliverJob, type Stage } from './stage.ts'
import { accountIdOf } from './write-lists.ts'

/** The jobs that an import and a rep set off; the search for a domain fails, because no name server answers on this stage. */
export async function runImportJobs(stage: Stage, event_id: string, rep: Actor): Promise<void> {
  await run(stage, 'score-accounts', { event_id, reason: 'Imported manifest-people.csv' }, rep)
  for (const company of companies.filter((company) => company.is_domain_given))
    await run(stage, 'website', { account_id: accountIdOf(company) }, rep)
}

/** Patterns from the addresses that are known, and guesses for whoever has none. Nobody has asked for the last company yet. */
export async function runEnrichmentJobs(stage: Stage, rep: Actor): Promise<void> {
  for (const company of companies.filter((company) => !company.is_domain_given)) {
    const account_id = accountIdOf(company)
    await run(stage, 'email-pattern', { account_id }, rep)
    await run(stage, 'generate-emails', { account_id, dry_run: false }, rep)
    stage.clock.advance(45_000)
  }
}

async function run<Name extends JobName>(stage: Stage, name: Name, payload: JobPayload<Name>, rep: Actor) {
  const id = namedUuid(`seed job ${name} ${JSON.stringify(payload)}`)
  await transact({ ...stage.ctx, actor: rep }, (tx) => stageJob(tx, name, payload, { id }))
  stage.clock.advance(400)
  await deliverJob(stage, name, { jobId: id })
}
