/**
 * How each peer is set, after trying what its documentation offers for throughput. In all of them at most `--concurrency`
 * mails are under way; jobs beyond that are only fetched ahead, so that nobody waits for its store between two mails.
 */

/** Batches, fetched without a pause while they come back full; two at a time, so that one is fetched while one is sent. */
export const pgBoss = {
  instance: { superviseIntervalSeconds: 5, monitorIntervalSeconds: 5, maintenanceIntervalSeconds: 3600 },
  /** 10 is the least: for a crash the default would be the 15 minutes of expireInSeconds */
  queue: { heartbeatSeconds: 10, retryLimit: 3 },
  worker: { batchSize: 100, localConcurrency: 2, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 },
} as const

/** The local queue and the batched completion of its performance page. A lock of a dead worker lasts 4 hours: fixed in its SQL. */
export const graphile = {
  concurrentJobs: 50,
  localQueue: { size: 500 },
  completeJobBatchDelay: 10,
  pollInterval: 500,
} as const

/** A stall is looked for every 5 s instead of every 30. */
export const bullmq = {
  ahead: 50,
  worker: { lockDuration: 5_000, stalledInterval: 5_000, maxStalledCount: 3, removeOnComplete: { count: 1_000 } },
} as const
