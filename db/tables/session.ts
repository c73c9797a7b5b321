import type { Instant } from './columns.ts'

/** A signed-in browser. `id` is the SHA-256 (hex) of the token, so a leaked table signs nobody in. */
export interface SessionTable {
  id: string
  user_id: string
  created_at: Instant
  last_seen_at: Instant
  /** idle limit, moved forward while the session is used */
  expires_at: Instant
  /** never moved */
  absolute_expires_at: Instant
  user_agent: string | null
}
