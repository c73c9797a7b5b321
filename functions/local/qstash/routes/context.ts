import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { Credentials } from '../credentials.ts'
import type { Database } from '../database.ts'
import type { Delivery } from '../delivery.ts'
import type { QStashFaults } from '../faults.ts'

/** What every group of routes is given. */
export interface QStashApi {
  db: Database
  clock: { now(): Date }
  delivery: Delivery
  faults: QStashFaults
  credentials: () => Credentials
  replaceCredentials: (credentials: Credentials) => void
}

export interface HonoTypes {
  Bindings: HttpBindings
}

export type Request = Context<HonoTypes>

/** The request target as it came over the wire: a destination in it must not be normalised. */
export function rawTarget(c: Request): string {
  return c.env.incoming.url ?? c.req.path
}

export function callerIp(c: Request): string | null {
  return c.env.incoming.socket.remoteAddress ?? null
}

export function queryOf(c: Request): URLSearchParams {
  const query = new URL(c.req.url).searchParams
  query.delete('qstash_token')
  return query
}

export async function readBody(c: Request): Promise<Uint8Array> {
  return new Uint8Array(await c.req.arrayBuffer())
}
