import { Client, Receiver } from '@upstash/qstash'
import type { QueueConfig } from '../config.ts'
import { inTime } from '../in-time.ts'

/** A callback to be made: `path` of this app, with `body` as JSON. */
export interface QueueMessage {
  path: string
  body: Record<string, unknown>
  /** not before this moment of the app's clock */
  notBefore?: Date
  /** within 10 minutes QStash drops a second message of the same id; nothing may depend on it */
  deduplicationId: string
  retries: number
}

/** A clock of the queue: `cron` in UTC, five fields. */
export interface QueueSchedule {
  id: string
  path: string
  cron: string
  body: Record<string, unknown>
}

/** The managed queue. It calls back over HTTP; it may do so twice, late or never. */
export interface Queue {
  readonly mode: 'qstash' | 'local' | 'off'
  /** variables that are not set, when the mode is off */
  readonly missing: readonly string[]
  /** @returns the queue's ids in the order of the messages @throws when the queue does not answer in time */
  publish(messages: readonly QueueMessage[]): Promise<string[]>
  /** Whether QStash signed this body for this path and query. Never throws. */
  verify(request: { signature: string | undefined; path: string; body: string }): Promise<boolean>
  /** Creates or replaces the schedules; ids not named are left alone. */
  setSchedules(schedules: readonly QueueSchedule[]): Promise<void>
  ping(): Promise<{ ok: true } | { ok: false; error: string }>
}

/** A lost answer means that the message may have been taken; publishing again is safe because jobs are claimed by row. */
const PUBLISH_TIMEOUT_MS = 5_000
const PING_TIMEOUT_MS = 2_000
const BATCH_SIZE = 100
/** Milliseconds after the first failure, the second …: 1, 2, 4, 8, 8 s. QStash's own begins at 12 s; a killed callback is noticed by it at once. */
const RETRY_DELAY = 'min(pow(2, retried), 8) * 1000'

/** @param publicUrl what callbacks begin with; signatures are made for, and checked against, exactly this */
export function openQueue(config: QueueConfig, publicUrl: string): Queue {
  if (config.mode === 'off') return closedQueue(config.missing)
  // Token, keys and devMode are always passed: the SDK would otherwise look into the process environment.
  const client = new Client({
    baseUrl: config.url,
    token: config.token,
    devMode: false,
    enableTelemetry: false,
    retry: { retries: 1, backoff: () => 100 },
  })
  const receiver = new Receiver({
    currentSigningKey: config.currentSigningKey,
    nextSigningKey: config.nextSigningKey,
    devMode: false,
  })
  return {
    mode: config.mode,
    missing: [],
    async publish(messages) {
      const ids: string[] = []
      for (let start = 0; start < messages.length; start += BATCH_SIZE) {
        const batch = messages.slice(start, start + BATCH_SIZE).map((message) => ({
          url: publicUrl + message.path,
          body: message.body,
          retries: message.retries,
          retryDelay: RETRY_DELAY,
          deduplicationId: message.deduplicationId,
          ...(message.notBefore === undefined ? {} : { notBefore: Math.ceil(message.notBefore.getTime() / 1000) }),
        }))
        const answers = await inTime(PUBLISH_TIMEOUT_MS, 'The queue', client.batchJSON(batch))
        for (const answer of answers.flat()) {
          if (!('messageId' in answer)) throw new Error('The queue refused a message')
          ids.push(answer.messageId)
        }
      }
      return ids
    },
    async verify({ signature, path, body }) {
      if (!signature) return false
      try {
        return await receiver.verify({ signature, body, url: publicUrl + path })
      } catch {
        return false
      }
    },
    async setSchedules(schedules) {
      for (const schedule of schedules)
        await inTime(
          PUBLISH_TIMEOUT_MS,
          'The queue',
          client.schedules.create({
            scheduleId: schedule.id,
            destination: publicUrl + schedule.path,
            cron: schedule.cron,
            body: JSON.stringify(schedule.body),
            headers: { 'Content-Type': 'application/json' },
            retries: 5,
            retryDelay: RETRY_DELAY,
          }),
        )
    },
    async ping() {
      try {
        const answer = await fetch(`${config.url}/v2/keys`, {
          headers: { Authorization: `Bearer ${config.token}` },
          signal: AbortSignal.timeout(PING_TIMEOUT_MS),
        })
        await answer.arrayBuffer()
        return answer.ok ? { ok: true } : { ok: false, error: `QStash answered ${answer.status}` }
      } catch (error) {
        return { ok: false, error: error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'unreachable' }
      }
    },
  }
}

function closedQueue(missing: readonly string[]): Queue {
  const closed = () => Promise.reject(new Error(`Not configured: ${missing.join(', ')}`))
  return {
    mode: 'off',
    missing,
    publish: closed,
    verify: async () => false,
    setSchedules: async () => {},
    ping: async () => ({ ok: false, error: `Not configured: ${missing.join(', ')}` }),
  }
}
