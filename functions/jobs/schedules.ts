import type { Ctx } from '../context.ts'
import type { QueueSchedule } from '../ports/queue.ts'

/** Every clock of the queue. An idle deployment costs these and nothing else: 96 messages a day. */
const schedules: readonly QueueSchedule[] = [
  { id: 'yardflow-sweep', path: '/jobs/sweep', cron: '*/15 * * * *', body: { schedule: 'sweep' } },
]

/** Tells the queue its clocks; the same ids replace what was there. A queue that does not answer is told at the next start. */
export async function setQueueSchedules(ctx: Ctx): Promise<void> {
  try {
    await ctx.services.queue.setSchedules(schedules)
  } catch (error) {
    ctx.log.error('queue.unreachable', { error: error instanceof Error ? error.message : 'unknown' })
  }
}
