import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** The end of an answer outside of a transaction: ReadyForQuery, idle. */
const IDLE = Buffer.from([0x5a, 0, 0, 0, 5, 0x49])
/** Until the server behind has noticed that a connection is gone, and rolled back. */
const ROLLED_BACK_AFTER_MS = 20

export interface Turnstile {
  port: number
  close(): Promise<void>
}

/**
 * Lets the connections to a PGlite socket take turns, a whole transaction or statement at a time. PGlite has one session
 * for all of them, and its socket server would let the statements of one slip in between the messages of another.
 */
export async function openTurnstile(target: { host: string; port: number }): Promise<Turnstile> {
  const waiting: { socket: Socket; pass(): void }[] = []
  const sockets = new Set<Socket>()
  let holder: Socket | undefined

  const next = () => {
    const first = waiting.shift()
    holder = first?.socket
    first?.pass()
    first?.socket.resume()
  }
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ ...target, noDelay: true })
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.once('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.on('data', (bytes) => {
      if (holder === near) far.write(bytes)
      else {
        waiting.push({ socket: near, pass: () => far.write(bytes) })
        // What follows would overtake this otherwise.
        near.pause()
        if (holder === undefined) next()
      }
    })
    far.on('data', (bytes) => {
      near.write(bytes)
      if (holder === near && bytes.subarray(-IDLE.length).equals(IDLE)) next()
    })
    near.once('close', () => {
      const place = waiting.findIndex(({ socket }) => socket === near)
      if (place >= 0) waiting.splice(place, 1)
      if (holder === near) setTimeout(() => holder === near && next(), ROLLED_BACK_AFTER_MS)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
