import type { IncomingMessage, ServerResponse } from 'node:http'
import { isSameSecret } from '../../auth/same-secret.ts'
import { isFailure, isStatus, type RedisBackend, type Reply } from './reply.ts'

const MAX_BODY_BYTES = 10 * 1024 * 1024
const CONNECTION_COMMANDS = new Set([
  ...['multi', 'exec', 'discard', 'watch', 'unwatch', 'select', 'quit', 'reset', 'hello', 'auth', 'client', 'monitor'],
  ...['subscribe', 'psubscribe', 'ssubscribe', 'unsubscribe', 'punsubscribe', 'sunsubscribe'],
])

type Encode = (text: string) => string
type Answer = { result: unknown } | { error: string }

class RequestError extends Error {
  override name = 'RequestError'
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message)
  }
}

/**
 * The Upstash Redis REST protocol in front of any Redis: `POST /`, `POST /pipeline`, `POST /multi-exec` and commands spelled
 * as a path. Requests are served one at a time, so that a transaction has the connection to itself.
 */
export function createRestHandler(options: { backend: RedisBackend; token: string; log?: (line: string) => void }) {
  let last: Promise<unknown> = Promise.resolve()

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const syncToken = request.headers['upstash-sync-token']
    try {
      authorize(request, options.token)
      const body = await readBody(request)
      const turn = last.then(() => route(options.backend, request, body))
      last = turn.catch(() => {})
      const { status, body: answer } = await turn
      send(response, status, answer, syncToken)
    } catch (error) {
      const status = error instanceof RequestError ? error.status : 500
      if (status === 500) options.log?.(`redis: ${error instanceof Error ? error.message : 'unknown error'}`)
      const message = error instanceof RequestError ? error.message : 'ERR internal error'
      send(response, status, { error: message }, syncToken)
    }
  }
}

function authorize(request: IncomingMessage, token: string): void {
  const header = request.headers.authorization ?? ''
  const given = /^Bearer (.+)$/i.exec(header)?.[1] ?? addressOf(request).searchParams.get('_token') ?? ''
  if (!isSameSecret(given, token)) {
    throw new RequestError(401, 'Unauthorized')
  }
}

function addressOf(request: IncomingMessage): URL {
  return new URL(request.url ?? '/', 'http://localhost')
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) throw new RequestError(413, 'ERR max request size exceeded')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function route(
  backend: RedisBackend,
  request: IncomingMessage,
  body: Buffer,
): Promise<{ status: number; body: Answer | Answer[] }> {
  const encode = request.headers['upstash-encoding'] === 'base64' ? toBase64 : toUtf8
  const { pathname } = addressOf(request)
  if (pathname === '/pipeline' || pathname === '/multi-exec') {
    requirePost(request)
    const commands = commandList(body)
    if (pathname === '/pipeline') return { status: 200, body: await pipeline(backend, commands, encode) }
    return transaction(backend, commands, encode)
  }
  const argv = pathname === '/' ? rootCommand(request, body) : pathCommand(request, body)
  const answer = toAnswer(await backend.exec(argv), encode)
  return { status: 'error' in answer ? 400 : 200, body: answer }
}

function requirePost(request: IncomingMessage): void {
  if (request.method !== 'POST') throw new RequestError(405, 'ERR method not allowed')
}

function rootCommand(request: IncomingMessage, body: Buffer): string[] {
  requirePost(request)
  return commandArguments(parseJson(body))
}

/** `/set/key?EX=10` with the value as body of a POST or PUT: path, then body, then the query's names and values. */
function pathCommand(request: IncomingMessage, body: Buffer): string[] {
  const { pathname, searchParams } = addressOf(request)
  const words = pathname.slice(1).split('/').map(decodeWord)
  refuseConnectionCommand(words[0]!)
  const options = [...searchParams].filter(([name]) => name !== '_token').flat()
  const argv = words.map(toBytes)
  if (body.length > 0) argv.push(body.toString('latin1'))
  return [...argv, ...options.filter((option) => option !== '').map(toBytes)]
}

function decodeWord(word: string): string {
  try {
    return decodeURIComponent(word)
  } catch {
    throw new RequestError(400, 'ERR failed to parse the path')
  }
}

function commandList(body: Buffer): string[][] {
  const parsed = parseJson(body)
  if (!Array.isArray(parsed) || parsed.length === 0) throw new RequestError(400, 'ERR failed to parse pipeline request')
  return parsed.map(commandArguments)
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw new RequestError(400, 'ERR failed to parse command')
  }
}

function commandArguments(parsed: unknown): string[] {
  if (!Array.isArray(parsed) || parsed.length === 0) throw new RequestError(400, 'ERR empty command')
  refuseConnectionCommand(String(parsed[0]))
  return parsed.map((argument: unknown) => {
    if (typeof argument === 'string' || typeof argument === 'number' || typeof argument === 'boolean') {
      return toBytes(String(argument))
    }
    throw new RequestError(400, 'ERR failed to parse command')
  })
}

/** All callers share one connection: a MULTI of one would swallow the commands of the next. */
function refuseConnectionCommand(name: string): void {
  if (CONNECTION_COMMANDS.has(name.toLowerCase())) {
    throw new RequestError(400, `ERR Command is not available: '${name.toUpperCase()}'`)
  }
}

async function pipeline(backend: RedisBackend, commands: string[][], encode: Encode): Promise<Answer[]> {
  const answers: Answer[] = []
  for (const argv of commands) answers.push(toAnswer(await backend.exec(argv), encode))
  return answers
}

async function transaction(
  backend: RedisBackend,
  commands: string[][],
  encode: Encode,
): Promise<{ status: number; body: Answer | Answer[] }> {
  await backend.exec(['MULTI'])
  for (const argv of commands) await backend.exec(argv)
  const replies = await backend.exec(['EXEC'])
  if (Array.isArray(replies)) return { status: 200, body: replies.map((reply) => toAnswer(reply, encode)) }
  return { status: 400, body: toAnswer(replies, encode) }
}

function toAnswer(reply: Reply, encode: Encode): Answer {
  if (isFailure(reply)) return { error: toUtf8(reply.err) }
  if (isStatus(reply) && reply.ok === 'OK') return { result: 'OK' }
  return { result: encoded(reply, encode) }
}

function encoded(reply: Reply, encode: Encode): unknown {
  if (reply === null || typeof reply === 'number') return reply
  if (typeof reply === 'string') return encode(reply)
  if (Array.isArray(reply)) return reply.map((item) => encoded(item, encode))
  return encode(isStatus(reply) ? reply.ok : reply.err)
}

function toBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

function toUtf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

function toBase64(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('base64')
}

/** There is one copy of the data, so any sync token is up to date: the client's own comes back. */
function send(response: ServerResponse, status: number, body: unknown, syncToken: string | string[] | undefined): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'upstash-sync-token': typeof syncToken === 'string' && syncToken !== '' ? syncToken : 'local',
  })
  response.end(JSON.stringify(body))
}
