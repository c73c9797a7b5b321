import type { StagedRow } from '../../../db/queries/import-rows.ts'
import type { ImportedAccount } from '../../../db/queries/imported-accounts.ts'
import type { ListFigures } from '../../../db/tables/account.ts'
import { companyKey } from '../accounts/normalise-company.ts'
import { ownDomain } from '../accounts/own-domain.ts'
import type { CompanyFacts } from './account-book.ts'
import type { CompanyField, Mapping } from './map-columns.ts'
import { countCell, MAX_NAME_LENGTH, numberCell, revenueCell, textCell, tierCell } from './read-cells.ts'
import type { CellRemark } from './read-person.ts'
import { rowReader } from './read-row.ts'

export interface CompanyRow {
  row_number: number
  name: string
  name_key: string
  facts: CompanyFacts
  list: Pick<ImportedAccount, 'list_score' | 'list_tier' | 'list_figures' | 'recommended_targets' | 'top_titles'>
}

export type ReadCompany = CompanyRow | { row_number: number; rejected: CellRemark }

/** Reads the rows of a list of companies. */
export function companyReader(
  columns: readonly string[],
  mapping: Mapping<CompanyField>,
): (row: StagedRow) => ReadCompany {
  const reader = rowReader(columns, mapping)
  const figures = figureColumns(columns, mapping)
  return (row) => {
    const { row_number } = row
    const cell = (field: CompanyField) => reader(row, field)
    const website = textCell(cell('website'), 500)
    const domain = ownDomain(cell('domain') ?? '') ?? ownDomain(website ?? '')
    const name = textCell(cell('name')) ?? domain
    if (name === null) return { row_number, rejected: { field: 'name', message: 'The row has no company name' } }
    if (name.length > MAX_NAME_LENGTH)
      return {
        row_number,
        rejected: { field: 'name', message: `The name is longer than ${MAX_NAME_LENGTH} characters` },
      }
    return {
      row_number,
      name,
      name_key: companyKey(name),
      facts: {
        domain,
        website,
        industry: textCell(cell('industry'), 200),
        country: textCell(cell('country'), 100),
        ...revenueCell(cell('revenue')),
        employees: countCell(cell('employees')),
        facilities: countCell(cell('facilities')),
        notes: textCell(cell('notes'), 5000),
      },
      list: {
        list_score: numberCell(cell('list_score')),
        list_tier: tierCell(cell('list_tier')),
        list_figures: readFigures(row, figures),
        recommended_targets: textCell(cell('recommended_targets'), 5000),
        top_titles: textCell(cell('top_titles'), 5000),
      },
    }
  }
}

/** Figures of ours that an export carries: coming back, they are no figures of a list. */
const OWN_FIGURES = new Set(['icp_score', 'computed_icp_score', 'score_by_hand', 'people', 'revenue_usd'])

/** The columns that may hold figures which have no column of their own. */
function figureColumns(columns: readonly string[], mapping: Mapping<CompanyField>): { place: number; name: string }[] {
  const elsewhere = new Set([mapping.list_score, mapping.list_tier, mapping.employees, mapping.facilities])
  return columns.flatMap((column, place) => {
    const name = figureName(column)
    return elsewhere.has(column) || OWN_FIGURES.has(name) ? [] : { place, name }
  })
}

function readFigures({ cells }: StagedRow, columns: readonly { place: number; name: string }[]): ListFigures | null {
  const figures: ListFigures = {}
  for (const { place, name } of columns) {
    const figure = numberCell(cells[place])
    if (figure !== null) figures[name] = figure
  }
  return Object.keys(figures).length === 0 ? null : figures
}

function figureName(column: string): string {
  return column
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_|_$/g, '')
}
