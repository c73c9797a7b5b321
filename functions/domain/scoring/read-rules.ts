import { findScoringRules } from '../../../db/queries/scoring-rule-sets.ts'
import type { Db } from '../../../db/schema.ts'
import type { ScoreRule } from '../../../db/tables/scoring-rule-set.ts'
import { ORIGINAL_PRESET } from './presets.ts'

export interface ScoringRules {
  /** 0 while nobody has saved any: the original preset counts. */
  version: number
  name: string
  rules: readonly ScoreRule[]
}

/** By what the accounts of an event are scored now. */
export async function readScoringRules(db: Db, event_id: string): Promise<ScoringRules> {
  return (await findScoringRules(db, event_id)) ?? { version: 0, ...ORIGINAL_PRESET }
}
