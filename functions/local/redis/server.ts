import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serverOptions } from '../server-options.ts'
import { RedisEngine } from './engine.ts'
import type { RedisBackend } from './reply.ts'
import { createRestHandler } from './rest.ts'

export interface LocalRedis {
  url: string
  token: string
  close(): Promise<void>
}

/**
 * An Upstash Redis REST server on 127.0.0.1 for one machine without internet; what it holds is gone when it closes.
 * `backend` puts a real Redis behind the same front.
 */
export async function startLocalRedis(options: {
  clock: { now(): Date }
  port?: number
  token?: string
  log?: (line: string) => void
  backend?: RedisBackend
}): Promise<LocalRedis> {
  const token = options.token ?? randomBytes(24).toString('base64url')
  const backend = options.backend ?? new RedisEngine(options.clock)
  const server = createServer(serverOptions, createRestHandler({ backend, token, log: options.log }))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  options.log?.(`redis: Upstash REST stand-in on ${url}`)
  return {
    url,
    token,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        server.closeAllConnections()
      }),
  }
}
