import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

export type WireName = 'database' | 'queue' | 'mail' | 'redis' | 'door'
/** `there`: towards the server, before the effect. `back`: the answer, after it. */
export type Direction = 'there' | 'back'

/** What happens to one piece of a conversation: it passes, or the wire breaks or goes dead after so many bytes of it. */
export type Verdict = 'pass' | { after_bytes: number; and: 'break' | 'silence' }

export interface Chunk<Target> {
  wire: WireName
  direction: Direction
  bytes: Buffer
  /** how the last thing that was said in the direction `there` began: an HTTP request's first line */
  asked: string
  target: Target
}

export interface Address {
  port: number
  host: string
}

export interface WireOptions<Target extends Address> {
  name: WireName
  /** where to connect to now; undefined refuses */
  target(): Target | undefined
  /** looks at every piece; must answer at once */
  watch(chunk: Chunk<Target>): Verdict
}

const FIRST_LINE_BYTES = 120

/** `refusing`: nobody listens. `dead`: connections are taken and nothing is said on them. */
export type Outage = 'refusing' | 'dead'

/**
 * A stretch of network between two processes. It can be cut, go dead (half open: both ends believe in the connection) and
 * be out of order for a while.
 */
export class Wire<Target extends Address> {
  readonly #options: WireOptions<Target>
  readonly #pairs = new Set<[Socket, Socket | undefined]>()
  #server: Server | undefined
  #port = 0
  #outage: Outage | undefined

  constructor(options: WireOptions<Target>) {
    this.#options = options
  }

  get port(): number {
    return this.#port
  }

  async open(): Promise<this> {
    await this.#listen()
    return this
  }

  async fail(outage: Outage): Promise<void> {
    this.#outage = outage
    if (outage === 'refusing') await this.#stopListening()
    this.breakAll()
  }

  async mend(): Promise<void> {
    if (this.#outage === undefined) return
    this.#outage = undefined
    this.breakAll()
    await this.#listen()
  }

  /** Resets every connection, also those that went dead. */
  breakAll(): void {
    for (const [near, far] of this.#pairs) {
      reset(near)
      if (far !== undefined) reset(far)
    }
    this.#pairs.clear()
  }

  async close(): Promise<void> {
    await this.#stopListening()
    this.breakAll()
  }

  async #listen(): Promise<void> {
    if (this.#server !== undefined) return
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => this.#accept(near))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.#port, '127.0.0.1', resolve)
    })
    this.#server = server
    this.#port = (server.address() as AddressInfo).port
  }

  async #stopListening(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (server === undefined) return
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    this.breakAll()
    await closed
  }

  #accept(near: Socket): void {
    near.on('error', () => near.destroy())
    const target = this.#options.target()
    if (this.#outage === 'dead') {
      near.resume()
      this.#pairs.add([near, undefined])
      return
    }
    if (target === undefined) {
      reset(near)
      return
    }
    const far = connect({ port: target.port, host: target.host, noDelay: true, allowHalfOpen: true })
    const pair: [Socket, Socket] = [near, far]
    this.#pairs.add(pair)
    far.on('error', () => far.destroy())
    const about = { target, asked: '' }
    this.#pipe(near, far, 'there', about)
    this.#pipe(far, near, 'back', about)
    for (const socket of pair)
      socket.once('close', () => {
        this.#pairs.delete(pair)
        near.destroy()
        far.destroy()
      })
  }

  #pipe(from: Socket, to: Socket, direction: Direction, about: { target: Target; asked: string }): void {
    let is_dead = false
    from.on('data', (bytes) => {
      if (is_dead) return
      if (direction === 'there') about.asked = bytes.toString('latin1', 0, FIRST_LINE_BYTES)
      const verdict = this.#options.watch({ wire: this.#options.name, direction, bytes, ...about })
      if (verdict === 'pass') {
        to.write(bytes)
        return
      }
      is_dead = true
      const some = bytes.subarray(0, verdict.after_bytes)
      const breakOff = () => {
        if (verdict.and === 'silence') return
        reset(from)
        reset(to)
      }
      // What had left arrives before the reset does.
      if (some.length > 0) to.write(some, breakOff)
      else breakOff()
    })
    // Also where the wire is dead: whoever was killed says nothing more, and the other end has to learn it some day.
    from.on('end', () => to.end())
  }
}

/** A reset of a socket that has said goodbye already fails and leaves its handle open, which keeps a core busy for ever. */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy()
  else socket.resetAndDestroy()
}
