import type { Generated } from 'kysely'
import type { Day, Instant } from './columns.ts'

export type CampaignStatus = 'draft' | 'active' | 'paused' | 'ended'

/** What a team wants from an event: who, when, how many meetings. */
export interface CampaignTable {
  id: string
  event_id: string
  name: string
  status: Generated<CampaignStatus>
  personas: Generated<string[]>
  min_score: number | null
  goal_replies: number | null
  goal_meetings: number | null
  starts_on: Day | null
  ends_on: Day | null
  owner_id: string | null
  created_at: Instant
  updated_at: Instant
}
