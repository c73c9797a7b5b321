import { openMissing, openPostgres } from '../db/open-postgres.ts'
import type { Assets } from '../web/assets.ts'
import manifest from '../web/public/build/manifest.json'
import { createApp } from './app.ts'
import { type Config, ConfigError, readConfig } from './config.ts'
import type { Ctx } from './context.ts'
import { NotConfiguredError } from './errors.ts'
import { keepDispatching } from './jobs/keep-dispatching.ts'
import { setQueueSchedules } from './jobs/schedules.ts'
import { sweep } from './jobs/sweep.ts'
import { type Log, openLog } from './log.ts'
import { wallClock } from './ports/clock.ts'
import { openServices, type Services } from './services.ts'

/** What wrangler.toml binds, beside variables and secrets, which are strings. */
interface Bindings extends Record<string, unknown> {
  HYPERDRIVE?: { connectionString: string }
}

interface Execution {
  waitUntil(work: Promise<unknown>): void
}

interface Isolate {
  config: Config
  services: Services
  log: Log
}

/** A Worker holds at most 6 outgoing connections; a drain needs them for its mails while its one query waits. */
const CONNECTIONS = 2

/** After its answer a request may go on for 30 s; what the queue does not take by then waits for the next that runs. */
const LONGEST_AFTERWARDS_MS = 25_000

/** Read once an isolate: Bindings is the same object for its life. */
const isolates = new WeakMap<Bindings, Isolate>()

const app = createApp((c) => ({ ctx: (c.env as unknown as { ctx: Ctx }).ctx, assets: manifest as Assets }))

export default {
  async fetch(request: Request, bindings: Bindings, execution: Execution): Promise<Response> {
    let isolate: Isolate
    try {
      isolate = openIsolate(bindings)
    } catch (error) {
      if (error instanceof ConfigError) return malformed(error)
      throw error
    }
    const { ctx, release } = openRequest(isolate, execution)
    try {
      return await app.fetch(request, { ctx }, execution as never)
    } finally {
      execution.waitUntil(release())
    }
  },

  /** A second clock beside QStash's schedule: the sweep is idempotent, so two are safe, and one of them survives an outage of the other. */
  async scheduled(_event: unknown, bindings: Bindings, execution: Execution): Promise<void> {
    const { ctx, release } = openRequest(openIsolate(bindings), execution)
    try {
      await setQueueSchedules(ctx)
      await sweep(ctx)
    } finally {
      await release()
    }
  },
}

function openIsolate(bindings: Bindings): Isolate {
  const known = isolates.get(bindings)
  if (known !== undefined) return known
  const strings = Object.fromEntries(
    Object.entries(bindings).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
  const config = readConfig({
    NODE_ENV: 'production',
    BUILD_ID: manifest.buildId,
    ...strings,
    DATABASE_URL: bindings.HYPERDRIVE?.connectionString ?? strings.DATABASE_URL,
  })
  const secrets = Object.keys(strings).flatMap((name) =>
    /KEY|TOKEN|SECRET|DATABASE_URL/.test(name) ? [strings[name] ?? ''] : [],
  )
  const log = openLog({ info: (line) => console.log(line), error: (line) => console.error(line) }, secrets)
  const isolate = { config, services: openServices(config), log }
  isolates.set(bindings, isolate)
  return isolate
}

/** One client a request: workerd forbids a second request to use a connection that the first one opened. */
function openRequest({ config, services, log }: Isolate, execution: Execution): { ctx: Ctx; release(): Promise<void> } {
  const { db, close } =
    config.databaseUrl === null
      ? openMissing(new NotConfiguredError(['DATABASE_URL']))
      : openPostgres(config.databaseUrl, CONNECTIONS)
  const pending: Promise<unknown>[] = []
  let is_dispatching = false
  const ctx: Ctx = {
    db,
    clock: wallClock,
    config,
    services,
    log,
    actor: null,
    waitUntil(work) {
      pending.push(work.catch((error) => log.error('background.failed', { error })))
      execution.waitUntil(work)
    },
    onQueueOut() {
      if (is_dispatching) return
      is_dispatching = true
      const until = Date.now() + LONGEST_AFTERWARDS_MS
      ctx.waitUntil(keepDispatching(ctx, () => Date.now() > until))
    },
  }
  return {
    ctx,
    async release() {
      await Promise.all(pending)
      await close()
    },
  }
}

function malformed(error: ConfigError): Response {
  console.error(JSON.stringify({ level: 'error', what: 'config.malformed', problems: error.problems }))
  return Response.json(
    { status: 'unhealthy', error: 'The configuration is malformed', problems: error.problems },
    { status: 503, headers: { 'Cache-Control': 'no-store', 'Retry-After': '60' } },
  )
}
