import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withoutShebang } from '../../functions/local/redis/lua.ts'
import type { RedisBackend, Reply } from '../../functions/local/redis/reply.ts'

const PROGRAM = process.env.REDIS_SERVER_PATH ?? 'redis-server'

export function hasRedisServer(): boolean {
  return spawnSync(PROGRAM, ['--version']).status === 0
}

export interface RealRedis extends RedisBackend {
  stop(): Promise<void>
}

/** A redis-server of its own on a socket file, so no port is taken, with no persistence. */
export async function startRealRedis(): Promise<RealRedis> {
  const directory = mkdtempSync(join(tmpdir(), 'redis-'))
  const path = join(directory, 'socket')
  const options = ['--port', '0', '--unixsocket', path, '--save', '', '--appendonly', 'no', '--dir', directory]
  const server = spawn(PROGRAM, options, { stdio: 'ignore' })
  // A test that dies must not leave a server behind.
  const killAtExit = () => server.kill()
  process.once('exit', killAtExit)
  while (!existsSync(path)) {
    if (server.exitCode !== null) throw new Error(`redis-server ended with ${server.exitCode}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const socket = connect(path)
  await once(socket, 'connect')
  return {
    exec: openRespConnection(socket),
    async stop() {
      socket.destroy()
      await stopServer(server)
      process.off('exit', killAtExit)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return
  server.kill()
  await once(server, 'exit')
}

/** RESP2 by hand: clients on npm rewrite replies (HGETALL to an object), and the bytes are what is compared. */
function openRespConnection(socket: Socket): RedisBackend['exec'] {
  const waiting: ((reply: Reply) => void)[] = []
  let unread = ''
  socket.on('data', (chunk) => {
    unread += chunk.toString('latin1')
    for (let read = readReply(unread, 0); read; read = readReply(unread, 0)) {
      unread = unread.slice(read.end)
      waiting.shift()!(read.reply)
    }
  })
  return (argv) =>
    new Promise((resolve) => {
      waiting.push(resolve)
      const [name, script, ...rest] = argv
      const isScript = name?.toLowerCase() === 'eval' && script !== undefined
      const words = isScript ? [name, withoutShebang(script), ...rest] : argv
      const bulks = words.map((word) => `$${word.length}\r\n${word}\r\n`)
      socket.write(Buffer.from(`*${words.length}\r\n${bulks.join('')}`, 'latin1'))
    })
}

function readReply(text: string, at: number): { reply: Reply; end: number } | null {
  const lineEnd = text.indexOf('\r\n', at)
  if (lineEnd < 0) return null
  const line = text.slice(at + 1, lineEnd)
  const end = lineEnd + 2
  switch (text.charAt(at)) {
    case '+':
      return { reply: { ok: line }, end }
    case '-':
      return { reply: { err: line }, end }
    case ':':
      return { reply: Number(line), end }
    case '$':
      return readBulk(text, Number(line), end)
    case '*':
      return readArray(text, Number(line), end)
    default:
      throw new Error(`Not RESP2: ${text.slice(at, at + 20)}`)
  }
}

function readBulk(text: string, length: number, at: number): { reply: Reply; end: number } | null {
  if (length < 0) return { reply: null, end: at }
  if (text.length < at + length + 2) return null
  return { reply: text.slice(at, at + length), end: at + length + 2 }
}

function readArray(text: string, length: number, at: number): { reply: Reply; end: number } | null {
  if (length < 0) return { reply: null, end: at }
  const items: Reply[] = []
  let end = at
  for (let item = 0; item < length; item++) {
    const read = readReply(text, end)
    if (!read) return null
    items.push(read.reply)
    end = read.end
  }
  return { reply: items, end }
}
