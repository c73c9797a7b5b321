import type { Instant, Json } from './columns.ts'

/** A value of the workspace that is changed at run time. */
export interface SettingTable {
  key: string
  value: Json<unknown>
  updated_at: Instant
}
