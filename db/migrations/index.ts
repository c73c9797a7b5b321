import type { Migration } from 'kysely/migration'
import * as start from './0001-start.ts'
import * as sendEngine from './0002-send-engine.ts'
import * as claims from './0004-claims.ts'

/** Every migration in order. Forward only; a name never changes once it has been released. */
export const migrations: Record<string, Migration> = {
  '0001-start': start,
  '0002-send-engine': sendEngine,
  '0004-claims': claims,
}
