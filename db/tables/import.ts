import type { Generated } from 'kysely'
import type { Instant, Json } from './columns.ts'

export type ImportKind = 'companies' | 'people'
export type ImportStatus = 'staged' | 'running' | 'completed' | 'failed'

/** A file on its way in. read = new + updated + duplicate + rejected once it is completed. */
export interface ImportTable {
  id: string
  event_id: string
  user_id: string | null
  kind: ImportKind
  file_name: string
  status: Generated<ImportStatus>
  columns: Json<string[]>
  /** field name to column name */
  mapping: Json<Record<string, string>>
  total_rows: Generated<number>
  new_count: Generated<number>
  updated_count: Generated<number>
  duplicate_count: Generated<number>
  rejected_count: Generated<number>
  error: string | null
  created_at: Instant
  started_at: Instant | null
  finished_at: Instant | null
}
