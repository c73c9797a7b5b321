import { type Context, Hono } from 'hono'
import * as v from 'valibot'
import { listSubsidiaries } from '../../db/queries/account-keys.ts'
import { listScoreHistory } from '../../db/queries/account-scores.ts'
import {
  type AccountDetail,
  type AccountFilter,
  accountOrders,
  findAccount,
  findAccountFacets,
  listAccounts,
  listOwners,
  listPatterns,
} from '../../db/queries/accounts.ts'
import { listActivities } from '../../db/queries/activities.ts'
import { listPeople } from '../../db/queries/people.ts'
import { plural } from '../../web/format.ts'
import { emptyForm, type FormState, formOf } from '../../web/forms.ts'
import { AccountFormPage, type AccountFormPageProps } from '../../web/pages/accounts/account-form-page.tsx'
import { AccountPage } from '../../web/pages/accounts/account-page.tsx'
import { AccountsPage } from '../../web/pages/accounts/accounts-page.tsx'
import { paths, routes } from '../../web/paths.ts'
import { ACCOUNT_STATUSES, accountDetailsSchema } from '../domain/accounts/account-details.ts'
import { createAccount } from '../domain/accounts/create-account.ts'
import { overrideSchema, overrideScore, removeOverride } from '../domain/accounts/override-score.ts'
import { parentSchema, setParent } from '../domain/accounts/set-parent.ts'
import { updateAccount } from '../domain/accounts/update-account.ts'
import { renderLocal } from '../domain/enrichment/patterns.ts'
import { enqueueEnrichment, enrichmentJobTypes } from '../domain/queue/enqueue-enrichment.ts'
import { accountsEnrichmentSchema, enqueueForAccounts } from '../domain/queue/enqueue-for-accounts.ts'
import type { SignedInEnv } from '../env.ts'
import { InvalidError, NotFoundError } from '../errors.ts'
import { readId } from '../middleware/read-id.ts'
import { activeEventOf, requireEvent } from './active-event.tsx'
import { pageLinks, readChoice, readPage, readText, readUuid, totalWords } from './list-query.ts'
import { readForm, refusedForm } from './read-form.ts'
import { redirectWithFlash, renderPage } from './render-page.tsx'

/** Three words, so that habits which differ only for such names look different. */
const EXAMPLE_NAME = 'Ana Maria Silva'
const EXAMPLE = { first: 'ana', middles: ['maria'], last: 'silva' }
const TIMELINE_LIMIT = 50

export const accountPages = new Hono<SignedInEnv>()

for (const route of [routes.accounts, `${routes.accounts}/*`]) accountPages.use(route, requireEvent('Accounts'))

accountPages.get(routes.accounts, async (c) => {
  const { db } = c.var.ctx
  const filter = readFilter(c)
  const page = readPage(c, accountOrders, { sort: 'score', direction: 'desc' })
  const [list, facets] = await Promise.all([listAccounts(db, filter, page), findAccountFacets(db, filter)])
  const shown = {
    q: filter.q ?? '',
    industry: filter.industry ?? '',
    tier: filter.tier === null ? '' : String(filter.tier),
    score: filter.min_score === null ? '' : String(filter.min_score),
    status: filter.status ?? '',
    owner: filter.owner ?? '',
  }
  const { sort, direction } = page
  return renderPage(
    c,
    <AccountsPage
      rows={list.rows}
      total={totalWords(facets.total)}
      filter={shown}
      sort={sort}
      direction={direction}
      industries={facets.industries}
      owners={facets.owners.map((owner) => ({ value: owner.id, label: owner.name }))}
      {...pageLinks(list, (query) => paths.accounts({ ...shown, sort, direction, ...query }))}
    />,
  )
})

function readFilter(c: Context<SignedInEnv>): AccountFilter {
  const tier = readChoice(c, 'tier', ['0', '1', '2', '3', '4'])
  const score = /^\d{1,3}$/.exec(c.req.query('score') ?? '')?.[0]
  return {
    event_id: activeEventOf(c),
    q: readText(c, 'q'),
    industry: readText(c, 'industry'),
    tier: tier === null ? null : Number(tier),
    min_score: score === undefined ? null : Number(score),
    status: readChoice(c, 'status', ACCOUNT_STATUSES),
    owner: readChoice(c, 'owner', ['none']) ?? readUuid(c, 'owner'),
  }
}

accountPages.get(routes.newAccount, (c) => formPage(c, { form: emptyForm, account: null }))

accountPages.post(routes.accounts, async (c) => {
  const read = await readForm(c, accountDetailsSchema)
  if (!read.isValid) return formPage(c, { form: read.form, account: null }, 422)
  const result = await createAccount(c.var.ctx, activeEventOf(c), read.output)
  if (result.outcome === 'exists')
    return formPage(c, { form: refusedForm(read.values, alreadyThere), account: null, same: result }, 422)
  if (result.outcome === 'no_such_owner')
    return formPage(c, { form: refusedForm(read.values, noSuchOwner), account: null }, 422)
  return redirectWithFlash(c, paths.account(result.id), { tone: 'good', text: `${read.output.name} is created.` })
})

const noSuchOwner = { owner_id: 'Choose an owner from the list' }
const alreadyThere = { name: 'This company is on the list already' }

accountPages.get(routes.account, async (c) => accountPage(c, await requireAccount(c), emptyForm))

async function accountPage(
  c: Context<SignedInEnv>,
  account: AccountDetail,
  form: FormState,
  status: 200 | 422 = 200,
  parent_form: FormState = formOf({ parent: account.parent_name }),
) {
  const { db } = c.var.ctx
  const everybody = {
    q: null,
    persona: null,
    category: null,
    seniority: null,
    tiers: null,
    has_address: null,
    owner: null,
  }
  const [people, patterns, history, activities, subsidiaries] = await Promise.all([
    listPeople(
      db,
      { ...everybody, event_id: account.event_id, account_id: account.id },
      { sort: 'list_score', direction: 'desc', cursor: null, limit: 25 },
    ),
    account.domain === null ? [] : listPatterns(db, account.domain),
    listScoreHistory(db, account.id, 20),
    listActivities(db, { account_id: account.id }, TIMELINE_LIMIT),
    listSubsidiaries(db, account.id),
  ])
  return renderPage(
    c,
    <AccountPage
      account={account}
      people={people.rows}
      patterns={patterns.flatMap(({ pattern, weight }) => {
        const example = renderLocal(pattern, EXAMPLE)
        return example === null ? [] : [{ example, weight }]
      })}
      example_name={EXAMPLE_NAME}
      history={history}
      activities={activities}
      activity_limit={TIMELINE_LIMIT}
      form={form}
      parent_form={parent_form}
      subsidiaries={subsidiaries}
    />,
    { status },
  )
}

accountPages.get(routes.editAccount, async (c) => {
  const account = await requireAccount(c)
  const { name, industry, country, employees, facilities, status, owner_id, notes } = account
  const revenue = account.revenue_text ?? (account.revenue_usd === null ? null : `$${account.revenue_usd}`)
  const website = account.website ?? account.domain
  const form = formOf({ name, website, industry, country, revenue, employees, facilities, status, owner_id, notes })
  return formPage(c, { form, account })
})

accountPages.post(routes.editAccount, async (c) => {
  const account = await requireAccount(c)
  const read = await readForm(c, accountDetailsSchema)
  if (!read.isValid) return formPage(c, { form: read.form, account }, 422)
  const result = await updateAccount(c.var.ctx, account, read.output)
  if (result.outcome === 'exists')
    return formPage(c, { form: refusedForm(read.values, alreadyThere), account, same: result }, 422)
  if (result.outcome === 'no_such_owner')
    return formPage(c, { form: refusedForm(read.values, noSuchOwner), account }, 422)
  return redirectWithFlash(c, paths.account(account.id), { tone: 'good', text: `${read.output.name} is saved.` })
})

accountPages.post(routes.overrideScore, async (c) => {
  const account = await requireAccount(c)
  const read = await readForm(c, overrideSchema)
  if (!read.isValid) return accountPage(c, account, read.form, 422)
  await overrideScore(c.var.ctx, account, read.output)
  const text = `The score is ${read.output.score} until somebody removes it.`
  return redirectWithFlash(c, paths.account(account.id), { tone: 'good', text })
})

accountPages.post(routes.removeOverride, async (c) => {
  const account = await requireAccount(c)
  await removeOverride(c.var.ctx, account)
  return redirectWithFlash(c, paths.account(account.id), { tone: 'good', text: 'The computed score counts again.' })
})

accountPages.post(routes.accountParent, async (c) => {
  const account = await requireAccount(c)
  const read = await readForm(c, parentSchema)
  if (!read.isValid) return accountPage(c, account, emptyForm, 422, read.form)
  try {
    await setParent(c.var.ctx, account, read.output)
  } catch (error) {
    if (!(error instanceof InvalidError)) throw error
    return accountPage(c, account, emptyForm, 422, refusedForm(read.values, error.fields))
  }
  return redirectWithFlash(c, paths.account(account.id), { tone: 'good', text: 'The parent account is saved.' })
})

accountPages.post(routes.enrichAccounts, async (c) => {
  const read = await readForm(c, accountsEnrichmentSchema)
  if (!read.isValid) {
    const [problem] = Object.values(read.form.errors)
    return redirectWithFlash(c, paths.accounts(), { tone: 'bad', text: problem ?? 'Tick at least one account.' })
  }
  const count = await enqueueForAccounts(c.var.ctx, read.output)
  return redirectWithFlash(c, paths.queue({ name: read.output.job_type }), {
    tone: 'good',
    text: count === 0 ? 'All of it is waiting already.' : `Begun for ${plural(count, 'account')}. Each is a job below.`,
  })
})

const enrichForm = v.object({ job_type: v.picklist(enrichmentJobTypes) })

accountPages.post(routes.enrichAccount, async (c) => {
  const account = await requireAccount(c)
  const read = await readForm(c, enrichForm)
  if (!read.isValid) throw new NotFoundError('enrichment')
  const input = { accountId: account.id, jobType: read.output.job_type, dryRun: false }
  const { jobId } = await enqueueEnrichment(c.var.ctx, input)
  return redirectWithFlash(c, paths.queueJob(jobId), {
    tone: 'good',
    text: `Begun for ${account.name}. This page follows it.`,
  })
})

async function requireAccount(c: Context<SignedInEnv>): Promise<AccountDetail> {
  const account = await findAccount(c.var.ctx.db, activeEventOf(c), readId(c, 'account'))
  if (account === undefined) throw new NotFoundError('account')
  return account
}

async function formPage(c: Context<SignedInEnv>, props: Omit<AccountFormPageProps, 'owners'>, status: 200 | 422 = 200) {
  const owners = (await listOwners(c.var.ctx.db)).map((owner) => ({ value: owner.id, label: owner.name }))
  return renderPage(c, <AccountFormPage {...props} owners={owners} />, { status })
}
