import { listStagedRows, type StagedRow } from '../../../db/queries/import-rows.ts'
import type { Db, Row } from '../../../db/schema.ts'
import type { CompanyField, Mapping, PeopleField } from './map-columns.ts'
import { companyReader, type ReadCompany } from './read-company.ts'
import { personReader, type ReadPerson } from './read-person.ts'

export type ReadRow = ReadPerson | ReadCompany

/** So many rows are read in one go; then answers of the database are looked at. */
const ROWS_AT_A_GO = 100

/**
 * Reads rows of an import and understands them. While the database writes one batch the next is made ready, so that neither waits for the other.
 */
export class AheadReader {
  readonly #db: Db
  readonly #import_id: string
  readonly #read: (row: StagedRow) => ReadRow
  #ahead: { after_row: number; rows: Promise<ReadRow[]> } | undefined

  constructor(
    db: Db,
    list: Row<'import'>,
    readonly limit: number,
  ) {
    this.#db = db
    this.#import_id = list.id
    this.#read = rowReaderOf(list)
  }

  /** The rows after `after_row`. @param db the transaction of the caller, for rows that were not made ready */
  async take(db: Db, after_row: number): Promise<ReadRow[]> {
    const ahead = this.#ahead
    this.#ahead = undefined
    return ahead?.after_row === after_row ? ahead.rows : this.#readRows(db, after_row)
  }

  /** Begins with the rows after `after_row`. Not to be awaited inside of a transaction: the pool may have one connection. */
  prepare(after_row: number): void {
    const rows = this.#readRows(this.#db, after_row)
    // Whoever takes them is told.
    rows.catch(() => {})
    this.#ahead = { after_row, rows }
  }

  /** Before another transaction begins. */
  async settle(): Promise<void> {
    await this.#ahead?.rows
  }

  async #readRows(db: Db, after_row: number): Promise<ReadRow[]> {
    const staged = await listStagedRows(db, this.#import_id, after_row, this.limit)
    const rows: ReadRow[] = []
    for (const row of staged) {
      rows.push(this.#read(row))
      if (rows.length % ROWS_AT_A_GO === 0) await new Promise((resolve) => setTimeout(resolve, 0))
    }
    return rows
  }
}

function rowReaderOf({ kind, columns, mapping }: Row<'import'>): (row: StagedRow) => ReadRow {
  return kind === 'people'
    ? personReader(columns, mapping as Mapping<PeopleField>)
    : companyReader(columns, mapping as Mapping<CompanyField>)
}
