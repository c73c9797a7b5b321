import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

interface AppRequest {
  method: string
  url: string
  headers: IncomingHttpHeaders
  body: Buffer
}

/** Stands where the app would: keeps what it is sent and answers as told. */
export async function startFakeApp() {
  const requests: AppRequest[] = []
  const queued: number[] = []
  let page = ''
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming
      requests.push({ method, url, headers, body: Buffer.concat(chunks) })
      outgoing.writeHead(queued.shift() ?? 200, { 'content-type': 'text/html' })
      outgoing.end(method === 'GET' ? page : '')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    /** The next answers, in order; 200 after them. */
    answerNext: (...statuses: number[]) => queued.push(...statuses),
    showPage: (html: string) => {
      page = html
    },
    events: () => requests.filter(({ url }) => url === '/webhooks/sendgrid/events').map(readEvents),
    forget() {
      requests.length = 0
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function readEvents(request: AppRequest): Record<string, unknown>[] {
  return JSON.parse(request.body.toString()) as Record<string, unknown>[]
}
