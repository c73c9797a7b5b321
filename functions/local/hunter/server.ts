import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serverOptions } from '../server-options.ts'

/** A status of Hunter's answer, or the HTTP status it answers with instead; `silent` never answers. */
export type HunterAnswer =
  | 'valid'
  | 'invalid'
  | 'accept_all'
  | 'webmail'
  | 'disposable'
  | 'unknown'
  | 202
  | 222
  | 401
  | 429
  | 451
  | 500
  | 'silent'

export interface LocalHunter {
  url: string
  apiKey: string
  /** what is answered for an address; `unknown` when nothing is set */
  answers: Map<string, HunterAnswer>
  /** every address that was asked for, in order */
  asked: string[]
  close(): Promise<void>
}

/** Hunter's `GET /v2/email-verifier` on 127.0.0.1, so that nobody needs an account to work on it. */
export async function startLocalHunter(): Promise<LocalHunter> {
  const hunter = { apiKey: 'hunter-local-key', answers: new Map<string, HunterAnswer>(), asked: [] as string[] }
  const server = createServer(serverOptions, (request, response) => answer(hunter, request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return Object.assign(hunter, {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        server.closeAllConnections()
      }),
  })
}

function answer(
  hunter: Pick<LocalHunter, 'apiKey' | 'answers' | 'asked'>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const url = new URL(request.url ?? '/', 'http://hunter.local')
  const email = url.searchParams.get('email') ?? ''
  const isKnown = request.headers['x-api-key'] === hunter.apiKey
  if (url.pathname !== '/v2/email-verifier') refuse(response, 404, 'not_found')
  else if (!isKnown) refuse(response, 401, 'authentication_failed')
  else if (email === '') refuse(response, 400, 'wrong_params')
  else tell(hunter, email, response)
}

function tell(hunter: Pick<LocalHunter, 'answers' | 'asked'>, email: string, response: ServerResponse): void {
  hunter.asked.push(email)
  const told = hunter.answers.get(email) ?? 'unknown'
  if (told === 'silent') return
  if (typeof told === 'number') {
    refuse(response, told, 'told_by_the_test')
    return
  }
  response.writeHead(200, { 'Content-Type': 'application/json' })
  response.end(JSON.stringify({ data: { status: told, score: 50, email }, meta: { params: { email } } }))
}

function refuse(response: ServerResponse, status: number, id: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json' })
  response.end(JSON.stringify({ errors: [{ id, code: status, details: id }] }))
}
