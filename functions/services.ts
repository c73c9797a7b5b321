import type { Config } from './config.ts'
import { type Cache, openCache } from './ports/cache.ts'
import { type EmailSender, openEmailSender } from './ports/email.ts'
import { openQueue, type Queue } from './ports/queue.ts'

/** The outside world, one port each. Which implementation stands behind a port is decided here and nowhere else. */
export interface Services {
  queue: Queue
  cache: Cache
  email: EmailSender
}

/** Opens every port. Nothing connects: each implementation asks its service when it is first used. */
export function openServices(config: Config): Services {
  return {
    queue: openQueue(config.queue, config.publicUrl),
    cache: openCache(config.redis),
    email: openEmailSender(config.mail),
  }
}
