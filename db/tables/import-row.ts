import type { Generated } from 'kysely'
import type { Json } from './columns.ts'

export type ImportRowStatus = 'staged' | 'new' | 'updated' | 'duplicate' | 'rejected'

/** One row of an imported file and what became of it. */
export interface ImportRowTable {
  import_id: string
  /** 1 is the first row under the header */
  row_number: number
  raw: Json<Record<string, string>>
  status: Generated<ImportRowStatus>
  reason: string | null
  /** the account or person it became */
  record_id: string | null
}
