import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Miniflare } from 'miniflare'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EmbeddedDatabase, openPglite } from '../../db/open-pglite.ts'
import { type LocalSendGrid, startLocalSendGrid } from '../../functions/local/sendgrid/server.ts'
import { startFakeApp } from '../local/fake-app.ts'

let embedded: EmbeddedDatabase
let app: Awaited<ReturnType<typeof startFakeApp>>
let sendgrid: LocalSendGrid
let worker: Miniflare
let folder: string

const COMPATIBILITY_DATE = '2026-06-01'

/** By wrangler itself, so that packages resolve as they do in a deployment. */
async function bundleWorker(): Promise<string> {
  folder = await mkdtemp(join(tmpdir(), 'email-worker-'))
  const path = (relative: string) => new URL(relative, import.meta.url).pathname
  const config = {
    name: 'email-worker',
    main: path('./email-worker.ts'),
    compatibility_date: COMPATIBILITY_DATE,
    compatibility_flags: ['nodejs_compat'],
  }
  await writeFile(join(folder, 'wrangler.json'), JSON.stringify(config))
  const wrangler = path('../../node_modules/wrangler/bin/wrangler.js')
  const args = [
    wrangler,
    'deploy',
    '--dry-run',
    '--config',
    join(folder, 'wrangler.json'),
    '--outdir',
    join(folder, 'out'),
  ]
  await promisify(execFile)(process.execPath, args, { env: { ...process.env, WRANGLER_SEND_METRICS: 'false' } })
  return readFile(join(folder, 'out', 'email-worker.js'), 'utf8')
}

beforeAll(async () => {
  embedded = await openPglite()
  app = await startFakeApp()
  sendgrid = await startLocalSendGrid({
    db: embedded.db,
    clock: { now: () => new Date('2026-03-02T09:00:00Z') },
    appUrl: app.url,
    environment: 'test',
  })
  worker = new Miniflare({
    modules: [{ type: 'ESModule', path: 'worker.js', contents: await bundleWorker() }],
    compatibilityDate: COMPATIBILITY_DATE,
    compatibilityFlags: ['nodejs_compat'],
  })
  await worker.ready
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await worker?.dispose()
  await sendgrid?.close()
  await app?.close()
  await embedded?.close()
})

const mail = {
  message_id: 'row-1',
  message_id_header: 'row-1@mail.yardflow.test',
  from: { address: 'rep@yardflow.test', name: 'Rita Rep' },
  reply_to: 'replies@in.yardflow.test',
  to: { address: 'zoe@example.test', name: 'Zoë' },
  subject: 'Dock times',
  text: 'Hello',
  html: '<p>Hello</p>',
  list_unsubscribe_url: 'https://app.test/unsubscribe/tok',
  track_opens: true,
  track_clicks: true,
}

async function ask(path: string, baseUrl: string, apiKey = sendgrid.apiKey): Promise<unknown> {
  const config = { mode: 'sendgrid', apiKey, baseUrl, timeoutMs: 500 }
  const response = await worker.dispatchFetch(`http://worker${path}`, {
    method: 'POST',
    body: JSON.stringify({ config, mail }),
  })
  return response.json()
}

async function sendTo(onConnection: (socket: Socket) => void): Promise<unknown> {
  const server: Server = createServer(onConnection)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const outcome = await ask('/send', `http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'SG.secret')
  server.close()
  return outcome
}

describe('the email port in workerd', () => {
  test('sends with @sendgrid/mail, headers and all', async () => {
    const outcome = await ask('/send', sendgrid.url)
    const [accepted] = await sendgrid.accepted()
    expect(outcome).toEqual({ outcome: 'accepted', provider_message_id: accepted?.provider_message_id })
    expect(accepted?.to.name).toBe('Zoë')
    expect(accepted?.headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click')
    expect(await ask('/check', sendgrid.url)).toEqual({ ok: true })
  })

  test('tells the outcomes apart', async () => {
    sendgrid.injectFault({ kind: 'reject', status: 429, retry_after_seconds: 7 })
    expect(await ask('/send', sendgrid.url)).toMatchObject({ outcome: 'retry_later', retry_after_seconds: 7 })
    sendgrid.injectFault({ kind: 'accept_then_silence' })
    expect(await ask('/send', sendgrid.url)).toMatchObject({ outcome: 'unconfirmed' })
    sendgrid.injectFault({ kind: 'accept_then_reset' })
    expect(await ask('/send', sendgrid.url)).toMatchObject({ outcome: 'unconfirmed' })
    expect(await ask('/send', sendgrid.url, 'SG.wrong')).toMatchObject({
      outcome: 'retry_later',
      retry_after_seconds: 900,
    })
  })

  test('a broken connection is unconfirmed, a redirect is not followed', async () => {
    expect(await sendTo((socket) => socket.once('data', () => socket.resetAndDestroy()))).toMatchObject({
      outcome: 'unconfirmed',
    })
    let connections = 0
    const redirect = 'HTTP/1.1 307 Moved\r\nLocation: /again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'
    const outcome = await sendTo((socket) => {
      connections += 1
      socket.once('data', () => socket.end(redirect))
    })
    expect(connections).toBe(1)
    expect(outcome).not.toMatchObject({ outcome: 'accepted' })
  })

  test('verifies what the local SendGrid signs', async () => {
    await sendgrid.idle()
    const request = app.requests.find(({ url }) => url === '/webhooks/sendgrid/events')
    const verify = async (body: Buffer) => {
      const response = await worker.dispatchFetch(
        `http://worker/verify?key=${encodeURIComponent(sendgrid.webhookPublicKey)}`,
        {
          method: 'POST',
          headers: request?.headers as Record<string, string>,
          body: new Uint8Array(body),
        },
      )
      return response.json()
    }
    const body = request?.body ?? Buffer.alloc(0)
    expect(await verify(body)).toEqual({ ok: true })
    const altered = Buffer.from(body)
    altered[5] = (altered[5] ?? 0) ^ 1
    expect(await verify(altered)).toEqual({ ok: false, reason: 'bad_signature' })
  })
})
