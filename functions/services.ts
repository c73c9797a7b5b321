import type { Config } from './config.ts'
import { type Ai, openAi } from './ports/ai.ts'
import { type Cache, openCache } from './ports/cache.ts'
import { type Dns, openDns } from './ports/dns.ts'
import { type EmailSender, type EmailSenderOptions, openEmailSender } from './ports/email.ts'
import { type FetchPage, openFetchPage } from './ports/fetch-page.ts'
import { openQueue, type Queue } from './ports/queue.ts'

/** The outside world, one port each. Which implementation stands behind a port is decided here and nowhere else. */
export interface Services {
  queue: Queue
  cache: Cache
  email: EmailSender
  ai: Ai
  dns: Dns
  fetchPage: FetchPage
}

/** Opens every port. Nothing connects: each implementation asks its service when it is first used. */
export function openServices(config: Config, agents: EmailSenderOptions = {}): Services {
  const dns = openDns(config.dnsUrl)
  return {
    queue: openQueue(config.queue, config.publicUrl),
    cache: openCache(config.redis),
    email: openEmailSender(config.mail, agents),
    ai: openAi(config.ai),
    dns,
    fetchPage: openFetchPage(dns),
  }
}
