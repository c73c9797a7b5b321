import { createPrivateKey, sign } from 'node:crypto'
import type { Happening, Store } from './store.ts'

export interface Poster {
  store: Store
  /** The app's origin. */
  appUrl: string
  clock: { now(): Date }
  /** Real time, for signatures. */
  wallNow(): Date
  fetch: typeof fetch
  /** Waits between attempts; one attempt more than its length. */
  retryDelaysMs: number[]
  signal: AbortSignal
  log(line: string): void
}

const MAX_BATCH = 100

export type EventPump = ReturnType<typeof createEventPump>

/** Posts events in batches, one post at a time, in the order they came. What it cannot post waits for the next start. */
export function createEventPump(poster: Poster) {
  const waiting: { happening: Happening; settled(answers: number[]): void }[] = []
  let running: Promise<void> | undefined

  async function run() {
    // Lets the events of one moment gather into one batch.
    await Promise.resolve()
    while (waiting.length > 0 && !poster.signal.aborted) {
      const batch = waiting.splice(0, MAX_BATCH)
      const { answers, delivered } = await postEvents(
        poster,
        batch.map(({ happening }) => happening.detail),
      )
      const numbers = batch.map(({ happening }) => happening.happening_no)
      if (!poster.signal.aborted)
        await poster.store.settleHappenings(numbers, answers, delivered ? poster.clock.now() : null)
      for (const { settled } of batch) settled(answers)
    }
    for (const { settled } of waiting.splice(0)) settled([])
  }

  return {
    /** Resolves with the app's status codes, a number for each attempt of the post the events travelled in. */
    push(happenings: Happening[]): Promise<number[]> {
      const settled = happenings.map(
        (happening) => new Promise<number[]>((resolve) => waiting.push({ happening, settled: resolve })),
      )
      running ??= run().finally(() => {
        running = undefined
      })
      return Promise.all(settled).then((answers) => answers[0] ?? [])
    },
    async idle(): Promise<void> {
      while (running) await running
    },
  }
}

/** Signs anew for each attempt; any answer but 2xx is followed by another. */
export async function postEvents(poster: Poster, events: unknown[]) {
  const body = `${JSON.stringify(events)}\r\n`
  return attempt(
    poster,
    () => {
      const timestamp = String(Math.floor(poster.wallNow().getTime() / 1000))
      return poster.fetch(`${poster.appUrl}/webhooks/sendgrid/events`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json;charset=utf-8',
          'User-Agent': 'SendGrid Event API',
          'X-Twilio-Email-Event-Webhook-Signature': signBody(poster.store.install.privateKey, timestamp, body),
          'X-Twilio-Email-Event-Webhook-Timestamp': timestamp,
        },
        body,
        redirect: 'manual',
        signal: timeLimit(poster),
      })
    },
    (status) => status < 200 || status > 299,
  )
}

/** Base64 of the DER signature over timestamp + body. */
function signBody(privateKeyPem: string, timestamp: string, body: string): string {
  const key = createPrivateKey(privateKeyPem)
  return sign('sha256', Buffer.from(timestamp + body), { key, dsaEncoding: 'der' }).toString('base64')
}

/** Sends until `isFailure` says no or the attempts are used up. Status 0 stands for a connection that failed. */
export async function attempt(
  poster: Poster,
  send: () => Promise<Response>,
  isFailure: (status: number) => boolean,
): Promise<{ answers: number[]; delivered: boolean }> {
  const answers: number[] = []
  for (const delay of [...poster.retryDelaysMs, undefined]) {
    const status = await send().then(readStatus, () => 0)
    answers.push(status)
    if (status !== 0 && !isFailure(status)) return { answers, delivered: true }
    if (delay === undefined || poster.signal.aborted) break
    await wait(delay, poster.signal)
  }
  poster.log(`local SendGrid: the app answered ${answers.join(', ')}`)
  return { answers, delivered: false }
}

/** Ten seconds for the app to answer, or until this server closes. */
export function timeLimit(poster: Poster): AbortSignal {
  return AbortSignal.any([poster.signal, AbortSignal.timeout(10_000)])
}

async function readStatus(response: Response): Promise<number> {
  // Undici keeps the connection busy until the body is read.
  await response.arrayBuffer()
  return response.status
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
