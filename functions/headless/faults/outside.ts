import { sql } from 'kysely'
import type { QStashFaults } from '../../local/qstash/faults.ts'
import { type LocalQStash, startLocalQStash } from '../../local/qstash/server.ts'
import { type LocalRedis, startLocalRedis } from '../../local/redis/server.ts'
import type { Fault } from '../../local/sendgrid/faults.ts'
import { type LocalSendGrid, startLocalSendGrid } from '../../local/sendgrid/server.ts'
import type { Clock } from '../../ports/clock.ts'
import type { DeliveredEvent } from './mailbag.ts'
import { type Mailbag, openMailbag } from './mailbag.ts'
import type { Stores } from './stores.ts'

/** QStash, SendGrid and Redis, over HTTP and with a database of their own: they outlive every app. */
export interface Outside {
  queue: LocalQStash
  queue_faults: QStashFaults
  mail: LocalSendGrid
  redis: LocalRedis
  bag: Mailbag
  /** when a mail's bytes had all reached SendGrid, by `performance.now()`; by our message id */
  arrivals: Map<string, number[]>
  /** variables that lead the app to these, but for the addresses, which are wires of its own */
  env: Record<string, string>
  /** what SendGrid does with the next mails, in order */
  mail_faults: Fault[]
  onAnswered: (events: DeliveredEvent[]) => Promise<void>
  nextCallAt(): Promise<Date | undefined>
  /** Forgets everything but its keys: for the next run. */
  reset(): Promise<void>
  close(): Promise<void>
}

export async function openOutside(stores: Stores, clock: Clock, appUrl: string): Promise<Outside> {
  const arrivals = new Map<string, number[]>()
  const queue_faults: QStashFaults = []
  const mail_faults: Fault[] = []
  const bag = openMailbag((events) => outside.onAnswered(events))
  const queue = await startLocalQStash({ db: stores.outside, clock, autoDeliver: false, faults: queue_faults })
  const redis = await startLocalRedis({ clock })
  const mail = await startLocalSendGrid({
    db: stores.outside,
    clock,
    appUrl,
    environment: 'development',
    fetch: bag.fetch,
    retryDelaysMs: [20],
    faults({ custom_args }) {
      const id = custom_args.message_id ?? ''
      const fault = mail_faults.shift()
      // Only what is taken counts; the plan is asked when the whole mail is there.
      if (fault === undefined || fault.kind.startsWith('accept'))
        arrivals.set(id, [...(arrivals.get(id) ?? []), performance.now()])
      return fault
    },
  })
  const outside: Outside = {
    queue,
    queue_faults,
    mail,
    redis,
    bag,
    arrivals,
    mail_faults,
    onAnswered: async () => {},
    env: {
      LOCAL_SERVICES: 'queue,redis,mail',
      PUBLIC_URL: appUrl,
      QSTASH_TOKEN: queue.token,
      QSTASH_CURRENT_SIGNING_KEY: queue.currentSigningKey,
      QSTASH_NEXT_SIGNING_KEY: queue.nextSigningKey,
      UPSTASH_REDIS_REST_TOKEN: redis.token,
      SENDGRID_API_KEY: mail.apiKey,
      SENDGRID_WEBHOOK_PUBLIC_KEY: mail.webhookPublicKey,
      INBOUND_PARSE_KEY: mail.inboundKey,
      APP_SECRET: 'only-for-the-fault-runs-0123456789abcdef',
      POSTAL_ADDRESS: '1 Loopback Street, 12701 Localhost',
    },
    async nextCallAt() {
      const { rows } = await sql<{ due_at: Date | null }>`
        select min(due_at) as due_at from local.qstash_message where not is_in_flight`.execute(stores.outside)
      return rows[0]?.due_at ?? undefined
    },
    async reset() {
      await mail.idle()
      bag.empty()
      arrivals.clear()
      queue_faults.length = 0
      mail_faults.length = 0
      await sql`truncate local.qstash_message, local.qstash_dlq, local.qstash_event, local.qstash_deduplication,
        local.qstash_schedule, local.sendgrid_mail, local.sendgrid_happening restart identity`.execute(stores.outside)
    },
    async close() {
      await queue.close()
      await mail.close()
      await redis.close()
    },
  }
  return outside
}
