/** How often a paid provider was asked in a month. */
export interface ProviderUseTable {
  provider: string
  /** UTC, `2026-03` */
  month: string
  used: number
}
