import type { QueueSchedule } from '../ports/queue.ts'

/** Every clock of the queue. An idle deployment costs these and nothing else: 96 messages a day. */
export const schedules: readonly QueueSchedule[] = [
  { id: 'yardflow-sweep', path: '/jobs/sweep', cron: '*/15 * * * *', body: { schedule: 'sweep' } },
]
