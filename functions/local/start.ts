import { randomBytes } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import type { Clock } from '../ports/clock.ts'
import type { QStashFaults } from './qstash/faults.ts'
import { type LocalQStash, startLocalQStash } from './qstash/server.ts'
import { type LocalRedis, startLocalRedis } from './redis/server.ts'
import { type LocalSendGrid, startLocalSendGrid } from './sendgrid/server.ts'

export interface LocalServices {
  /** the variables that lead the app to the stand-ins; to be laid over the environment */
  env: Record<string, string>
  queue: LocalQStash | null
  redis: LocalRedis | null
  mail: LocalSendGrid | null
  close(): Promise<void>
}

export interface LocalOptions {
  // biome-ignore lint/suspicious/noExplicitAny: the stand-ins keep tables of their own in the schema `local`
  db: Kysely<any>
  clock: Clock
  /** what is set already: a service with credentials is not replaced */
  env: Record<string, string | undefined>
  /** where the app answers */
  appUrl: string
  /** false: deliveries wait for `queue.deliverDue()` */
  autoDeliver?: boolean
  queueFaults?: QStashFaults
  log?: (line: string) => void
}

/**
 * Starts a stand-in for each outside service that has no credentials: QStash, Upstash Redis and SendGrid, on 127.0.0.1
 * and with secrets made for this installation.
 *
 * @throws in production
 */
export async function startLocalServices(options: LocalOptions): Promise<LocalServices> {
  const { db, clock, env, appUrl, log, autoDeliver = true } = options
  if (env.NODE_ENV === 'production') throw new Error('The local services must not run in production')
  const queue = env.QSTASH_TOKEN
    ? null
    : await startLocalQStash({ db, clock, autoDeliver, log, faults: options.queueFaults })
  const redis = env.UPSTASH_REDIS_REST_TOKEN ? null : await startLocalRedis({ clock, log })
  const mail = env.SENDGRID_API_KEY
    ? null
    : await startLocalSendGrid({ db, clock, appUrl, autoDeliver, log, environment: env.NODE_ENV ?? 'development' })
  const names = [queue && 'queue', redis && 'redis', mail && 'mail'].filter((name) => name !== null)
  return {
    env: {
      ...(names.length > 0 && { LOCAL_SERVICES: names.join(',') }),
      ...(queue && {
        QSTASH_URL: queue.url,
        QSTASH_TOKEN: queue.token,
        QSTASH_CURRENT_SIGNING_KEY: queue.currentSigningKey,
        QSTASH_NEXT_SIGNING_KEY: queue.nextSigningKey,
      }),
      ...(redis && { UPSTASH_REDIS_REST_URL: redis.url, UPSTASH_REDIS_REST_TOKEN: redis.token }),
      ...(mail && {
        SENDGRID_BASE_URL: mail.url,
        SENDGRID_API_KEY: mail.apiKey,
        SENDGRID_WEBHOOK_PUBLIC_KEY: mail.webhookPublicKey,
        INBOUND_PARSE_KEY: mail.inboundKey,
        LOCAL_OUTBOX_URL: mail.outboxUrl,
        APP_SECRET: env.APP_SECRET ?? (await installationSecret(db)),
        POSTAL_ADDRESS: env.POSTAL_ADDRESS ?? 'YardFlow on this machine, 1 Loopback Street, 12701 Localhost',
      }),
    },
    queue,
    redis,
    mail,
    async close() {
      await queue?.close()
      await mail?.close()
      await redis?.close()
    },
  }
}

/** Made once for this database, so that unsubscribe links of yesterday's mails still work today. */
async function installationSecret(db: LocalOptions['db']): Promise<string> {
  await sql`create schema if not exists local`.execute(db)
  await sql`create table if not exists local.installation (id integer primary key check (id = 1), app_secret text not null)`.execute(
    db,
  )
  await sql`insert into local.installation (id, app_secret) values (1, ${randomBytes(32).toString('hex')})
    on conflict do nothing`.execute(db)
  const { rows } = await sql<{ app_secret: string }>`select app_secret from local.installation`.execute(db)
  return rows[0]!.app_secret
}
