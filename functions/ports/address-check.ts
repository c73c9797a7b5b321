import * as v from 'valibot'
import type { AddressCheckConfig } from '../config.ts'

/** What a provider that asks the mail server says of a mailbox. `accept_all`: the server takes whatever name. */
export type ProviderVerdict = 'valid' | 'invalid' | 'accept_all' | 'disposable'

export type ProviderAnswer =
  | { outcome: 'told'; verdict: ProviderVerdict }
  /** it asked, and cannot tell: a public mail provider, a server that blocks such questions */
  | { outcome: 'cannot_tell' }
  /** still asking; the same question later costs nothing more */
  | { outcome: 'pending' }
  /** it must not say, since the owner of the address objected: nothing may be concluded */
  | { outcome: 'objected' }
  /** not asked: the plan's quota is used up, or it wants fewer questions a second */
  | { outcome: 'limited' }
  /** no answer, or one that cannot be read; nothing was charged */
  | { outcome: 'unknown'; reason: string }

/** Asks whether a mailbox exists, for money. */
export interface AddressCheck {
  readonly mode: 'hunter' | 'off'
  readonly missing: readonly string[]
  /** Questions a month that we pay for at most; counted in `provider_use`. */
  readonly monthly_cap: number
  /** Never throws. */
  verify(address: string): Promise<ProviderAnswer>
}

/** Hunter itself answers 202 after 20 s; we ask again later rather than keep a job waiting. */
const TIMEOUT_MS = 8_000

const answerSchema = v.object({ data: v.object({ status: v.string() }) })

/** Connects to nothing until the first question. */
export function openAddressCheck(config: AddressCheckConfig): AddressCheck {
  if (config.mode === 'off')
    return {
      mode: 'off',
      missing: config.missing,
      monthly_cap: 0,
      verify: async () => ({ outcome: 'unknown', reason: `Not configured: ${config.missing.join(', ')}` }),
    }
  return {
    mode: 'hunter',
    missing: [],
    monthly_cap: config.monthlyCap,
    verify: (address) => askHunter(config, address),
  }
}

/** Hunter's API v2, `GET /v2/email-verifier`. The key goes into a header: an address with a query is what logs keep. */
async function askHunter(config: { apiKey: string; baseUrl: string }, address: string): Promise<ProviderAnswer> {
  let answer: Response
  try {
    answer = await fetch(`${config.baseUrl}/v2/email-verifier?email=${encodeURIComponent(address)}`, {
      headers: { 'X-API-KEY': config.apiKey, Accept: 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    if (answer.status === 200) return readAnswer(await answer.json())
    await answer.body?.cancel()
  } catch (error) {
    const isSlow = error instanceof Error && error.name === 'TimeoutError'
    return { outcome: 'unknown', reason: isSlow ? 'Hunter did not answer in time' : 'Hunter cannot be reached' }
  }
  switch (answer.status) {
    case 202:
      return { outcome: 'pending' }
    // The mail server answered something unexpected, which is none of Hunter's doing.
    case 222:
      return { outcome: 'cannot_tell' }
    case 451:
      return { outcome: 'objected' }
    case 403:
    case 429:
      return { outcome: 'limited' }
    case 401:
      return { outcome: 'unknown', reason: 'Hunter refuses HUNTER_API_KEY' }
    default:
      return { outcome: 'unknown', reason: `Hunter answered ${answer.status}` }
  }
}

function readAnswer(body: unknown): ProviderAnswer {
  const parsed = v.safeParse(answerSchema, body)
  if (!parsed.success) return { outcome: 'unknown', reason: 'Hunter answered something unreadable' }
  switch (parsed.output.data.status) {
    case 'valid':
    case 'invalid':
    case 'accept_all':
    case 'disposable':
      return { outcome: 'told', verdict: parsed.output.data.status }
    // `webmail` and `unknown`
    default:
      return { outcome: 'cannot_tell' }
  }
}
