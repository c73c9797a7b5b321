import type { Row } from '../../../db/schema.ts'
import type { AccountStatus } from '../../../db/tables/account.ts'
import { bothTexts, type FieldLine, fieldLines, filled } from '../duplicates/merge-fields.ts'

type Account = Row<'account'>

const FILLED = [
  'website',
  'industry',
  'country',
  'region',
  'employees',
  'facilities',
  'owner_id',
  'list_score',
  'list_tier',
  'recommended_targets',
  'top_titles',
] as const satisfies readonly (keyof Account)[]

/** How far it has come. Neither a customer nor who was disqualified is written to: of these two the survivor's own word counts. */
const FAR: Readonly<Record<AccountStatus, number>> = {
  new: 0,
  researching: 1,
  contacted: 2,
  engaged: 3,
  meeting: 4,
  customer: 5,
  disqualified: 5,
}

/** Columns of the survivor that change when another record of the same company is merged into it. */
export function mergedAccount(survivor: Account, lost: Account): Partial<Account> {
  const hasRevenue = survivor.revenue_text !== null || survivor.revenue_usd !== null
  return {
    ...filled(FILLED, survivor, lost),
    ...(takesDomain(survivor, lost)
      ? { domain: lost.domain, domain_source: lost.domain_source, domain_confidence: lost.domain_confidence }
      : {}),
    ...(hasRevenue ? {} : { revenue_text: lost.revenue_text, revenue_usd: lost.revenue_usd }),
    ...(survivor.score_override === null && lost.score_override !== null
      ? {
          score_override: lost.score_override,
          score_override_reason: lost.score_override_reason,
          score_override_by: lost.score_override_by,
          score_override_at: lost.score_override_at,
        }
      : {}),
    list_figures:
      survivor.list_figures && lost.list_figures
        ? { ...lost.list_figures, ...survivor.list_figures }
        : (survivor.list_figures ?? lost.list_figures),
    status: FAR[lost.status] > FAR[survivor.status] ? lost.status : survivor.status,
    notes: bothTexts(survivor.notes, lost.notes),
  }
}

/** A domain that somebody knows wins over one that was guessed. */
function takesDomain(survivor: Account, lost: Account): boolean {
  if (lost.domain === null) return false
  return survivor.domain === null || (survivor.domain_source === 'guessed' && lost.domain_source !== 'guessed')
}

const SHOWN = [
  'name',
  'domain',
  'website',
  'industry',
  'country',
  'region',
  'revenue_text',
  'employees',
  'facilities',
  'status',
  'list_score',
  'list_tier',
  'score_override',
  'recommended_targets',
  'top_titles',
  'notes',
] as const satisfies readonly (keyof Account)[]

export function accountLines(survivor: Account, lost: Account): FieldLine[] {
  return fieldLines<Account>(SHOWN, survivor, lost, mergedAccount(survivor, lost))
}
