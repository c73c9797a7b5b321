import type { Ctx } from '../context.ts'
import type { Clock } from '../ports/clock.ts'
import { dispatchLost } from './dispatch.ts'

/** Seconds between the attempts, and then the last one again and again. */
const DELAYS = [1, 2, 4, 8]

/**
 * While the queue is out of reach, what it should have is offered to it after 1, 2, 4, 8, 8, … s, until it takes it.
 *
 * @param isOver asked before each attempt: nobody waits any longer
 */
export async function keepDispatching(ctx: Ctx, isOver: () => boolean): Promise<void> {
  for (let tries = 0; ; tries++) {
    await sleep(ctx.clock, (DELAYS[tries] ?? 8) * 1000)
    if (isOver() || (await isTaken(ctx))) return
  }
}

function sleep(clock: Clock, milliseconds: number): Promise<void> {
  return clock.sleep?.(milliseconds) ?? new Promise((resolve) => setTimeout(resolve, milliseconds))
}

/** A database that is out too is no reason to give up. */
async function isTaken(ctx: Ctx): Promise<boolean> {
  try {
    return await dispatchLost(ctx)
  } catch (error) {
    ctx.log.info('queue.not_caught_up', { error: error instanceof Error ? error.message : 'unknown' })
    return false
  }
}
