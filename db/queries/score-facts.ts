import { type RawBuilder, sql } from 'kysely'
import type { ScoreLine } from '../tables/account.ts'
import type { KnownFact, NumberFact } from '../tables/scoring-rule-set.ts'

/** What the score of an account is made from, and the score it has. */
export type ScoredFacts = Record<Exclude<NumberFact, `figure:${string}`>, number | null> &
  Record<Exclude<KnownFact, 'people_count'>, boolean> & {
    id: string
    name_key: string
    industry: string | null
    country: string | null
    list_tier: string | null
    list_figures: Record<string, number | null> | null
    people_count: number
    icp_score: number | null
    icp_breakdown: ScoreLine[] | null
  }

export type ScoredAccounts = { event_id: string } | { account_ids: readonly string[] }

/**
 * The common tables `chosen` (accounts) and `facts` (what rules look at, one row an account), to be put after `with`. People
 * are read once, however many accounts there are.
 */
export function factTables(of: ScoredAccounts): RawBuilder<unknown> {
  const ids =
    'event_id' in of
      ? sql``
      : sql`(select value::uuid from json_array_elements_text(${JSON.stringify(of.account_ids)}::json))`
  const accounts = 'event_id' in of ? sql`event_id = ${of.event_id}` : sql`id in ${ids}`
  const people =
    'event_id' in of ? sql`event_id = ${of.event_id} and account_id is not null` : sql`account_id in ${ids}`
  const persona = (name: string) => sql`count(*) filter (where ${sql.lit(name)} = any(personas))::integer`
  const equal = (column: string, value: string) =>
    sql`count(*) filter (where ${sql.ref(column)} = ${sql.lit(value)})::integer`
  return sql`chosen as (
      select id, name_key, industry, country, list_tier, list_figures, list_score, revenue_usd, employees, facilities, website, domain,
        icp_score, icp_breakdown, updated_at, icp_scored_at
      from account where ${accounts}
    ), counted as (
      select account_id, count(*)::integer as people_count,
        ${persona('executive_operations')} as executive_operations_count, ${persona('operations')} as operations_count,
        ${persona('executive')} as executive_count, ${persona('procurement')} as procurement_count,
        ${persona('sales')} as sales_count, ${persona('technology')} as technology_count,
        ${equal('seniority', 'c_level')} as c_level_count, ${equal('seniority', 'vp')} as vp_count,
        ${equal('seniority', 'director')} as director_count, ${equal('seniority', 'manager')} as manager_count,
        ${equal('seniority', 'individual')} as individual_count,
        ${equal('category', 'speaker')} as speaker_count, ${equal('category', 'sponsor')} as sponsor_count,
        ${equal('category', 'attendee')} as attendee_count, count(category)::integer as category_count,
        count(*) filter (where lower(qualified) = 'yes')::integer as qualified_count,
        count(country)::integer as country_count, count(title)::integer as title_count,
        coalesce(sum(least(length(title), 200)), 0)::integer as title_letters, min(country) as a_country,
        count(revenue_text)::integer as revenue_count
      from person where ${people} group by account_id
    ), facts as (
      select chosen.id, chosen.name_key, chosen.industry, coalesce(chosen.country, counted.a_country) as country,
        chosen.list_tier::text as list_tier, chosen.list_figures, chosen.list_score, chosen.revenue_usd, chosen.employees,
        chosen.facilities,
        chosen.icp_score, chosen.icp_breakdown, chosen.updated_at, chosen.icp_scored_at,
        ${sql.join(counts.map((name) => sql`coalesce(counted.${sql.ref(name)}, 0) as ${sql.ref(name)}`))},
        coalesce(counted.title_count, 0) > 0 as has_job_titles, coalesce(counted.category_count, 0) > 0 as has_category,
        chosen.list_score is not null as has_list_score, (chosen.website is not null or chosen.domain is not null) as has_website,
        chosen.industry is not null as has_industry, (chosen.country is not null or counted.a_country is not null) as has_country,
        (chosen.revenue_usd is not null or coalesce(counted.revenue_count, 0) > 0) as has_revenue,
        chosen.facilities is not null as has_facilities
      from chosen left join counted on counted.account_id = chosen.id
    )`
}

const counts = [
  'people_count',
  'executive_operations_count',
  'operations_count',
  'executive_count',
  'procurement_count',
  'sales_count',
  'technology_count',
  'c_level_count',
  'vp_count',
  'director_count',
  'manager_count',
  'individual_count',
  'speaker_count',
  'sponsor_count',
  'attendee_count',
  'qualified_count',
  'country_count',
  'title_letters',
] as const satisfies readonly NumberFact[]
