import type { Generated } from 'kysely'
import type { Instant, Json } from './columns.ts'

/** One paid call to a language model. */
export interface AiCallTable {
  id: string
  purpose: string
  model: string
  person_id: string | null
  user_id: string | null
  input_tokens: Generated<number>
  output_tokens: Generated<number>
  /** null when the price of the model is not known */
  cost_usd: number | null
  output: Json<Record<string, unknown>> | null
  error: string | null
  created_at: Instant
}
