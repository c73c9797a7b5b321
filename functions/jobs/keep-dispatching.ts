import type { Ctx } from '../context.ts'
import type { Clock } from '../ports/clock.ts'
import { dispatchLost } from './dispatch.ts'
import { catchUp } from './sweep.ts'

/** Seconds between the attempts, and then the last one again and again. */
const DELAYS = [1, 2, 4, 8]

/**
 * While the queue is out of reach, what it should have is offered to it after 1, 2, 4, 8, 8, … s, until it takes it.
 *
 * @param isOver asked before each attempt: nobody waits any longer
 */
export function keepDispatching(ctx: Ctx, isOver: () => boolean): Promise<void> {
  return keepTrying(ctx, () => dispatchLost(ctx), isOver)
}

/** A process that could not catch up when it started does so when the database is there, after 1, 2, 4, 8, 8, … s. */
export function keepCatchingUp(ctx: Ctx, isOver: () => boolean): Promise<void> {
  return keepTrying(ctx, () => catchUp(ctx).then(() => true), isOver)
}

async function keepTrying(ctx: Ctx, work: () => Promise<boolean>, isOver: () => boolean): Promise<void> {
  for (let tries = 0; ; tries++) {
    await sleep(ctx.clock, (DELAYS[tries] ?? 8) * 1000)
    if (isOver() || (await isDone(ctx, work))) return
  }
}

function sleep(clock: Clock, milliseconds: number): Promise<void> {
  return clock.sleep?.(milliseconds) ?? new Promise((resolve) => setTimeout(resolve, milliseconds))
}

/** A database that is out too is no reason to give up. */
async function isDone(ctx: Ctx, work: () => Promise<boolean>): Promise<boolean> {
  try {
    return await work()
  } catch (error) {
    ctx.log.info('queue.not_caught_up', { error: error instanceof Error ? error.message : 'unknown' })
    return false
  }
}
