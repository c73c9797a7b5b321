import { sql } from 'kysely'
import type { Db } from '../schema.ts'

type Cell = string | number | boolean | null
export type ExportRow = { id: string } & Record<string, Cell>

export interface ExportBatch {
  /** suppressions belong to no event */
  event_id: string
  after_id: string | null
  limit: number
}

const first = '00000000-0000-0000-0000-000000000000'

/** In the order of their ids, like every list here: a batch begins where the last one ended. */
export async function listAccountsToExport(db: Db, batch: ExportBatch): Promise<ExportRow[]> {
  const { rows } = await sql<ExportRow>`
    select a.id, a.name as "Company", a.domain as "Domain", a.domain_source as "Domain source", a.website as "Website",
      a.industry as "Industry", a.country as "Country", a.revenue_text as "Revenue", a.revenue_usd as "Revenue USD",
      a.employees as "Employees", a.facilities as "Facilities", a.status as "Status", u.name as "Owner",
      a.list_score as "Score", a.list_tier as "Tier", a.effective_score as "ICP score", a.icp_score as "Computed ICP score",
      a.score_override as "Score by hand", a.score_override_reason as "Reason", a.people_count as "People",
      a.recommended_targets as "Recommended Targets", a.top_titles as "TopTitles", a.notes as "Notes"
    from account a left join "user" u on u.id = a.owner_id
    where a.event_id = ${batch.event_id} and a.id > ${batch.after_id ?? first}::uuid
    order by a.id limit ${batch.limit}`.execute(db)
  return rows
}

export async function listPeopleToExport(db: Db, batch: ExportBatch): Promise<ExportRow[]> {
  const { rows } = await sql<ExportRow>`
    select p.id, p.name as "Name", p.given_name as "First name", p.family_name as "Last name", p.title as "Job Title",
      a.name as "Company", a.domain as "Domain", m.address as "Email", m.source as "Email source",
      m.confidence as "Email confidence", m.status as "Email status", array_to_string(p.personas, ', ') as "Personas",
      p.seniority as "Seniority", p.category as "Category", p.country as "Country", p.qualified as "Qualified",
      p.revenue_text as "Revenue", p.list_score as "PersonScore", p.is_ops, p.is_exec, p.is_exec_ops, p.is_proc, p.is_sales,
      p.phone as "Phone", p.linkedin_url as "LinkedIn", u.name as "Owner", p.replied_at::text as "Replied", p.notes as "Notes"
    from person p left join account a on a.id = p.account_id left join "user" u on u.id = p.owner_id
      left join email_address m on m.person_id = p.id and m.is_primary
    where p.event_id = ${batch.event_id} and p.id > ${batch.after_id ?? first}::uuid
    order by p.id limit ${batch.limit}`.execute(db)
  return rows
}

export async function listSuppressionsToExport(db: Db, batch: Omit<ExportBatch, 'event_id'>): Promise<ExportRow[]> {
  const { rows } = await sql<ExportRow>`
    select s.id, s.kind as "Kind", s.value as "Value", s.reason as "Reason", s.source as "Source",
      p.name as "Person", ev.name as "Event", to_char(s.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "Since"
    from suppression s left join person p on p.id = s.person_id left join event ev on ev.id = s.event_id
    where s.id > ${batch.after_id ?? first}::uuid
    order by s.id limit ${batch.limit}`.execute(db)
  return rows
}
