import type { ImportIssue } from '../../../db/queries/import-issues.ts'
import type { StagedRow } from '../../../db/queries/import-rows.ts'
import type { Row } from '../../../db/schema.ts'
import type { CompanyField, Mapping, PeopleField } from './map-columns.ts'
import { countCell, flagCell, numberCell, textCell, tierCell } from './read-cells.ts'
import { companyReader } from './read-company.ts'
import { type CellRemark, categoryCell, personReader } from './read-person.ts'
import { rowReader } from './read-row.ts'

const flag = { read: flagCell, message: 'Neither yes nor no' }
const count = { read: countCell, message: 'Not a whole number' }
const number = { read: numberCell, message: 'Not a number' }

/** Fields that take no text. A cell that says something else is left out. */
const readers: Record<string, { read: (cell: string) => unknown; message: string }> = {
  list_score: number,
  list_tier: { read: tierCell, message: 'Not a tier from 1 to 9' },
  employees: count,
  facilities: count,
  category: { read: categoryCell, message: 'Neither attendee, sponsor nor speaker' },
  is_ops: flag,
  is_exec: flag,
  is_exec_ops: flag,
  is_proc: flag,
  is_sales: flag,
}

/** Tells what is wrong with a row, in the words that the import will use. */
export function issueFinder({ kind, columns, mapping }: Row<'import'>): (row: StagedRow) => ImportIssue[] {
  const cell = rowReader(columns, mapping as Mapping<string>)
  const read =
    kind === 'people'
      ? personReader(columns, mapping as Mapping<PeopleField>)
      : companyReader(columns, mapping as Mapping<CompanyField>)
  const checked = Object.entries(readers).filter(([field]) => mapping[field] !== undefined)
  return (row) => {
    const { row_number } = row
    const result = read(row)
    if ('rejected' in result) return [issueOf(row_number, result.rejected, true)]
    const issues: ImportIssue[] = []
    if ('remark' in result && result.remark !== null) issues.push(issueOf(row_number, result.remark, false))
    for (const [field, { read, message }] of checked) {
      const text = textCell(cell(row, field), 60)
      if (text !== null && read(text) === null)
        issues.push(issueOf(row_number, { field, message: `${message}: ${text}` }, false))
    }
    return issues
  }
}

const issueOf = (row_number: number, { field, message }: CellRemark, rejects: boolean): ImportIssue => ({
  row_number,
  field,
  message,
  rejects,
})
