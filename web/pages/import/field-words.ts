import type { Option } from '../../components/fields.tsx'

const words: Readonly<Record<string, string>> = {
  name: 'Name',
  first_name: 'First name',
  last_name: 'Last name',
  company: 'Company',
  domain: 'Domain of the company',
  website: 'Website of the company',
  title: 'Job title',
  email: 'Email address',
  phone: 'Phone',
  linkedin_url: 'LinkedIn',
  category: 'Attendee, sponsor or speaker',
  country: 'Country',
  qualified: 'Qualified',
  revenue: 'Revenue',
  industry: 'Industry',
  employees: 'Employees',
  facilities: 'Facilities',
  list_score: 'Score of the list',
  list_tier: 'Tier of the list',
  recommended_targets: 'Recommended targets',
  top_titles: 'Top titles',
  is_ops: 'Flag: operations',
  is_exec: 'Flag: executive',
  is_exec_ops: 'Flag: executive operations',
  is_proc: 'Flag: procurement',
  is_sales: 'Flag: sales',
  notes: 'Notes',
}

/** What a person reads for a field of a mapping. */
export function fieldWord(field: string, kind: 'companies' | 'people'): string {
  if (field === 'name') return kind === 'people' ? 'Full name' : 'Company name'
  return words[field] ?? field.replaceAll('_', ' ')
}

export function fieldOptions(fields: readonly string[], kind: 'companies' | 'people'): readonly Option[] {
  return fields.map((field) => ({ value: field, label: fieldWord(field, kind) }))
}
