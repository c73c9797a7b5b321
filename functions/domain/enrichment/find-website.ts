import { lockKeyedEnrollments } from '../../../db/queries/account-keys.ts'
import { findAccountForEnrichment, saveDomain } from '../../../db/queries/enrichment.ts'
import type { Ctx } from '../../context.ts'
import { NotFoundError, UnavailableError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { accountDomain } from '../accounts/normalise-domain.ts'
import { rekeyAccounts } from '../accounts/rekey-accounts.ts'
import { foldText } from '../fold-text.ts'
import { domainOf } from './find-pattern.ts'

export type WebsiteResult = {
  domain: string | null
  outcome: 'saved' | 'kept' | 'taken' | 'not_found'
  source: 'given' | 'found' | 'guessed' | null
  confidence: number
  /** what was looked at, in order */
  tried: { domain: string; finding: string }[]
}

const ENDINGS = ['com', 'co', 'io', 'net']
/** Stated so that a rep can weigh them: a site that names the company is good evidence, a name that merely resolves is little. */
const CONFIDENCE = { website: 0.95, addresses: 0.9, title: 0.8, mail: 0.35 } as const

/**
 * Finds an account's domain: from its website, from the addresses of its people, else from names made of its own, each
 * checked by DNS and by the title of the site. Never overwrites a domain that is a fact.
 *
 * @throws UnavailableError when DNS does not answer: that says nothing about the company
 */
export async function findWebsite(ctx: Ctx, { account_id }: { account_id: string }): Promise<WebsiteResult> {
  const account = await findAccountForEnrichment(ctx.db, account_id)
  if (account === undefined) throw new NotFoundError('account')
  if (account.domain !== null && account.domain_source !== 'guessed')
    return { domain: account.domain, outcome: 'kept', source: 'given', confidence: 1, tried: [] }

  const own = account.website === null ? null : accountDomain(account.website)
  if (own !== null) return save(ctx, account_id, own, 'found', CONFIDENCE.website, [])
  const written = await domainOf(ctx.db, { id: account.id, domain: null })
  if (written !== null) return save(ctx, account_id, written, 'found', CONFIDENCE.addresses, [])

  const tried: WebsiteResult['tried'] = []
  let fallback: string | undefined
  for (const domain of domainNames(account.name)) {
    const mail = await ctx.services.dns.mailExchangers(domain)
    if (mail.outcome === 'unknown') throw new UnavailableError(`DNS did not answer for ${domain}`)
    if (mail.outcome !== 'found') {
      tried.push({ domain, finding: 'receives no mail' })
      continue
    }
    const page = await ctx.services.fetchPage(`https://${domain}/`)
    const title = page.outcome === 'fetched' ? titleOf(page.text) : ''
    if (namesCompany(title, account.name)) {
      tried.push({ domain, finding: `site is titled “${title.slice(0, 80)}”` })
      return save(ctx, account_id, domain, 'found', CONFIDENCE.title, tried)
    }
    tried.push({ domain, finding: page.outcome === 'fetched' ? 'site names somebody else' : `site: ${page.reason}` })
    if (page.outcome !== 'fetched') fallback ??= domain
  }
  if (fallback === undefined) return { domain: null, outcome: 'not_found', source: null, confidence: 0, tried }
  return save(ctx, account_id, fallback, 'guessed', CONFIDENCE.mail, tried)
}

async function save(
  ctx: Ctx,
  account_id: string,
  domain: string,
  source: 'found' | 'guessed',
  confidence: number,
  tried: WebsiteResult['tried'],
): Promise<WebsiteResult> {
  const website = `https://${domain}`
  const outcome = await transact(ctx, async (tx) => {
    // Enrollments before accounts: whoever plans a mail holds the one and refers to the other.
    await lockKeyedEnrollments(tx.db, [account_id])
    const now = tx.clock.now()
    const saved = await saveDomain(tx.db, { account_id, domain, source, confidence, website, now })
    if (saved === 'saved') await rekeyAccounts(tx, [account_id])
    return saved
  })
  return { domain, outcome, source, confidence, tried }
}

/** "Acme Logistics" → acmelogistics.com, acme-logistics.com, acme.com, … at most 8. */
function domainNames(name: string): string[] {
  const words = companyWords(name)
  if (words.length === 0) return []
  const stems = [...new Set([words.join(''), words.join('-'), words[0]!])].filter(
    (stem) => stem.length >= 2 && stem.length <= 40,
  )
  return stems
    .flatMap((stem, index) => (index === 0 ? ENDINGS : ENDINGS.slice(0, 1)).map((ending) => `${stem}.${ending}`))
    .slice(0, 8)
}

const FORMS = /^(inc|llc|ltd|limited|corp|corporation|co|company|gmbh|ag|sa|sas|srl|spa|bv|nv|ab|plc|the|and|of)$/

function companyWords(name: string): string[] {
  return foldText(name)
    .replace(/['’]/g, '')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && !FORMS.test(word))
}

function titleOf(html: string): string {
  return (/<title[^<>]*>([^<]*)/i.exec(html)?.[1] ?? '').replace(/\s+/g, ' ').trim()
}

/** Every word of the company's name stands in the title. */
function namesCompany(title: string, name: string): boolean {
  const inTitle = foldText(title).replace(/[^a-z0-9]+/g, '')
  const words = companyWords(name)
  return words.length > 0 && words.every((word) => inTitle.includes(word))
}
