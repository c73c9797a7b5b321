import type { Generated } from 'kysely'
import type { GeneratedJson, Instant, Json } from './columns.ts'

export type ImportKind = 'companies' | 'people'
/** A draft waits for a person, what is staged for the queue. */
export type ImportStatus = 'draft' | 'staged' | 'running' | 'completed' | 'failed'
/** Where a draft is; 'run' once nothing is left to decide. */
export type ImportStep = 'upload' | 'sheet' | 'columns' | 'check' | 'options' | 'run'
/** What a list may do to a field that has a value. The list's own columns (scores, flags) always follow the newest list. */
export type DuplicatePolicy = 'skip' | 'fill' | 'overwrite'

export interface ImportOptions {
  /** for records that are there already; 'fill' when not said */
  policy?: DuplicatePolicy
  /** fields that differ from it */
  fields?: Record<string, DuplicatePolicy>
  /** of records that have none; those it adds and those it meets */
  owner_id?: string | null
}

/** A file on its way in. read = new + updated + duplicate + rejected once it is completed; until then their sum says which row is next. */
export interface ImportTable {
  id: string
  event_id: string
  user_id: string | null
  kind: ImportKind
  file_name: string
  status: Generated<ImportStatus>
  step: Generated<ImportStep>
  /** the tool whose export it is, as its headers tell */
  source: string | null
  columns: Json<string[]>
  /** field name to column name */
  mapping: Json<Record<string, string>>
  options: GeneratedJson<ImportOptions>
  /** of a workbook */
  sheet: string | null
  /** 1 is the first line; null: found by itself */
  header_row: number | null
  size_bytes: number | null
  total_rows: Generated<number>
  /** how far the check is */
  checked_rows: Generated<number>
  issue_count: Generated<number>
  new_count: Generated<number>
  updated_count: Generated<number>
  duplicate_count: Generated<number>
  rejected_count: Generated<number>
  error: string | null
  created_at: Instant
  started_at: Instant | null
  finished_at: Instant | null
  undo_asked_at: Instant | null
  undone_at: Instant | null
  /** how far the undo is, in rows of the file */
  undone_rows: Generated<number>
  removed_count: Generated<number>
  restored_count: Generated<number>
  kept_count: Generated<number>
}
