import * as v from 'valibot'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openAi } from '../../functions/ports/ai.ts'
import { type OpenAiServer, startOpenAiServer } from '../openai-server.ts'

let server: OpenAiServer
beforeAll(async () => {
  server = await startOpenAiServer()
})
afterAll(() => server.close())
beforeEach(() => {
  server.requests.length = 0
})

const key = 'sk-test-very-secret'
const port = (model = 'gpt-5-mini', timeoutMs = 2_000) =>
  openAi({ mode: 'openai', apiKey: key, baseUrl: server.baseUrl, model, timeoutMs })
const request = {
  purpose: 'greeting',
  instructions: 'Greet.',
  input: '{"name":"Marta"}',
  schema: v.strictObject({ text: v.string(), tags: v.array(v.string()) }),
  max_output_tokens: 200,
}
const ask = (...script: OpenAiServer['script']) => {
  server.script = script
  return port().complete(request)
}

test('asks for the shape, stores nothing, and says what it cost', async () => {
  const result = await ask({ text: '{"text":"Hello","tags":["a"]}' })
  expect(result).toEqual({
    outcome: 'answered',
    output: { text: 'Hello', tags: ['a'] },
    usage: { model: 'gpt-5-mini-2025-08-07', input_tokens: 400, output_tokens: 100, cost_usd: 0.0003 },
  })
  expect(server.requests).toMatchObject([
    {
      path: '/v1/responses',
      authorization: `Bearer ${key}`,
      body: {
        model: 'gpt-5-mini',
        store: false,
        max_output_tokens: 200,
        reasoning: { effort: 'low' },
        text: {
          format: {
            type: 'json_schema',
            name: 'greeting',
            strict: true,
            schema: { type: 'object', required: ['text', 'tags'], additionalProperties: false },
          },
        },
      },
    },
  ])
})

test('a model without reasoning is not asked for it, and one without a price has no invented one', async () => {
  server.script = [{ text: '{"text":"Hello","tags":[]}', model: 'my-own' }]
  const result = await port('my-own').complete(request)
  expect(result).toMatchObject({ outcome: 'answered', usage: { cost_usd: null, input_tokens: 400 } })
  expect(server.requests[0]?.body).not.toHaveProperty('reasoning')
})

test.each([
  ['a refusal', { refusal: 'I will not.' }, 'The model refused: I will not.'],
  ['an answer that was cut off', { cut_off: '{"text":"Hel' }, 'The answer was cut off: max_output_tokens'],
  ['malformed JSON', { text: '{"text":' }, 'The answer does not have the shape that was asked for'],
  ['another shape', { text: '{"words":1}' }, 'The answer does not have the shape that was asked for'],
])('%s is of no use, but was paid for', async (_, answer, reason) => {
  expect(await ask(answer)).toMatchObject({ outcome: 'unusable', reason, usage: { output_tokens: 100 } })
})

test('a busy model is tried once more, then it is for later', async () => {
  const busy = { status: 429, headers: { 'retry-after-ms': '1', 'retry-after': '7' } }
  expect(await ask(busy)).toEqual({ outcome: 'unavailable', reason: 'The model is busy', retry_after_seconds: 7 })
  expect(server.requests).toHaveLength(2)
  expect(await ask(busy, { text: '{"text":"Hello","tags":[]}' })).toMatchObject({ outcome: 'answered' })
})

test.each([
  [{ status: 401 }, 'rejected', 'OPENAI_API_KEY is not accepted'],
  [{ status: 404 }, 'rejected', 'The model does not exist, or the key may not use it (OPENAI_MODEL)'],
  [{ status: 400 }, 'rejected', 'The model rejected the request (400)'],
  [
    { status: 429, code: 'insufficient_quota', headers: { 'x-should-retry': 'false' } },
    'rejected',
    'The OpenAI account has no credit left',
  ],
  [{ status: 503, headers: { 'retry-after-ms': '1' } }, 'unavailable', 'The model answered 503'],
])('%j is %s', async (answer, outcome, reason) => {
  expect(await ask(answer)).toMatchObject({ outcome, reason })
})

test.each(['{"output": [', '{}', 'null', '<html>Bad gateway</html>'])(
  'a body of %s is not taken for silence',
  async (raw) => {
    const answer = await ask({ raw })
    expect(answer).toMatchObject({ outcome: 'unavailable', reason: 'The answer of the model cannot be read' })
  },
)

test('silence ends, and so does a server that is away', async () => {
  server.script = ['hang']
  expect(await port('gpt-5-mini', 50).complete(request)).toMatchObject({
    outcome: 'unavailable',
    reason: 'The model did not answer in time',
  })
  const away = openAi({ mode: 'openai', apiKey: key, baseUrl: 'http://127.0.0.1:9/v1', model: 'gpt-5' })
  expect(await away.complete(request)).toMatchObject({ outcome: 'unavailable', reason: 'The model cannot be reached' })
})

test('without a key it is off and names what is missing', async () => {
  const off = openAi({ mode: 'off', missing: ['OPENAI_API_KEY'] })
  expect(off).toMatchObject({ mode: 'off', missing: ['OPENAI_API_KEY'] })
  expect(await off.complete(request)).toEqual({ outcome: 'rejected', reason: 'Not configured: OPENAI_API_KEY' })
})
