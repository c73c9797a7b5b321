import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface OpenAiRequest {
  path: string
  authorization: string | undefined
  /** as JSON came in */
  body: Record<string, unknown> & { instructions?: string; input?: string }
}

/** What the server answers next; `hang` never does. */
export type OpenAiAnswer =
  | { text: string; model?: string; usage?: { input_tokens: number; output_tokens: number } | null }
  | { refusal: string }
  | { cut_off: string }
  /** a body that is not what OpenAI answers */
  | { raw: string }
  | { status: number; code?: string; headers?: Record<string, string> }
  | 'hang'

export interface OpenAiServer {
  baseUrl: string
  requests: OpenAiRequest[]
  /** answers in order; the last one is given again and again */
  script: OpenAiAnswer[]
  close(): Promise<void>
}

/** Speaks `POST /v1/responses` as OpenAI does, with answers that a test decides. */
export async function startOpenAiServer(): Promise<OpenAiServer> {
  const requests: OpenAiRequest[] = []
  const state: Pick<OpenAiServer, 'requests' | 'script'> = { requests, script: [] }
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const body = JSON.parse(text)
    requests.push({ path: request.url ?? '', authorization: request.headers.authorization, body })
    const answer = state.script.length > 1 ? state.script.shift() : state.script[0]
    if (answer === undefined) return fail(response, { status: 500 })
    if (answer === 'hang') return
    if ('status' in answer) return fail(response, answer)
    response.setHeader('Content-Type', 'application/json')
    if ('raw' in answer) return response.end(answer.raw)
    response.end(JSON.stringify(responseOf(answer, String(body.model))))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(state, {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}

function fail(response: ServerResponse, answer: { status: number; code?: string; headers?: Record<string, string> }) {
  response.writeHead(answer.status, { 'Content-Type': 'application/json', ...answer.headers })
  const error = { message: 'Scripted by a test', type: 'scripted', param: null, code: answer.code ?? null }
  response.end(JSON.stringify({ error }))
}

function responseOf(answer: Exclude<OpenAiAnswer, 'hang' | { status: number } | { raw: string }>, asked: string) {
  const isCutOff = 'cut_off' in answer
  const content = 'refusal' in answer ? refusalOf(answer.refusal) : textOf(isCutOff ? answer.cut_off : answer.text)
  const usage = 'usage' in answer ? answer.usage : { input_tokens: 400, output_tokens: 100 }
  return {
    id: 'resp_test',
    object: 'response',
    created_at: 1,
    status: isCutOff ? 'incomplete' : 'completed',
    incomplete_details: isCutOff ? { reason: 'max_output_tokens' } : null,
    error: null,
    model: ('model' in answer && answer.model) || `${asked}-2025-08-07`,
    output: [
      { type: 'reasoning', id: 'rs_test', summary: [] },
      { type: 'message', id: 'msg_test', role: 'assistant', status: 'completed', content: [content] },
    ],
    ...(usage === null || usage === undefined
      ? {}
      : { usage: { ...usage, total_tokens: usage.input_tokens + usage.output_tokens } }),
  }
}

const textOf = (text: string) => ({ type: 'output_text', text, annotations: [] })
const refusalOf = (refusal: string) => ({ type: 'refusal', refusal })
