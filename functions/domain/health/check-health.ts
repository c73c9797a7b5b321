import { countOpenWork, type OpenWork } from '../../../db/queries/health.ts'
import { type Ledger, readLedger } from '../../../db/queries/outreach-ledger.ts'
import type { Ctx } from '../../context.ts'
import { NotConfiguredError } from '../../errors.ts'
import { inTime } from '../../in-time.ts'

export interface Check {
  status: 'ok' | 'degraded' | 'down'
  /** milliseconds */
  responseTime?: number
  error?: string
  /** variables that are not set */
  missing?: string[]
}

export interface Health {
  status: 'healthy' | 'degraded' | 'unhealthy'
  timestamp: string
  buildId: string
  checks: { database: Check; redis: Check; queue: Check; mail: Check; env: Check }
  /** what is under way or stuck; null while the database does not answer. Counts stop at 1,000 */
  ledger: OpenWork | null
  /** when asked deeply: every enrollment and message by state, and the alarms of the send contract, all 0 */
  outreach?: Ledger
}

/** A load balancer gives up soon after this. */
const DATABASE_TIMEOUT_MS = 2_000
/** A job that is due for this long has been forgotten by the queue, and the sweep has not been by either. */
const OVERDUE_MS = 20 * 60_000

/**
 * What works, what is degraded and what is stuck. Only a database that does not answer makes the whole unhealthy:
 * without Redis or the queue pages still work and nothing is lost.
 *
 * @param ask_mail costs a request to the mail provider
 * @param count_all reads every enrollment and message; an alarm there makes the whole degraded
 */
export async function checkHealth(
  ctx: Ctx,
  { ask_mail, count_all }: { ask_mail: boolean; count_all: boolean },
): Promise<Health> {
  const { queue, cache, email } = ctx.services
  const { config } = ctx
  const [store, redis, queueCheck, mail] = await Promise.all([
    checkStore(ctx),
    checkPort(missingOf(config.redis), () => cache.ping()),
    checkPort(missingOf(config.queue), () => queue.ping()),
    checkPort(missingOf(config.mail), () => (ask_mail ? email.check() : Promise.resolve({ ok: true as const }))),
  ])
  if (store.ledger !== null && store.ledger.jobs_overdue > 0 && queueCheck.status === 'ok') {
    queueCheck.status = 'degraded'
    queueCheck.error = `${store.ledger.jobs_overdue} jobs are overdue`
  }
  const missing = [config.redis, config.queue, config.mail].flatMap((part) => missingOf(part) ?? [])
  const env: Check = missing.length === 0 ? { status: 'ok' } : { status: 'degraded', missing }
  const checks = { database: store.check, redis, queue: queueCheck, mail, env }
  const outreach = count_all && store.ledger !== null ? await readLedger(ctx.db, ctx.clock.now()) : undefined
  const isAlarmed = outreach !== undefined && Object.values(outreach.alarms).some((count) => count !== 0)
  const isDegraded = isAlarmed || Object.values(checks).some((check) => check.status !== 'ok')
  return {
    status: store.check.status === 'down' ? 'unhealthy' : isDegraded ? 'degraded' : 'healthy',
    timestamp: ctx.clock.now().toISOString(),
    buildId: config.buildId,
    checks,
    ledger: store.ledger,
    ...(outreach === undefined ? {} : { outreach }),
  }
}

async function checkStore(ctx: Ctx): Promise<{ check: Check; ledger: OpenWork | null }> {
  const started = performance.now()
  const now = ctx.clock.now()
  try {
    const overdue_before = new Date(now.getTime() - OVERDUE_MS)
    // A pool that cannot connect waits for long; the answer must not.
    const ledger = await inTime(DATABASE_TIMEOUT_MS, 'The database', countOpenWork(ctx.db, { now, overdue_before }))
    return { check: { status: 'ok', responseTime: since(started) }, ledger }
  } catch (error) {
    if (error instanceof NotConfiguredError)
      return { check: { status: 'down', missing: [...error.missing], error: error.message }, ledger: null }
    ctx.log.error('health.database', { error })
    return {
      check: { status: 'down', responseTime: since(started), error: 'The database does not answer' },
      ledger: null,
    }
  }
}

async function checkPort(
  missing: string[] | undefined,
  ask: () => Promise<{ ok: true } | { ok: false; error: string }>,
): Promise<Check> {
  if (missing !== undefined) return { status: 'degraded', missing }
  const started = performance.now()
  const answer = await ask()
  return answer.ok
    ? { status: 'ok', responseTime: since(started) }
    : { status: 'degraded', responseTime: since(started), error: answer.error }
}

function missingOf(part: { mode: string; missing?: string[] }): string[] | undefined {
  return part.mode === 'off' ? part.missing : undefined
}

const since = (started: number) => Math.round((performance.now() - started) * 10) / 10
