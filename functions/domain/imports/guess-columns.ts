import { createHash } from 'node:crypto'
import { findImportLayout } from '../../../db/queries/import-layouts.ts'
import type { Db } from '../../../db/schema.ts'
import type { ImportKind } from '../../../db/tables/import.ts'
import { ownDomain } from '../accounts/own-domain.ts'
import { parseAddress } from '../people/parse-address.ts'
import { fieldsOf, headerKey, mapColumns } from './map-columns.ts'

export interface GuessedColumns {
  kind: ImportKind
  /** field to column */
  mapping: Record<string, string>
  /** the tool whose export it is */
  source: string | null
  /** somebody chose so for these headers before */
  is_remembered: boolean
}

const ROWS_LOOKED_AT = 50

/**
 * What a file lists and which column holds what: as somebody chose for the same headers before, else by what the columns are called, else by
 * what stands in them.
 *
 * @throws InvalidError when neither a person's name nor a company is found
 */
export async function guessColumns(
  db: Db,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): Promise<GuessedColumns> {
  const source = sourceOf(columns)
  const layout = await findImportLayout(db, headerKeyOf(columns))
  if (layout !== undefined) return { kind: layout.kind, mapping: layout.mapping, source, is_remembered: true }
  const sample = rows.slice(0, ROWS_LOOKED_AT)
  const { kind, mapping } = mapColumns(columns, wellKnown(columns, sample))
  return { kind, mapping: withFoundByValue(kind, mapping, columns, sample), source, is_remembered: false }
}

/** The same for the same headers in the same order. */
export function headerKeyOf(columns: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(columns)).digest('hex')
}

/** Exports of tools, by headers that only they have. */
const sources: readonly { name: string; headers: readonly (readonly string[])[] }[] = [
  {
    name: 'Apollo',
    headers: [['apollocontactid'], ['apolloaccountid'], ['companynameforemails', 'personlinkedinurl']],
  },
  {
    name: 'HubSpot',
    headers: [
      ['recordid', 'lifecyclestage'],
      ['recordid', 'contactowner'],
      ['recordid', 'companyowner'],
      ['recordid', 'companydomainname'],
    ],
  },
  {
    name: 'LinkedIn',
    headers: [
      ['connectedon', 'position'],
      ['firstname', 'lastname', 'url', 'connectedon'],
    ],
  },
  {
    name: 'Badge scanner',
    headers: [['badgeid'], ['badgenumber'], ['scantime'], ['scannedat'], ['scandate'], ['scannedby']],
  },
  {
    name: 'Event app',
    headers: [['registrationtype'], ['attendeetype'], ['tickettype'], ['checkedin'], ['attendeeid']],
  },
]

export function sourceOf(columns: readonly string[]): string | null {
  const keys = new Set(columns.map(headerKey))
  return sources.find(({ headers }) => headers.some((all) => all.every((key) => keys.has(key))))?.name ?? null
}

/** A profile of LinkedIn is no website of a company, whatever the column is called. */
function wellKnown(columns: readonly string[], sample: readonly (readonly string[])[]): Record<string, string> {
  const profiles = columns.find(
    (_, place) => share(sample, place, (cell) => /linkedin\.com\/(?:in|pub)\//i.test(cell)) > 0.5,
  )
  return profiles === undefined ? {} : { linkedin_url: profiles }
}

const byValue: readonly [field: string, looks: (cell: string) => boolean][] = [
  ['email', (cell) => parseAddress(cell) !== null && !/\s/.test(cell.trim())],
  ['website', (cell) => /^(?:https?:\/\/|www\.)\S+$/i.test(cell) && ownDomain(cell) !== null],
  ['phone', (cell) => /^\+?[\d\s().-]{8,20}$/.test(cell) && cell.replace(/\D/g, '').length >= 8],
]

function withFoundByValue(
  kind: ImportKind,
  mapping: Record<string, string>,
  columns: readonly string[],
  sample: readonly (readonly string[])[],
): Record<string, string> {
  const found = { ...mapping }
  const taken = new Set(Object.values(found))
  for (const [field, looks] of byValue) {
    if (found[field] !== undefined || !fieldsOf(kind).includes(field)) continue
    const column = columns.find((name, place) => !taken.has(name) && share(sample, place, looks) > 0.6)
    if (column === undefined) continue
    found[field] = column
    taken.add(column)
  }
  return found
}

/** Of the cells that are not empty. */
function share(sample: readonly (readonly string[])[], place: number, looks: (cell: string) => boolean): number {
  const cells = sample.flatMap((row) => row[place] || [])
  return cells.length === 0 ? 0 : cells.filter(looks).length / cells.length
}
