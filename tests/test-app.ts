import type { Hono } from 'hono'
import type { Db } from '../db/schema.ts'
import { createApp } from '../functions/app.ts'
import { type Config, readConfig } from '../functions/config.ts'
import type { Ctx } from '../functions/context.ts'
import type { AppEnv } from '../functions/env.ts'
import { silentLog } from '../functions/log.ts'
import { type MovableClock, stoppedClock } from '../functions/ports/clock.ts'
import { openServices, type Services } from '../functions/services.ts'
import { sampleView } from './web/view.ts'

export interface TestApp {
  app: Hono<AppEnv>
  /** what each request is handed; nobody is signed in */
  ctx: Ctx
  clock: MovableClock
}

/** The whole app over a test database, with a clock that stands still and the outside world off unless it is given. */
export function openTestApp(
  db: Db,
  given: { env?: Record<string, string>; services?: Partial<Services>; clock?: MovableClock } = {},
): TestApp {
  const config: Config = readConfig({ PUBLIC_URL: 'https://hitlist.test', ...given.env })
  const clock = given.clock ?? stoppedClock(new Date('2027-03-01T15:30:00Z'))
  const ctx: Ctx = {
    db,
    clock,
    config,
    services: { ...openServices(config), ...given.services },
    log: silentLog,
    actor: null,
    waitUntil: () => {},
  }
  return { app: createApp(() => ({ ctx, assets: sampleView().assets })), ctx, clock }
}
