import { findEvent } from '../../../db/queries/events.ts'
import type { Ctx } from '../../context.ts'
import { updateEvent } from '../../domain/events/update-event.ts'
import { pauseSender, resumeSender } from '../../domain/senders/pause-sender.ts'
import { activateSequence } from '../../domain/sequences/activate-sequence.ts'
import { completeTask, skipTask } from '../../domain/sequences/complete-task.ts'
import { createSequence } from '../../domain/sequences/create-sequence.ts'
import { decideUnconfirmed } from '../../domain/sequences/decide-unconfirmed.ts'
import { enrollPeople } from '../../domain/sequences/enroll-people.ts'
import { pauseEnrollment, resumeEnrollment } from '../../domain/sequences/pause-enrollment.ts'
import { pauseSequence, resumeSequence } from '../../domain/sequences/pause-sequence.ts'
import { saveSteps } from '../../domain/sequences/save-steps.ts'
import { stopEnrollment } from '../../domain/sequences/stop-enrollment.ts'
import { AppError, NotFoundError, UnavailableError } from '../../errors.ts'
import { type RunningApp, startApp } from '../../node.ts'
import type { Clock } from '../../ports/clock.ts'

/** What a rep may ask of the app under test; each runs in its process, so that it can die in the middle. */
const verbs = {
  moveEvent,
  pauseSender,
  resumeSender,
  saveSteps,
  createSequence,
  activateSequence,
  enrollPeople,
  stopEnrollment,
  pauseEnrollment,
  resumeEnrollment,
  pauseSequence,
  resumeSequence,
  completeTask,
  skipTask,
  decideUnconfirmed,
}
/** As a member of the team, who approves what it moves. */
async function moveEvent(ctx: Ctx, input: { event_id: string; owner_id: string; starts_on: string }): Promise<void> {
  const event = await findEvent(ctx.db, input.event_id)
  if (event === undefined) throw new NotFoundError('event')
  const { event_id: active_event_id, owner_id: user_id, starts_on } = input
  const as = { name: 'Rita Rep', email: 'rita@yardflow.test', role: 'MEMBER', time_zone: 'UTC' } as const
  const { name, venue, city, country, time_zone, booth, doors_open_minute, doors_close_minute } = event
  await updateEvent(
    { ...ctx, actor: { ...as, user_id, active_event_id } },
    input.event_id,
    {
      name,
      venue,
      city,
      country,
      time_zone,
      booth,
      doors_open_minute,
      doors_close_minute,
      starts_on,
      ends_on: starts_on,
    },
    { approved: true },
  )
}

export type Verbs = typeof verbs
export type VerbName = keyof Verbs

export type Order =
  | { kind: 'start'; env: Record<string, string>; port: number; offset_ms: number }
  | { kind: 'clock'; offset_ms: number }
  | { kind: 'call'; id: number; verb: VerbName; input: unknown }

export type Report =
  /** everything is loaded; waits to be started */
  | { kind: 'warm' }
  | { kind: 'started' }
  | { kind: 'failed'; error: string }
  | { kind: 'clock'; offset_ms: number }
  | { kind: 'answer'; id: number; value: unknown }
  | { kind: 'refused'; id: number; error: string; is_final: boolean }
  | { kind: 'log'; line: string }

/**
 * One app process of the fault runs: the app as `npm start` runs it, against services and a database that are elsewhere,
 * with a clock that the harness moves. It waits to be started, so that the next one is loaded while this one lives.
 */
export function runAppProcess(): void {
  let offset_ms = 0
  let running: Promise<RunningApp> | undefined
  const clock = openProcessClock(() => offset_ms)

  process.on('message', (order: Order) => void obey(order))
  process.on('disconnect', () => process.exit())
  report({ kind: 'warm' })

  async function obey(order: Order): Promise<void> {
    switch (order.kind) {
      case 'start':
        offset_ms = order.offset_ms
        running = startApp({ env: order.env, clock, port: order.port, write: { info: () => {}, error: log } })
        return running.then(
          () => report({ kind: 'started' }),
          (error) => report({ kind: 'failed', error: String(error) }),
        )
      case 'clock':
        offset_ms = order.offset_ms
        // What wakes by it is under way before anybody moves the clock again.
        if (clock.look() > 0) await new Promise((resolve) => setTimeout(resolve, 30))
        return report({ kind: 'clock', offset_ms })
      case 'call':
        return call(order)
    }
  }

  async function call({ id, verb, input }: Extract<Order, { kind: 'call' }>): Promise<void> {
    try {
      const ctx = (await running)?.ctx
      if (ctx === undefined) throw new Error('Not started')
      const run: (ctx: Ctx, input: never) => Promise<unknown> = verbs[verb]
      report({ kind: 'answer', id, value: (await run(ctx, input as never)) ?? null })
    } catch (error) {
      const is_final = error instanceof AppError && !(error instanceof UnavailableError)
      report({ kind: 'refused', id, error: error instanceof Error ? error.message : String(error), is_final })
    }
  }
}

/** Whoever sleeps wakes when the harness has moved the clock far enough, or when the time has passed by itself. */
function openProcessClock(offset_ms: () => number): Clock & { look(): number } {
  const sleepers = new Set<{ until: number; wake(): void }>()
  const now = () => Date.now() + offset_ms()
  const look = () => {
    const woken = [...sleepers].filter(({ until }) => until <= now())
    for (const { wake } of woken) wake()
    return woken.length
  }
  return {
    now: () => new Date(now()),
    look,
    sleep: (milliseconds) =>
      new Promise((resolve) => {
        const timer = setTimeout(look, milliseconds + 5)
        const sleeper = {
          until: now() + milliseconds,
          wake() {
            clearTimeout(timer)
            sleepers.delete(sleeper)
            resolve()
          },
        }
        sleepers.add(sleeper)
      }),
  }
}

function log(line: string): void {
  report({ kind: 'log', line })
}

function report(report: Report): void {
  process.send?.(report)
}
