import type { Instant, Json } from './columns.ts'

/** How somebody matched the columns of files with these headers, to be proposed the next time. */
export interface ImportLayoutTable {
  /** SHA-256 of the headers, in order */
  header_key: string
  kind: 'companies' | 'people'
  mapping: Json<Record<string, string>>
  used_at: Instant
}
