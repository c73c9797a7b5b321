import { spawn } from 'node:child_process'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import { readConfig } from './config.ts'
import { isStarted } from './headless/open.ts'
import { seedFirstStart } from './headless/seed-and-say.ts'
import { startLocalServices } from './local/start.ts'
import { openStore } from './local/store.ts'
import { openLog } from './log.ts'
import { wallClock } from './ports/clock.ts'
import { openServices } from './services.ts'

/** Where `wrangler dev` answers. */
const PORT = 8787
const DATABASE_PORT = 8788

if (isStarted(import.meta)) await develop()

/** npm run dev: the app in workerd, with everything it needs beside it in this process. No account, no internet. */
async function develop(): Promise<void> {
  const appUrl = `http://localhost:${PORT}`
  const config = readConfig(process.env)
  const store = await openStore(config)
  const socket =
    store.pglite &&
    new PGLiteSocketServer({ db: store.pglite, port: DATABASE_PORT, host: '127.0.0.1', maxConnections: 20 })
  await socket?.start()
  const local = await startLocalServices({ db: store.db, clock: wallClock, env: process.env, appUrl })

  const variables = {
    NODE_ENV: 'development',
    PUBLIC_URL: appUrl,
    DATABASE_URL: config.databaseUrl ?? `postgres://postgres@127.0.0.1:${DATABASE_PORT}/postgres`,
    ...local.env,
  }
  const appConfig = readConfig({ ...process.env, ...variables })
  await seedFirstStart(
    {
      db: store.db,
      clock: wallClock,
      config: appConfig,
      services: openServices(appConfig),
      log: openLog({ info: () => {}, error: (line) => console.error(line) }),
      actor: null,
      waitUntil: () => {},
    },
    (line) => console.log(line),
  )
  const wrangler = spawn(
    'wrangler',
    [
      'dev',
      '--port',
      String(PORT),
      '--ip',
      '127.0.0.1',
      ...Object.entries(variables).flatMap(([name, value]) => ['--var', `${name}:${value}`]),
    ],
    { stdio: 'inherit', env: { ...process.env, WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false' } },
  )
  console.log(`Mails go to ${local.env.LOCAL_OUTBOX_URL ?? 'SendGrid'}`)

  let isStopping = false
  async function stop(code: number): Promise<void> {
    if (isStopping) return
    isStopping = true
    wrangler.kill()
    await local.close()
    await socket?.stop()
    await store.close()
    process.exit(code)
  }
  wrangler.once('exit', (code) => void stop(code ?? 0))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(0))
}
