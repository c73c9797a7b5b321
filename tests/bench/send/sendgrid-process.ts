import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerParent } from './processes.ts'

/** A SendGrid that takes no time: it reads the mail, notes whose it is, and answers 202. */
export interface Taken {
  mails: number
  /** beyond the first of each message */
  duplicates: number
  /** sum of the bodies */
  bytes: number
  /** ids that came more than once */
  repeated: string[]
}

const MARK = '"message_id":"'
const UUID_LENGTH = 36
let times = new Map<string, number>()
let bytes = 0

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
    const at = body.indexOf(MARK) + MARK.length
    const id = body.toString('latin1', at, at + UUID_LENGTH)
    times.set(id, (times.get(id) ?? 0) + 1)
    bytes += body.length
    response.writeHead(202, { 'X-Message-Id': id, 'Content-Length': '0' }).end()
  })
})
// A worker that is killed leaves its connections; one that renders for a while must find its own again.
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  answerParent({
    url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: () => times.size,
    taken: (): Taken => {
      const repeated = [...times].filter(([, count]) => count > 1)
      const duplicates = repeated.reduce((sum, [, count]) => sum + count - 1, 0)
      return { mails: times.size, duplicates, bytes, repeated: repeated.map(([id]) => id) }
    },
    ids: () => [...times.keys()],
    reset: () => {
      times = new Map()
      bytes = 0
    },
  })
})
