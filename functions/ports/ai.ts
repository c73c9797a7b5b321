import { toJsonSchema } from '@valibot/to-json-schema'
import OpenAI, { APIConnectionTimeoutError, APIError } from 'openai'
import type { Response } from 'openai/resources/responses/responses'
import * as v from 'valibot'

export interface AiRequest<Output> {
  /** names the shape to the model, and the call in our records: letters, digits, underscores */
  purpose: string
  /** ours: what the model has to do */
  instructions: string
  /** data, part of it written by strangers; never instructions */
  input: string
  /** of strict objects whose fields are all required; limits belong into the caller's code */
  schema: v.GenericSchema<unknown, Output>
  max_output_tokens: number
}

/** What a call used. The cost is the most it can have been: cached input is cheaper. */
export interface AiUsage {
  model: string
  input_tokens: number
  output_tokens: number
  /** null: the price of the model is not known */
  cost_usd: number | null
}

export type AiResult<Output> =
  | { outcome: 'answered'; output: Output; usage: AiUsage }
  /** paid for, and of no use: the model refused, was cut off, or did not keep to the schema */
  | { outcome: 'unusable'; reason: string; usage: AiUsage }
  /** busy, broken or unreachable; the same call may work later */
  | { outcome: 'unavailable'; reason: string; retry_after_seconds: number | undefined }
  /** the key, the model or the request itself is wrong; somebody has to mend the settings */
  | { outcome: 'rejected'; reason: string }

/** A language model that answers in a given shape. */
export interface Ai {
  readonly mode: 'openai' | 'off'
  /** variables that are not set, when the mode is off */
  readonly missing: readonly string[]
  readonly model: string
  /** Never throws, and no reason it gives contains the key. */
  complete<Output>(request: AiRequest<Output>): Promise<AiResult<Output>>
}

export type AiConfig =
  | { mode: 'openai'; apiKey: string; baseUrl: string; model: string; timeoutMs?: number }
  | { mode: 'off'; missing: string[] }

const TIMEOUT_MS = 30_000
const RETRIES = 1

/**
 * US dollars per million tokens, [input, output]: OpenAI's standard prices as quoted on deploybase.ai/articles/openai-pricing
 * in March 2026. A model that is not here costs an unknown amount.
 */
const prices: Readonly<Record<string, readonly [number, number]>> = {
  'gpt-5': [1.25, 10],
  'gpt-5-mini': [0.25, 2],
  'gpt-5-nano': [0.05, 0.4],
  'gpt-4.1': [2, 8],
  'gpt-4.1-mini': [0.4, 1.6],
  'gpt-4.1-nano': [0.1, 0.4],
}

export function openAi(config: AiConfig): Ai {
  if (config.mode === 'off') return aiThatIsOff(config.missing)
  const { model } = config
  // Everything the SDK would look up in the process environment is passed.
  const client = new OpenAI({
    apiKey: config.apiKey,
    baseURL: config.baseUrl,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: 'off',
    timeout: config.timeoutMs ?? TIMEOUT_MS,
    maxRetries: RETRIES,
  })
  return {
    mode: 'openai',
    missing: [],
    model,
    async complete(request) {
      try {
        const response = await client.responses.create({
          model,
          instructions: request.instructions,
          input: request.input,
          max_output_tokens: request.max_output_tokens,
          store: false,
          // Reasoning is paid as output and counts against its limit; models without it refuse the setting.
          ...(/^(gpt-5|o\d)/.test(model) ? { reasoning: { effort: 'low' as const } } : {}),
          text: {
            format: { type: 'json_schema', name: request.purpose, strict: true, schema: jsonSchemaOf(request.schema) },
          },
        })
        return judgeAnswer(response, request.schema)
      } catch (error) {
        return judgeFailure(error)
      }
    },
  }
}

function jsonSchemaOf(schema: v.GenericSchema): Record<string, unknown> {
  const { $schema: _, ...shape } = toJsonSchema(schema)
  return shape
}

function judgeAnswer<Output>(response: Response, schema: v.GenericSchema<unknown, Output>): AiResult<Output> {
  const usage = usageOf(response)
  const unusable = (reason: string): AiResult<Output> => ({ outcome: 'unusable', reason, usage })
  if (response.status === 'incomplete')
    return unusable(`The answer was cut off: ${response.incomplete_details?.reason ?? 'for no stated reason'}`)
  if (response.status !== undefined && response.status !== 'completed')
    return unusable(`The model did not finish: ${response.error?.message ?? response.status}`)
  const parts = response.output.flatMap((item) => (item.type === 'message' ? item.content : []))
  const refusal = parts.find((part) => part.type === 'refusal')
  if (refusal !== undefined) return unusable(`The model refused: ${refusal.refusal}`)
  const text = parts.map((part) => (part.type === 'output_text' ? part.text : '')).join('')
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text)
  if (!result.success) return unusable('The answer does not have the shape that was asked for')
  return { outcome: 'answered', output: result.output, usage }
}

function usageOf(response: Response): AiUsage {
  const { input_tokens = 0, output_tokens = 0 } = response.usage ?? {}
  const price = prices[response.model.replace(/-\d{4}-\d\d-\d\d$/, '')]
  const isKnown = price !== undefined && response.usage !== undefined
  const cost_usd = isKnown ? (input_tokens * price[0] + output_tokens * price[1]) / 1_000_000 : null
  return { model: response.model, input_tokens, output_tokens, cost_usd }
}

function judgeFailure(error: unknown): Exclude<AiResult<never>, { usage: AiUsage }> {
  const unavailable = (reason: string, retry_after_seconds?: number) =>
    ({ outcome: 'unavailable', reason, retry_after_seconds }) as const
  if (error instanceof APIConnectionTimeoutError) return unavailable('The model did not answer in time')
  // What is no API error was thrown by what reads the answer: a gateway's page, JSON cut off, a body of another shape.
  if (!(error instanceof APIError)) return unavailable('The answer of the model cannot be read')
  if (error.status === undefined) return unavailable('The model cannot be reached')
  const { status } = error
  if (status === 429 && error.code !== 'insufficient_quota')
    return unavailable('The model is busy', retryAfter(error.headers))
  if (status === 408 || status === 409 || status >= 500) return unavailable(`The model answered ${status}`)
  switch (status) {
    case 401:
      return { outcome: 'rejected', reason: 'OPENAI_API_KEY is not accepted' }
    case 404:
      return { outcome: 'rejected', reason: 'The model does not exist, or the key may not use it (OPENAI_MODEL)' }
    case 429:
      return { outcome: 'rejected', reason: 'The OpenAI account has no credit left' }
    default:
      return { outcome: 'rejected', reason: `The model rejected the request (${status})` }
  }
}

function retryAfter(headers: Headers | undefined): number | undefined {
  const seconds = Number(headers?.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds) : undefined
}

function aiThatIsOff(missing: readonly string[]): Ai {
  return {
    mode: 'off',
    missing,
    model: '',
    complete: async () => ({ outcome: 'rejected', reason: `Not configured: ${missing.join(', ')}` }),
  }
}
