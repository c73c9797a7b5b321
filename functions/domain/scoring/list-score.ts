/**
 * The figures of the imported list, computed by its own formulas: PersonScore, Score, Tier and priority. They are kept apart from our ICP
 * score (see icp-score.ts) and never overwritten by it.
 */

export type ListPerson = {
  is_ops: boolean
  is_exec: boolean
  is_exec_ops: boolean
  is_proc: boolean
  is_sales: boolean
  category: string | null
}

export type ListCompany = {
  attendees: number
  exec_ops_count: number
  ops_count: number
  proc_count: number
  sales_count: number
  mega_boost: number
  vendor_penalty: number
  /** Dollars a year; null when unknown. */
  max_revenue: number | null
}

/** Lower limits in dollars a year, highest first. */
const REVENUE_BONUSES = [
  [10_000_000_000, 30],
  [1_000_000_000, 20],
  [250_000_000, 12],
  [50_000_000, 6],
] as const

/** The list counts no more attendees than these. */
const MAX_ATTENDEES = 25
const MAX_FACILITIES = 500

export function listPersonScore(person: ListPerson): number {
  return (
    10 * Number(person.is_ops) +
    6 * Number(person.is_exec) +
    10 * Number(person.is_exec_ops) +
    8 * Number(person.is_proc) -
    8 * Number(person.is_sales) +
    categoryBonus(person.category)
  )
}

export function listCompanyScore(company: ListCompany): number {
  return (
    Math.min(company.attendees, MAX_ATTENDEES) +
    15 * company.exec_ops_count +
    4 * company.ops_count +
    2 * company.proc_count -
    2 * company.sales_count +
    company.mega_boost -
    company.vendor_penalty +
    revenueBonus(company.max_revenue)
  )
}

/** Null below zero: the list leaves such companies without a tier. */
export function listTier(score: number): 1 | 2 | 3 | 4 | null {
  if (score > 80) return 1
  if (score >= 56) return 2
  if (score >= 36) return 3
  return score >= 0 ? 4 : null
}

/** `confidence` in the facility count is a percentage, 0–100. */
export function listPriority(score: number, facilities: number, confidence: number): number {
  return score + (Math.min(facilities, MAX_FACILITIES) * 0.45 * confidence) / 100
}

function categoryBonus(category: string | null): number {
  switch (category?.trim().toLowerCase()) {
    case 'speaker':
      return 3
    case 'sponsor':
      return 2
    default:
      return 0
  }
}

function revenueBonus(revenue: number | null): number {
  return REVENUE_BONUSES.find(([limit]) => revenue !== null && revenue >= limit)?.[1] ?? 0
}
