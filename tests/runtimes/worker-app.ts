import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import { Miniflare } from 'miniflare'
import { readConfig } from '../../functions/config.ts'
import type { Ctx } from '../../functions/context.ts'
import { type LocalServices, startLocalServices } from '../../functions/local/start.ts'
import { silentLog } from '../../functions/log.ts'
import { wallClock } from '../../functions/ports/clock.ts'
import { openServices } from '../../functions/services.ts'
import { openTestDatabase, type TestDatabase } from '../database.ts'
import { bundleWorker } from './worker-bundle.ts'

export interface WorkerApp {
  url: string
  /** of the test's own process, on the database the Worker uses: to write rows and to read them */
  ctx: Ctx
  local: LocalServices
  deliverDue(): Promise<void>
  /** what the cron trigger of wrangler.toml does */
  fireCron(): Promise<{ outcome: string }>
  close(): Promise<void>
}

/** The production Worker in workerd over real HTTP, with the local services beside it: what `npm run dev` runs. */
export async function startWorkerApp(): Promise<WorkerApp> {
  const [database, port] = await Promise.all([openTestDatabase(), freePort()])
  const reachable = await listenForPostgres(database)
  const url = `http://localhost:${port}`
  const local = await startLocalServices({
    db: database.db,
    clock: wallClock,
    env: {},
    appUrl: url,
    autoDeliver: false,
  })
  const variables = { PUBLIC_URL: url, DNS_URL: NO_DNS, ...local.env }
  const worker = await startWorker({ NODE_ENV: 'development', DATABASE_URL: reachable.url, ...variables }, port)
  const config = readConfig(variables)
  const ctx: Ctx = {
    db: database.db,
    clock: wallClock,
    config,
    services: openServices(config),
    log: silentLog,
    actor: null,
    waitUntil: () => {},
  }
  return {
    url,
    ctx,
    local,
    async deliverDue() {
      await local.queue?.deliverDue()
    },
    async fireCron() {
      const { scheduled } = (await worker.getWorker()) as unknown as Scheduled
      return scheduled({ cron: '*/15 * * * *' })
    },
    async close() {
      await worker.dispose()
      await local.close()
      await reachable.close()
      await database.close()
    },
  }
}

/** Miniflare takes the type from a package of Cloudflare's that we have no other use for. */
interface Scheduled {
  scheduled(event: { cron: string }): Promise<{ outcome: string }>
}

/** Nothing listens there: a look-up ends as unknown at once, and none leaves this machine. */
const NO_DNS = 'http://127.0.0.1:9/dns-query'

/** @param bindings nothing else is set; without a port the Worker is only reached by `dispatchFetch` */
export async function startWorker(bindings: Record<string, string>, port?: number): Promise<Miniflare> {
  const { script, ...compatibility } = await bundleWorker()
  const worker = new Miniflare({
    modules: [{ type: 'ESModule', path: 'worker.js', contents: script }],
    ...compatibility,
    bindings,
    ...(port === undefined ? {} : { host: 'localhost', port }),
    handleStructuredLogs: () => {},
  })
  await worker.ready
  return worker
}

/** workerd speaks the wire protocol only, so the embedded database gets a socket. */
async function listenForPostgres({ url, pglite }: TestDatabase): Promise<{ url: string; close(): Promise<void> }> {
  if (url !== null) return { url, close: async () => {} }
  const port = await freePort()
  const server = new PGLiteSocketServer({ db: pglite!, port, host: '127.0.0.1', maxConnections: 100 })
  await server.start()
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, close: () => server.stop() }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
