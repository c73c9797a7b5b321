import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../database.ts'
import type { StandInsUp } from './stand-ins-process.ts'

const server = process.env.TEST_DATABASE_URL
let database: TestDatabase | undefined
let place = ''
let child: ChildProcess | undefined
beforeAll(async () => {
  database = server ? await openTestDatabase() : undefined
  place = database?.url ?? (await mkdtemp(join(tmpdir(), 'yardflow-stand-ins-')))
})
afterAll(async () => {
  child?.kill('SIGKILL')
  await database?.close()
  if (database === undefined) await rm(place, { recursive: true, force: true })
})

async function start(): Promise<StandInsUp> {
  const file = new URL('stand-ins-process.ts', import.meta.url).pathname
  child = spawn(process.execPath, ['--import', 'tsx', file, place], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  for await (const piece of child.stdout ?? []) {
    text += piece
    if (text.includes('\n')) break
  }
  return JSON.parse(text)
}

async function kill(): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

/** @returns the id it was answered with; undefined when there was no answer */
async function publish({ queue }: StandInsUp, n: number): Promise<string | undefined> {
  try {
    const answer = await fetch(`${queue.url}/v2/publish/http://127.0.0.1:9/jobs/${n}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${queue.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ n }),
    })
    return ((await answer.json()) as { messageId?: string }).messageId
  } catch {
    return undefined
  }
}

async function send({ mail }: StandInsUp, n: number): Promise<string | undefined> {
  try {
    const answer = await fetch(`${mail.url}/v3/mail/send`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${mail.apiKey}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({
        personalizations: [{ to: [{ email: `p${n}@example.test` }], custom_args: { message_id: `m${n}` } }],
        from: { email: 'rita@yardflow.test' },
        subject: 'Hello',
        content: [{ type: 'text/plain', value: 'Hi' }],
      }),
    })
    await answer.arrayBuffer()
    return answer.headers.get('x-message-id') ?? undefined
  } catch {
    return undefined
  }
}

test('local QStash and SendGrid are killed three times in mid-work: what they had answered for is there', async () => {
  const answered: { messages: string[]; mails: string[] } = { messages: [], mails: [] }
  let up = await start()
  for (let round = 0; round < 3; round++) {
    const work = Array.from({ length: 40 }, async (_, n) => {
      const [message, mail] = await Promise.all([publish(up, n), send(up, n)])
      if (message !== undefined) answered.messages.push(message)
      if (mail !== undefined) answered.mails.push(mail)
      // In the middle: some have been answered, others are under way.
      if (answered.mails.length >= (round + 1) * 10) child?.kill('SIGKILL')
    })
    await Promise.all(work)
    await kill()
    up = await start()
    expect(up.kept.messages).toEqual(expect.arrayContaining(answered.messages))
    expect(up.kept.mails).toEqual(expect.arrayContaining(answered.mails))
  }
  expect(answered.messages.length).toBeGreaterThan(10)
  expect(answered.mails.length).toBeGreaterThan(10)
  await kill()
}, 120_000)
