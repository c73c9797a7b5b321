import * as v from 'valibot'

/** Everything the environment decides. The only place that knows an environment name is this file. */
export interface Config {
  environment: 'development' | 'production'
  /** without a trailing slash; what links in mails and callbacks of the queue begin with */
  publicUrl: string
  port: number
  /** null: the embedded database on Node, nothing in workerd */
  databaseUrl: string | null
  dataDirectory: string
  /** signs unsubscribe links; without it nothing can be sent */
  appSecret: string | null
  queue: QueueConfig
  redis: RedisConfig
  mail: MailConfig
  ai: AiConfig
  /** DNS over HTTPS, JSON form */
  dnsUrl: string
  /** the workspace's postal address for the footer of every mail (CAN-SPAM) */
  postalAddress: string
  buildId: string
  /** of the two users that the seed makes; null: the known ones in development, random ones in production */
  seedPasswords: { admin: string | null; demo: string | null }
}

export type Off = { mode: 'off'; missing: string[] }
export type QueueConfig =
  | { mode: 'qstash' | 'local'; url: string; token: string; currentSigningKey: string; nextSigningKey: string }
  | Off
export type RedisConfig = { mode: 'redis' | 'local'; url: string; token: string } | Off
export type MailConfig =
  | {
      mode: 'sendgrid' | 'local'
      apiKey: string
      baseUrl: string
      /** base64 DER (SPKI), P-256; null: event webhooks are refused */
      webhookPublicKey: string | null
      /** the secret in the inbound-parse URL; null: inbound mail is refused */
      inboundKey: string | null
      /** the page that shows the mails of the local stand-in */
      outboxUrl: string | null
    }
  | Off
export type AiConfig = { mode: 'openai'; apiKey: string; baseUrl: string; model: string } | Off

/** The environment is malformed: `problems` has one line a variable, each beginning with its name. */
export class ConfigError extends Error {
  constructor(readonly problems: string[]) {
    super(problems.join('\n'))
    this.name = 'ConfigError'
  }
}

/** The published credentials of the QStash development server: anybody can sign with these. */
const publishedQStashSecrets = [
  'sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r',
  'sig_5ZB6DVzB1wjE8S6rZ7eenA8Pdnhs',
  'eyJVc2VySUQiOiJkZWZhdWx0VXNlciIsIlBhc3N3b3JkIjoiZGVmYXVsdFBhc3N3b3JkIn0=',
]

const text = (limit: number) => v.pipe(v.string(), v.trim(), v.nonEmpty('is empty'), v.maxLength(limit, 'is too long'))
const httpUrl = v.pipe(
  text(2000),
  v.check((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), 'must be an http(s) URL'),
  v.transform((value) => value.replace(/\/+$/, '')),
)
const secret = v.pipe(text(2000), v.regex(/^\S+$/, 'must not contain white space'))
const password = v.pipe(v.string(), v.minLength(8, 'must have at least 8 characters'), v.maxLength(256, 'is too long'))
const databaseUrl = v.pipe(
  text(2000),
  v.check(
    (value) => URL.canParse(value) && /^postgres(ql)?:$/.test(new URL(value).protocol),
    'must be a postgres:// URL',
  ),
)

const variables = {
  NODE_ENV: v.picklist(['development', 'production', 'test'], 'must be development, production or test'),
  PORT: v.pipe(
    v.string(),
    v.regex(/^\d{1,5}$/, 'must be a port number'),
    v.transform(Number),
    v.minValue(1, 'must be a port number'),
    v.maxValue(65535, 'must be a port number'),
  ),
  PUBLIC_URL: httpUrl,
  DATABASE_URL: databaseUrl,
  DATA_DIR: text(1000),
  APP_SECRET: v.pipe(secret, v.minLength(32, 'must have at least 32 characters')),
  QSTASH_URL: httpUrl,
  QSTASH_TOKEN: secret,
  QSTASH_CURRENT_SIGNING_KEY: secret,
  QSTASH_NEXT_SIGNING_KEY: secret,
  UPSTASH_REDIS_REST_URL: httpUrl,
  UPSTASH_REDIS_REST_TOKEN: secret,
  SENDGRID_API_KEY: secret,
  SENDGRID_BASE_URL: httpUrl,
  SENDGRID_WEBHOOK_PUBLIC_KEY: v.pipe(secret, v.regex(/^[A-Za-z0-9+/]{80,}={0,2}$/, 'must be base64 of a DER key')),
  INBOUND_PARSE_KEY: v.pipe(secret, v.minLength(16, 'must have at least 16 characters')),
  POSTAL_ADDRESS: text(300),
  DNS_URL: httpUrl,
  OPENAI_API_KEY: secret,
  OPENAI_BASE_URL: httpUrl,
  OPENAI_MODEL: text(100),
  BUILD_ID: v.pipe(text(64), v.regex(/^[\w.-]+$/, 'must be letters, digits, dots, hyphens and underscores')),
  SEED_ADMIN_PASSWORD: password,
  SEED_DEMO_PASSWORD: password,
  LOCAL_SERVICES: v.pipe(
    text(100),
    v.regex(/^(queue|redis|mail)(,(queue|redis|mail))*$/, 'must list queue, redis, mail'),
  ),
  LOCAL_OUTBOX_URL: httpUrl,
}

type Values = { [Name in keyof typeof variables]?: v.InferOutput<(typeof variables)[Name]> }

/** Every name that is read, for the table in the README and the check that .dev.vars.example is complete. */
export const variableNames = Object.keys(variables) as (keyof typeof variables)[]

/**
 * Reads the environment. Unset and empty are the same: the part that needs the variable is off and names it.
 *
 * @throws ConfigError naming every malformed variable, and whatever would open a door in production
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const problems: string[] = []
  const values: Values = {}
  for (const name of variableNames) {
    const given = env[name]
    if (given === undefined || given.trim() === '') continue
    const result = v.safeParse(variables[name], given)
    if (result.success) Object.assign(values, { [name]: result.output })
    else problems.push(`${name} ${result.issues[0].message}`)
  }
  const environment = values.NODE_ENV === 'production' ? 'production' : 'development'
  const local = new Set(values.LOCAL_SERVICES?.split(',') ?? [])
  if (environment === 'production') problems.push(...openDoors(env, values, local))
  if (problems.length > 0) throw new ConfigError(problems)

  const port = values.PORT ?? 3000
  return {
    environment,
    port,
    publicUrl: values.PUBLIC_URL ?? `http://localhost:${port}`,
    databaseUrl: values.DATABASE_URL ?? null,
    dataDirectory: values.DATA_DIR ?? '.data',
    appSecret: values.APP_SECRET ?? null,
    queue: readQueue(values, local),
    redis: readRedis(values, local),
    mail: readMail(values, local),
    ai: readAi(values),
    dnsUrl: values.DNS_URL ?? 'https://cloudflare-dns.com/dns-query',
    postalAddress: values.POSTAL_ADDRESS ?? '',
    buildId: values.BUILD_ID ?? 'development',
    seedPasswords: { admin: values.SEED_ADMIN_PASSWORD ?? null, demo: values.SEED_DEMO_PASSWORD ?? null },
  }
}

/** With QSTASH_DEV set, the official Receiver accepts a key that is printed in its source. */
function openDoors(env: Record<string, string | undefined>, values: Values, local: Set<string>): string[] {
  const problems: string[] = []
  if (!['', '0', 'false', undefined].includes(env.QSTASH_DEV)) problems.push('QSTASH_DEV must not be set in production')
  for (const name of ['QSTASH_TOKEN', 'QSTASH_CURRENT_SIGNING_KEY', 'QSTASH_NEXT_SIGNING_KEY'] as const)
    if (publishedQStashSecrets.includes(values[name] ?? '')) problems.push(`${name} is a published development value`)
  if (local.size > 0) problems.push('LOCAL_SERVICES must not be set in production')
  if (travelsInTheClear(values.PUBLIC_URL)) problems.push('PUBLIC_URL must be https in production')
  return problems
}

/** Over http anybody on the way reads the session cookie. A trial on one machine has nobody on the way. */
function travelsInTheClear(publicUrl: string | undefined): boolean {
  if (publicUrl === undefined || publicUrl.startsWith('https:')) return false
  return !['localhost', '127.0.0.1', '[::1]'].includes(new URL(publicUrl).hostname)
}

function readQueue(values: Values, local: Set<string>): QueueConfig {
  const { QSTASH_TOKEN: token, QSTASH_CURRENT_SIGNING_KEY: current, QSTASH_NEXT_SIGNING_KEY: next } = values
  if (!token || !current || !next)
    return off(values, 'QSTASH_TOKEN', 'QSTASH_CURRENT_SIGNING_KEY', 'QSTASH_NEXT_SIGNING_KEY')
  return {
    mode: local.has('queue') ? 'local' : 'qstash',
    url: values.QSTASH_URL ?? 'https://qstash.upstash.io',
    token,
    currentSigningKey: current,
    nextSigningKey: next,
  }
}

function readRedis(values: Values, local: Set<string>): RedisConfig {
  const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token } = values
  if (!url || !token) return off(values, 'UPSTASH_REDIS_REST_URL', 'UPSTASH_REDIS_REST_TOKEN')
  return { mode: local.has('redis') ? 'local' : 'redis', url, token }
}

function readMail(values: Values, local: Set<string>): MailConfig {
  const { SENDGRID_API_KEY: apiKey } = values
  // Nothing may be mailed without a link to stop it and an address to write to, so both are part of the configuration of mail.
  if (!apiKey || !values.APP_SECRET || !values.POSTAL_ADDRESS)
    return off(values, 'SENDGRID_API_KEY', 'APP_SECRET', 'POSTAL_ADDRESS')
  return {
    mode: local.has('mail') ? 'local' : 'sendgrid',
    apiKey,
    baseUrl: values.SENDGRID_BASE_URL ?? 'https://api.sendgrid.com',
    webhookPublicKey: values.SENDGRID_WEBHOOK_PUBLIC_KEY ?? null,
    inboundKey: values.INBOUND_PARSE_KEY ?? null,
    outboxUrl: values.LOCAL_OUTBOX_URL ?? null,
  }
}

function readAi(values: Values): AiConfig {
  const { OPENAI_API_KEY: apiKey } = values
  if (!apiKey) return off(values, 'OPENAI_API_KEY')
  return {
    mode: 'openai',
    apiKey,
    baseUrl: values.OPENAI_BASE_URL ?? 'https://api.openai.com/v1',
    model: values.OPENAI_MODEL ?? 'gpt-5-mini',
  }
}

function off(values: Values, ...names: (keyof Values)[]): Off {
  return { mode: 'off', missing: names.filter((name) => values[name] === undefined) }
}
