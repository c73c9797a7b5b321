import { type RunningApp, startApp } from '../functions/node.ts'
import { type MovableClock, movableClock } from '../functions/ports/clock.ts'
import { openTestDatabase } from './database.ts'

export interface TestApp extends RunningApp {
  clock: MovableClock
  /** lets the queue deliver everything that is due, and what falls due by that */
  deliverDue(): Promise<void>
  /** moves the clock and delivers on the way, the way the days pass: never more than `stepSeconds` at once */
  pass(seconds: number, stepSeconds?: number): Promise<void>
  /** from now on a line of the error log that matches is what the test wants; any other makes `close()` fail */
  expectError(line: RegExp): void
}

/** The whole app with its local services, over real HTTP on a free port, on a database of the test file's own. */
export async function startTestApp(env: Record<string, string> = {}, start?: Date): Promise<TestApp> {
  const database = await openTestDatabase()
  const clock = movableClock(start)
  const errors: string[] = []
  const expected: RegExp[] = []
  const app = await startApp({
    env,
    clock,
    port: 0,
    autoDeliver: false,
    write: { info: () => {}, error: (line) => void errors.push(line) },
    store: { db: database.db, kind: database.url === null ? 'pglite' : 'postgres', close: database.close },
  })
  const deliverDue = async () => {
    await app.local.queue?.deliverDue()
  }
  return {
    ...app,
    clock,
    deliverDue,
    async pass(seconds, stepSeconds = 3600) {
      for (let left = seconds; left > 0; left -= stepSeconds) {
        clock.advance(Math.min(left, stepSeconds) * 1000)
        await deliverDue()
      }
    },
    expectError(line) {
      expected.push(line)
    },
    async close() {
      await app.close()
      await database.close()
      const unexpected = errors.filter((line) => !expected.some((pattern) => pattern.test(line)))
      if (unexpected.length > 0) throw new Error(`Unexpected errors in the log:\n${unexpected.join('\n')}`)
    },
  }
}
