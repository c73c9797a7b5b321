import { build } from 'esbuild'
import { Miniflare } from 'miniflare'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenAiServer, startOpenAiServer } from '../openai-server.ts'

let server: OpenAiServer
let worker: Miniflare

beforeAll(async () => {
  server = await startOpenAiServer()
  const { outputFiles } = await build({
    entryPoints: [new URL('./ai-worker.ts', import.meta.url).pathname],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['node:*'],
  })
  worker = new Miniflare({
    modules: [{ type: 'ESModule', path: 'worker.js', contents: outputFiles[0]?.text ?? '' }],
    compatibilityDate: '2026-06-01',
    compatibilityFlags: ['nodejs_compat'],
  })
  await worker.ready
})
afterAll(async () => {
  await worker?.dispose()
  await server?.close()
})

async function ask(timeoutMs = 5_000): Promise<unknown> {
  const config = { mode: 'openai', apiKey: 'sk-test', baseUrl: server.baseUrl, model: 'gpt-5-mini', timeoutMs }
  const response = await worker.dispatchFetch('http://worker/', { method: 'POST', body: JSON.stringify(config) })
  return response.json()
}

test('the OpenAI client answers in workerd, without being told that this is no browser', async () => {
  server.script = [{ text: '{"text":"Hello"}' }]
  expect(await ask()).toMatchObject({ outcome: 'answered', output: { text: 'Hello' }, usage: { cost_usd: 0.0003 } })
})

test('a refusal, a rejected key and silence are told apart there too', async () => {
  server.script = [{ refusal: 'No.' }]
  expect(await ask()).toMatchObject({ outcome: 'unusable' })
  server.script = [{ status: 401 }]
  expect(await ask()).toMatchObject({ outcome: 'rejected' })
  server.script = ['hang']
  expect(await ask(100)).toMatchObject({ outcome: 'unavailable', reason: 'The model did not answer in time' })
})
