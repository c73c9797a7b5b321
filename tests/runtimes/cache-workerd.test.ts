import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type LocalRedis, startLocalRedis } from '../../functions/local/redis/server.ts'

let redis: LocalRedis
let worker: Miniflare

beforeAll(async () => {
  redis = await startLocalRedis({ clock: { now: () => new Date() } })
  worker = new Miniflare({
    modules: [{ type: 'ESModule', path: 'worker.js', contents: await bundleWorker() }],
    compatibilityDate: '2026-06-01',
    compatibilityFlags: ['nodejs_compat'],
  })
  await worker.ready
})
afterAll(async () => {
  await worker?.dispose()
  await redis?.close()
})

async function bundleWorker(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [new URL('./cache-worker.ts', import.meta.url).pathname],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['node:*'],
  })
  return outputFiles[0]!.text
}

async function ask(url: string): Promise<unknown> {
  const body = JSON.stringify({ mode: 'redis', url, token: redis.token })
  const response = await worker.dispatchFetch('http://worker/', { method: 'POST', body })
  return response.json()
}

it('counts hits and keeps progress from workerd', async () => {
  const rest = { progress: { done: 3, total: 7 }, ping: { ok: true, ms: expect.any(Number) } }
  expect(await ask(redis.url)).toEqual({ limit: { outcome: 'allowed', remaining: 1 }, ...rest })
  expect(await ask(redis.url)).toEqual({ limit: { outcome: 'allowed', remaining: 0 }, ...rest })
  expect(await ask(redis.url)).toMatchObject({ limit: { outcome: 'denied' }, ...rest })
})

it('goes on without Redis', async () => {
  const deaf = createServer(() => {})
  await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(deaf.address() as AddressInfo).port}`
  const nothing = { limit: { outcome: 'unavailable' }, progress: null }
  expect(await ask(url)).toEqual({ ...nothing, ping: { ok: false, error: 'Redis did not answer in time' } })
  deaf.closeAllConnections()
  await new Promise((resolve) => deaf.close(resolve))
  expect(await ask(url)).toEqual({ ...nothing, ping: { ok: false, error: 'Redis cannot be reached' } })
})
