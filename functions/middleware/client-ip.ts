import type { Context } from 'hono'

/**
 * Who is at the other end, for rate limits. On Node the socket says so; in workerd Cloudflare's own header does, which a
 * client cannot set there. X-Forwarded-For is never read: anybody can write anything into it.
 */
export function clientIp(c: Context): string {
  const socket = socketOf(c.env)
  if (socket !== undefined) return socket.remoteAddress ?? 'unknown'
  return c.req.header('CF-Connecting-IP') ?? 'unknown'
}

/** @hono/node-server hands Node's own request over as a binding. */
function socketOf(env: unknown): { remoteAddress?: string } | undefined {
  if (typeof env !== 'object' || env === null || !('incoming' in env)) return undefined
  const incoming = env.incoming
  if (typeof incoming !== 'object' || incoming === null || !('socket' in incoming)) return undefined
  const socket = incoming.socket
  if (typeof socket !== 'object' || socket === null) return {}
  return 'remoteAddress' in socket && typeof socket.remoteAddress === 'string'
    ? { remoteAddress: socket.remoteAddress }
    : {}
}
