import { readFile } from 'node:fs/promises'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import { type Context, Hono } from 'hono'
import type { Assets } from '../web/assets.ts'
import { createApp } from './app.ts'
import { ConfigError, readConfig } from './config.ts'
import type { Ctx } from './context.ts'
import { isStarted } from './headless/open.ts'
import { seedFirstStart } from './headless/seed-and-say.ts'
import { keepCatchingUp, keepDispatching } from './jobs/keep-dispatching.ts'
import { setQueueSchedules } from './jobs/schedules.ts'
import { catchUp } from './jobs/sweep.ts'
import { type LocalOptions, type LocalServices, startLocalServices } from './local/start.ts'
import { openStore, type Store } from './local/store.ts'
import { openLog } from './log.ts'
import { type Clock, wallClock } from './ports/clock.ts'
import { openServices } from './services.ts'

if (isStarted(import.meta)) await main()

/** npm start */
async function main(): Promise<void> {
  try {
    const running = await startApp({ env: process.env })
    await seedFirstStart(running.ctx, (line) => console.log(line))
    // The first world has a past, and what fell due in it is done before anybody looks.
    await catchUp(running.ctx)
    await running.local.queue?.deliverDue()
    console.log(`YardFlow Hitlist on ${running.url}`)
    if (running.local.mail) console.log(`Mails stay on this machine: ${running.local.mail.outboxUrl}`)
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => void running.close().then(() => process.exit(0)))
  } catch (error) {
    // A malformed environment is the operator's to fix and needs its name, not a stack.
    console.error(error instanceof ConfigError || isPortTaken(error) ? error.message : error)
    process.exit(1)
  }
}

function isPortTaken(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}

export interface RunningApp {
  url: string
  ctx: Ctx
  local: LocalServices
  store: Store
  close(): Promise<void>
}

export interface StartOptions {
  env: Record<string, string | undefined>
  clock?: Clock
  /** 0: any free port */
  port?: number
  /** false: the local queue and the local SendGrid wait to be told, for tests and the demo */
  autoDeliver?: boolean
  /** what goes wrong on the way from the local queue to the app */
  queueFaults?: LocalOptions['queueFaults']
  /** opened by the caller, and closed by it */
  store?: Store
  /** where log lines go; the console unless it is given */
  write?: { info(line: string): void; error(line: string): void }
}

/** Starts the app on Node with whatever local services it needs, and answers once it listens. */
export async function startApp(options: StartOptions): Promise<RunningApp> {
  const { clock = wallClock, write = console } = options
  const first = readConfig(options.env)
  const store = options.store ?? (await openStore(first))
  const pending = new Set<Promise<unknown>>()
  const listener = await listen(
    options.port ?? first.port,
    first.environment === 'production' ? '0.0.0.0' : '127.0.0.1',
  )
  const url = first.environment === 'production' || options.env.PUBLIC_URL ? first.publicUrl : listener.url

  const local =
    first.environment === 'production'
      ? { env: {}, queue: null, redis: null, mail: null, close: async () => {} }
      : await startLocalServices({
          db: store.db,
          clock,
          env: options.env,
          appUrl: url,
          autoDeliver: options.autoDeliver,
          queueFaults: options.queueFaults,
        })
  const env = { ...options.env, PUBLIC_URL: url, ...local.env }
  const assets = await readAssets()
  const config = readConfig({ BUILD_ID: assets.buildId, ...env })
  const log = openLog({ info: (line) => write.info(line), error: (line) => write.error(line) }, secretsOf(env), () =>
    clock.now(),
  )
  const ctx: Ctx = {
    db: store.db,
    clock,
    config,
    // One connection a mail would cost a third of the pace (workerd pools by itself). Their own agents, not the global one,
    // whose idle connections go stale.
    services: openServices(config, {
      httpAgent: new HttpAgent({ keepAlive: true }),
      httpsAgent: new HttpsAgent({ keepAlive: true }),
    }),
    log,
    actor: null,
    waitUntil(work) {
      const settled = work
        .catch((error) => log.error('background.failed', { error }))
        .finally(() => pending.delete(settled))
      pending.add(settled)
    },
  }
  let is_closed = false
  let is_dispatching = false
  ctx.onQueueOut = () => {
    if (is_dispatching) return
    is_dispatching = true
    keepDispatching(ctx, () => is_closed).finally(() => {
      is_dispatching = false
    })
  }
  const app = createApp(() => ({ ctx, assets }))
  listener.answerWith(withStaticFiles(app))
  await setQueueSchedules(ctx)
  await catchUp(ctx).catch((error) => {
    log.error('start.not_caught_up', { error })
    void keepCatchingUp(ctx, () => is_closed)
  })

  return {
    url,
    ctx,
    local,
    store,
    async close() {
      is_closed = true
      // The queue first: an attempt that is cut off would count as failed and wait for its back-off.
      await local.queue?.close()
      await listener.close()
      await Promise.all(pending)
      await local.close()
      if (options.store === undefined) await store.close()
    },
  }
}

/** The local services must know the address before the app exists, so the port is taken first and answers 503 until then. */
async function listen(port: number, hostname: string) {
  let answer: (request: Request, env: unknown) => Response | Promise<Response> = () =>
    new Response('Starting', { status: 503, headers: { 'Retry-After': '1' } })
  const server = serve({ fetch: (request, env) => answer(request, env), port, hostname })
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve)
    server.once('error', reject)
  })
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    answerWith(app: Hono) {
      answer = (request, env) => app.fetch(request, env as object)
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  }
}

function withStaticFiles(app: ReturnType<typeof createApp>): Hono {
  const outer = new Hono()
  outer.use(
    '/build/*',
    serveStatic({
      root: new URL('../web/public', import.meta.url).pathname,
      // Its name is made of its content.
      onFound: (_path: string, c: Context) => c.header('Cache-Control', 'public, max-age=31536000, immutable'),
    }),
  )
  outer.mount('/', app.fetch, { replaceRequest: (request) => request })
  return outer
}

async function readAssets(): Promise<Assets> {
  const manifest = new URL('../web/public/build/manifest.json', import.meta.url)
  try {
    return JSON.parse(await readFile(manifest, 'utf8'))
  } catch {
    throw new Error('The pages have no styles yet: run `npm run build` first')
  }
}

function secretsOf(env: Record<string, string | undefined>): string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    value && /KEY|TOKEN|SECRET|PASSWORD|DATABASE_URL/.test(name) ? [value] : [],
  )
}
