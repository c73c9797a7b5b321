import { type AddressInfo, createServer } from 'node:net'
import type { VerbName, Verbs } from './app-process.ts'
import { type AppProcess, type AppProcesses, DiedError, RefusedError } from './app-processes.ts'
import type { EngineClock } from './clock.ts'
import type { Outside } from './outside.ts'
import { type Address, type Chunk, type Direction, type Outage, type Verdict, Wire, type WireName } from './wire.ts'

/** Something that goes wrong once, at the nth piece that passes a wire in one direction. */
export interface Trap {
  wire: WireName
  direction: Direction
  /** pieces that still pass */
  skip: number
  does: 'kill' | 'cut' | 'stall'
  /** how much of the piece still arrives, 0–1 */
  share: number
  /** for the door: whose request it must be */
  asked?: RegExp
}

/** An app process and the stretches of network around it. */
export interface App extends Address {
  process: AppProcess
  wires: Record<Exclude<WireName, 'door'>, Wire<Address>>
  /** it listens, and nobody has killed it */
  is_up: boolean
  /** also while it starts */
  is_killed: boolean
}

/** A connection that went dead is noticed after a time-out; here, to save the wait, after this long. */
const NOTICED_AFTER_MS = 120
const STARTS_AT_MOST = 5

export interface Counts {
  kills: number
  cuts: number
}

/** The apps of a run behind their door, and everything that may go wrong between them and the outside. */
export class Network {
  readonly traps: Trap[] = []
  readonly counts: Counts = { kills: 0, cuts: 0 }
  /** engine time of the last death */
  died_at: Date | undefined
  readonly #apps: App[] = []
  readonly #outages = new Map<WireName, Outage>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #turn = 0
  #is_closed = false

  constructor(
    readonly processes: AppProcesses,
    readonly outside: Outside,
    readonly clock: EngineClock,
    readonly databaseUrl: string,
    readonly note: (line: string) => void,
  ) {}

  get living(): number {
    return this.#apps.filter(({ is_up }) => is_up).length
  }

  /** Whom the door leads to: each in turn. */
  target(): App | undefined {
    const up = this.#apps.filter(({ is_up }) => is_up)
    return up[this.#turn++ % Math.max(1, up.length)]
  }

  /** Starts apps until so many live. */
  async raise(count: number): Promise<void> {
    if (this.#is_closed) throw new Error('The run is over')
    for (let tries = 0; this.living < count; tries++) {
      if (tries === STARTS_AT_MOST) throw new Error('The app does not come up')
      await this.#start().catch((error) => this.note(`a start failed: ${error}`))
    }
  }

  async advance(milliseconds: number): Promise<void> {
    this.clock.advance(milliseconds)
    await Promise.all(this.#apps.map(({ process }) => process.setClock(this.clock.offset_ms)))
  }

  /** Asks the apps, and again when one dies or something breaks on the way. @throws RefusedError when the answer is no */
  async ask<Name extends VerbName>(
    verb: Name,
    input: Parameters<Verbs[Name]>[1],
  ): Promise<Awaited<ReturnType<Verbs[Name]>>> {
    for (let tries = 1; ; tries++) {
      const app = this.target()
      if (app === undefined) await this.raise(1)
      else
        try {
          return await app.process.call(verb, input)
        } catch (error) {
          const is_final = error instanceof RefusedError ? error.is_final : !(error instanceof DiedError)
          if (is_final || tries > 20) throw error
          this.note(`${verb}: ${error}`)
          if (this.#outages.has('database')) await this.mend('database')
        }
    }
  }

  async fail(wire: Exclude<WireName, 'door'>, outage: Outage): Promise<void> {
    this.#outages.set(wire, outage)
    for (const app of this.#apps) await app.wires[wire].fail(outage)
  }

  async mend(wire: Exclude<WireName, 'door'>): Promise<void> {
    this.#outages.delete(wire)
    for (const app of this.#apps) await app.wires[wire].mend()
  }

  watch(app: App | undefined, chunk: Pick<Chunk<Address>, 'wire' | 'direction' | 'bytes' | 'asked'>): Verdict {
    const trap = this.traps.find(
      ({ wire, direction, asked }) =>
        wire === chunk.wire && direction === chunk.direction && (asked === undefined || asked.test(chunk.asked)),
    )
    if (trap === undefined || trap.skip-- > 0) return 'pass'
    this.traps.splice(this.traps.indexOf(trap), 1)
    this.note(`${trap.does} at ${chunk.wire} ${chunk.direction}: ${chunk.asked.split('\r\n')[0]?.slice(0, 60)}`)
    const after_bytes = Math.floor(chunk.bytes.length * trap.share)
    if (trap.does === 'kill') {
      if (app !== undefined) this.kill(app)
      return { after_bytes, and: 'silence' }
    }
    this.counts.cuts += 1
    if (trap.does === 'stall') this.#later(NOTICED_AFTER_MS, () => this.#break(app, chunk.wire))
    return { after_bytes, and: trap.does === 'stall' ? 'silence' : 'break' }
  }

  killAny(): void {
    const app = this.target()
    if (app !== undefined) this.kill(app)
  }

  kill(app: App): void {
    if (app.is_killed) return
    app.is_killed = true
    app.is_up = false
    app.process.kill()
    this.counts.kills += 1
    this.died_at = this.clock.now()
  }

  async close(): Promise<void> {
    this.#is_closed = true
    for (const timer of this.#timers) clearTimeout(timer)
    this.traps.length = 0
    for (const app of this.#apps) {
      app.is_up = false
      app.process.kill()
    }
    await Promise.all(this.#apps.map((app) => this.#bury(app)))
  }

  async #start(): Promise<void> {
    if (this.#outages.has('database')) await this.mend('database')
    const process = this.processes.take()
    const { outside } = this
    const addresses = {
      database: addressOf(this.databaseUrl),
      queue: addressOf(outside.queue.url),
      mail: addressOf(outside.mail.url),
      redis: addressOf(outside.redis.url),
    }
    const app: App = { process, wires: {} as App['wires'], is_up: false, is_killed: false, host: '127.0.0.1', port: 0 }
    for (const name of ['database', 'queue', 'mail', 'redis'] as const) {
      const wire = new Wire<Address>({
        name,
        target: () => addresses[name],
        watch: (chunk) => this.watch(app, chunk),
      })
      app.wires[name] = await wire.open()
      const outage = this.#outages.get(name)
      if (outage !== undefined) await wire.fail(outage)
    }
    this.#apps.push(app)
    void process.ended.then(() => this.#bury(app))
    const env = { ...outside.env, ...this.#wiresOf(app) }
    try {
      app.port = await freePort()
      await process.start(env, app.port, this.clock.offset_ms)
      await process.setClock(this.clock.offset_ms)
      app.is_up = process.isAlive && !app.is_killed
    } catch (error) {
      process.kill()
      throw error
    }
  }

  #wiresOf({ wires }: App): Record<string, string> {
    const database = new URL(this.databaseUrl)
    database.host = `127.0.0.1:${wires.database.port}`
    return {
      DATABASE_URL: database.href,
      QSTASH_URL: `http://127.0.0.1:${wires.queue.port}`,
      SENDGRID_BASE_URL: `http://127.0.0.1:${wires.mail.port}`,
      UPSTASH_REDIS_REST_URL: `http://127.0.0.1:${wires.redis.port}`,
    }
  }

  async #bury(app: App): Promise<void> {
    if (app.is_up) {
      app.is_up = false
      this.note('an app ended by itself')
    }
    const index = this.#apps.indexOf(app)
    if (index >= 0) this.#apps.splice(index, 1)
    await app.process.ended
    await Promise.all(Object.values(app.wires).map((wire) => wire.close()))
  }

  #break(app: App | undefined, wire: WireName): void {
    if (wire === 'door') this.onDoorBreak()
    else app?.wires[wire].breakAll()
  }

  /** set by whoever owns the door */
  onDoorBreak: () => void = () => {}

  #later(milliseconds: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      work()
    }, milliseconds)
    this.#timers.add(timer)
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function addressOf(url: string): Address {
  const { hostname, port } = new URL(url)
  return { host: hostname === 'localhost' ? '127.0.0.1' : hostname, port: Number(port || 5432) }
}
