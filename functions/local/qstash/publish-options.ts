import { ApiError } from './api-error.ts'
import { requireLoopbackUrl } from './destination.ts'
import { parseDurationSeconds } from './duration.ts'
import { compileRetryDelay } from './retry-delay.ts'

const METHODS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
const NAME = /^[A-Za-z0-9._-]+$/
const DEFAULT_RETRIES = 3
/** The longest answer the real service waits for on its free plans. */
const DEFAULT_TIMEOUT_SECONDS = 900

/** Never forwarded: they belong to one connection, or fetch sets them itself, or they carry the publisher's token. */
const NOT_FORWARDED = new Set(
  'host connection keep-alive transfer-encoding content-length upgrade te trailer expect proxy-connection authorization'.split(
    ' ',
  ),
)

export type HeaderPairs = [name: string, value: string][]

/** How one request is made and retried; callbacks have the same knobs under their own prefix. */
export interface DeliverySettings {
  method: string
  headers: HeaderPairs
  maxRetries: number
  retryDelay?: string
  timeoutSeconds: number
}

export interface CallbackSettings extends DeliverySettings {
  url: string
}

export interface FlowControl {
  key: string
  parallelism?: number
  rate?: number
  periodSeconds: number
}

export interface PublishOptions extends DeliverySettings {
  delaySeconds: number
  notBefore?: Date
  deduplicationId?: string
  contentBasedDeduplication: boolean
  callback?: CallbackSettings
  failureCallback?: CallbackSettings
  flowControl?: FlowControl
  labels: string[]
  redact: string[]
}

/** Reads the `Upstash-*` headers of a publish, an enqueue, a batch item or a schedule. Throws ApiError 400. */
export function readPublishOptions(headers: Headers): PublishOptions {
  const flowControl = readFlowControl(headers)
  const delay = headers.get('upstash-delay')
  const notBefore = headers.get('upstash-not-before')
  const callback = readCallback(headers, 'upstash-callback')
  const failureCallback = readCallback(headers, 'upstash-failure-callback')
  const deduplicationId = headers.get('upstash-deduplication-id')
  const options: PublishOptions = {
    ...readDelivery(headers, 'upstash'),
    delaySeconds: delay === null ? 0 : readDuration('Upstash-Delay', delay),
    contentBasedDeduplication: headers.get('upstash-content-based-deduplication') === 'true',
    labels: readLabels(headers),
    redact: list(headers.get('upstash-redact-fields')),
  }
  if (notBefore !== null) options.notBefore = new Date(readInteger('Upstash-Not-Before', notBefore) * 1000)
  if (deduplicationId) options.deduplicationId = deduplicationId
  if (callback) options.callback = callback
  if (failureCallback) options.failureCallback = failureCallback
  if (flowControl) options.flowControl = flowControl
  return options
}

/** Queue names, labels and schedule ids share one alphabet. */
export function requireName(what: string, text: string): string {
  if (!NAME.test(text)) {
    throw new ApiError(400, `${what} can only contain alphanumeric characters, hyphens, underscores and periods`)
  }
  return text
}

function readDelivery(headers: Headers, prefix: string): DeliverySettings {
  const method = (headers.get(`${prefix}-method`) ?? 'POST').toUpperCase()
  if (!METHODS.has(method)) throw new ApiError(400, `invalid method: ${method}`)
  const retryDelay = headers.get(`${prefix}-retry-delay`)
  const timeout = headers.get(`${prefix}-timeout`)
  const settings: DeliverySettings = {
    method,
    headers: readForwarded(headers, prefix),
    maxRetries: readRetries(headers, prefix),
    timeoutSeconds:
      timeout === null
        ? DEFAULT_TIMEOUT_SECONDS
        : Math.min(DEFAULT_TIMEOUT_SECONDS, readDuration('Upstash-Timeout', timeout)),
  }
  if (retryDelay !== null) settings.retryDelay = requireRetryDelay(retryDelay)
  return settings
}

/** A callback is retried as often as its message unless it says otherwise. */
function readRetries(headers: Headers, prefix: string): number {
  const retries = headers.get(`${prefix}-retries`) ?? headers.get('upstash-retries')
  return retries === null ? DEFAULT_RETRIES : readInteger('Upstash-Retries', retries)
}

function readForwarded(headers: Headers, prefix: string): HeaderPairs {
  const forwarded = new Headers()
  const marker = `${prefix}-forward-`
  const forwardAll = prefix === 'upstash' && headers.get('upstash-header-forward') === 'true'
  for (const [name, value] of headers) {
    const target = name.startsWith(marker) ? name.slice(marker.length) : forwardAll ? name : ''
    // Authorization is forwarded only where the publisher asked for it by name.
    const isAsked = name.startsWith(marker) && target === 'authorization'
    if (target && !target.startsWith('upstash-') && (isAsked || !NOT_FORWARDED.has(target))) {
      forwarded.set(target, value)
    }
  }
  const contentType = headers.get('content-type')
  if (prefix === 'upstash' && contentType !== null) forwarded.set('content-type', contentType)
  return [...forwarded]
}

function readCallback(headers: Headers, prefix: string): CallbackSettings | undefined {
  const url = headers.get(prefix)
  if (!url) return undefined
  if (headers.has(`${prefix}-delay`)) throw new ApiError(400, 'delayed callbacks are not supported')
  const delivery = readDelivery(headers, prefix)
  if (!delivery.headers.some(([name]) => name === 'content-type')) {
    delivery.headers.push(['content-type', 'application/json'])
  }
  return { ...delivery, url: requireLoopbackUrl(url, prefix === 'upstash-callback' ? 'callback' : 'failure callback') }
}

function readFlowControl(headers: Headers): FlowControl | undefined {
  const key = headers.get('upstash-flow-control-key')
  if (!key) return undefined
  const values = new Map(list(headers.get('upstash-flow-control-value')).map(splitAssignment))
  const parallelism = values.get('parallelism')
  const rate = values.get('rate')
  if (parallelism === undefined && rate === undefined) {
    throw new ApiError(
      400,
      'Upstash-Flow-Control-Value should be either rate=X or parallelism=Y, or both as comma-separated values',
    )
  }
  const period = values.get('period') ?? '1s'
  const flowControl: FlowControl = {
    key,
    periodSeconds: /^\d+$/.test(period) ? Number(period) : readDuration('period', period),
  }
  if (parallelism !== undefined) flowControl.parallelism = readPositive('parallelism', parallelism)
  if (rate !== undefined) flowControl.rate = readPositive('rate', rate)
  if (flowControl.periodSeconds < 1 || flowControl.periodSeconds > 7 * 86_400) {
    throw new ApiError(400, 'period must be between 1 second and 1 week')
  }
  return flowControl
}

function splitAssignment(text: string): [string, string] {
  const [name = '', value = ''] = text.split('=').map((part) => part.trim())
  return [name.toLowerCase(), value]
}

function readLabels(headers: Headers): string[] {
  return list(headers.get('upstash-label')).map((label) => requireName('Upstash-Label', label))
}

function requireRetryDelay(expression: string): string {
  try {
    compileRetryDelay(expression)(0)
  } catch (error) {
    throw new ApiError(400, `invalid Upstash-Retry-Delay: ${error instanceof Error ? error.message : String(error)}`)
  }
  return expression
}

function readDuration(what: string, text: string): number {
  const seconds = parseDurationSeconds(text)
  if (seconds === undefined) throw new ApiError(400, `invalid ${what}: ${text} is not a duration`)
  return seconds
}

function readInteger(what: string, text: string): number {
  if (!/^\d{1,12}$/.test(text.trim())) throw new ApiError(400, `invalid ${what}: ${text} is not a whole number`)
  return Number(text)
}

function readPositive(what: string, text: string): number {
  const value = readInteger(what, text)
  if (value < 1) throw new ApiError(400, `${what} must be at least 1`)
  return value
}

function list(text: string | null): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
