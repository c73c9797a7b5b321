import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client, QstashError, Receiver } from '@upstash/qstash'
import { sql } from 'kysely'
import { vi } from 'vitest'
import { createTables, type Database } from '../../functions/local/qstash/database.ts'
import { type LocalQStash, type LocalQStashOptions, startLocalQStash } from '../../functions/local/qstash/server.ts'
import { type MovableClock, stoppedClock } from '../../functions/ports/clock.ts'

const TABLES = ['message', 'dlq', 'event', 'deduplication', 'queue', 'flow_control', 'schedule', 'url_group']

export interface Received {
  method: string
  url: string
  headers: Record<string, string>
  body: Buffer
  at: Date
}

export interface Reply {
  status: number
  headers?: Record<string, string>
  body?: string
}

/** A destination that remembers what it got. */
export class Destination {
  readonly received: Received[] = []
  reply: (request: Received) => Reply | Promise<Reply> = () => ({ status: 200 })
  readonly #server: Server
  readonly #clock: { now(): Date }

  private constructor(clock: { now(): Date }) {
    this.#clock = clock
    this.#server = createServer(async (incoming, response) => {
      const request = await this.#read(incoming)
      this.received.push(request)
      const reply = await this.reply(request)
      response.writeHead(reply.status, reply.headers).end(reply.body)
    })
  }

  static async open(clock: { now(): Date }): Promise<Destination> {
    const destination = new Destination(clock)
    await new Promise<void>((resolve) => destination.#server.listen(0, '127.0.0.1', resolve))
    return destination
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  bodies(path = ''): string[] {
    return this.received.filter(({ url }) => url.startsWith(path)).map(({ body }) => body.toString())
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #read(incoming: IncomingMessage): Promise<Received> {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])
    return {
      method: incoming.method ?? '',
      url: incoming.url ?? '',
      headers: Object.fromEntries(headers),
      body: Buffer.concat(chunks),
      at: this.#clock.now(),
    }
  }
}

export interface Rig {
  clock: MovableClock
  qstash: LocalQStash
  client: Client
  destination: Destination
  receiver(): Receiver
  /** Delivers what is due after moving the clock. */
  pass(seconds: number): Promise<number>
  close(): Promise<void>
}

/** The official Client and Receiver against a server that delivers only when told, and a destination. */
export async function openRig(db: Database, options: Partial<LocalQStashOptions> = {}): Promise<Rig> {
  const clock = stoppedClock(new Date('2026-11-02T09:00:00Z'))
  const destination = await Destination.open(clock)
  await createTables(db)
  await sql`truncate ${sql.join(TABLES.map((name) => sql.id('local', `qstash_${name}`)))}`.execute(db)
  const qstash = await startLocalQStash({ db, clock, autoDeliver: false, ...options })
  return {
    clock,
    qstash,
    destination,
    client: clientFor(qstash),
    receiver: () =>
      new Receiver({
        currentSigningKey: qstash.currentSigningKey,
        nextSigningKey: qstash.nextSigningKey,
        devMode: false,
      }),
    pass: (seconds) => {
      clock.advance(seconds * 1000)
      return qstash.deliverDue()
    },
    close: async () => {
      await qstash.close()
      await destination.close()
    },
  }
}

export function clientFor(qstash: LocalQStash): Client {
  return new Client({ baseUrl: qstash.url, token: qstash.token, devMode: false, enableTelemetry: false, retry: false })
}

/** What a call is refused with. The Client writes such refusals to console.error as well. */
export async function refusal(call: () => Promise<unknown>): Promise<{ status: number | undefined; error: string }> {
  const silenced = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  try {
    await call()
  } catch (thrown) {
    if (!(thrown instanceof QstashError)) throw thrown
    return { status: thrown.status, error: JSON.parse(thrown.message).error }
  } finally {
    silenced.mockRestore()
  }
  throw new Error('the call was not refused')
}
