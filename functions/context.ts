import type { Db, Tx } from '../db/schema.ts'
import type { UserRole } from '../db/tables/user.ts'
import type { Config } from './config.ts'
import type { Log } from './log.ts'
import type { Clock } from './ports/clock.ts'
import type { Services } from './services.ts'

/** What a verb is handed: the store, the time, the outside world, and who asks. */
export interface Ctx {
  db: Db
  clock: Clock
  config: Config
  services: Services
  log: Log
  /** who asks; null when it is a job, a webhook or a command */
  actor: Actor | null
  /** work that may go on after the answer has left (workerd ends a request's promises otherwise) */
  waitUntil(work: Promise<unknown>): void
  /** the queue took nothing of what was staged: the runtime tries again by itself (`keepDispatching`) */
  onQueueOut?(): void
}

export interface Actor {
  user_id: string
  name: string
  email: string
  role: UserRole
  time_zone: string
  active_event_id: string | null
}

/** Inside a transaction. Only `db` of this one may be used: a query through the outer one waits for ever on PGlite. */
export interface TxCtx extends Ctx {
  db: Tx
  /** ids of the jobs staged so far; dispatched once the transaction has committed */
  staged: string[]
}
