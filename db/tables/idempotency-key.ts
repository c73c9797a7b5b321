import type { Instant, Json } from './columns.ts'

/** The answer to a POST that a client may repeat. */
export interface IdempotencyKeyTable {
  user_id: string
  route: string
  key: string
  request_hash: string
  /** null while the first request is under way */
  response_status: number | null
  response_body: Json<unknown> | null
  created_at: Instant
}
