import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { ConfigError, readConfig, variableNames } from '../functions/config.ts'

const root = new URL('..', import.meta.url).pathname

describe('a malformed variable', () => {
  /** One for each way a value can be wrong; every variable has at least one. */
  const malformed: Record<(typeof variableNames)[number], string[]> = {
    NODE_ENV: ['prod', 'PRODUCTION'],
    PORT: ['0', '65536', 'http', '3000.5', '-1'],
    PUBLIC_URL: ['hitlist.example', 'ftp://hitlist.example', 'javascript:alert(1)'],
    DATABASE_URL: ['mysql://host/db', 'localhost:5432', 'postgres'],
    DATA_DIR: ['d'.repeat(1001)],
    APP_SECRET: ['too short', 'x'.repeat(31), `${'x'.repeat(20)} ${'x'.repeat(20)}`],
    QSTASH_URL: ['qstash.upstash.io'],
    QSTASH_TOKEN: ['two words'],
    QSTASH_CURRENT_SIGNING_KEY: ['sig 1'],
    QSTASH_NEXT_SIGNING_KEY: ['sig\n2'],
    UPSTASH_REDIS_REST_URL: ['redis://host:6379'],
    UPSTASH_REDIS_REST_TOKEN: ['two words'],
    SENDGRID_API_KEY: ['SG.key with a space'],
    SENDGRID_BASE_URL: ['api.sendgrid.com'],
    SENDGRID_WEBHOOK_PUBLIC_KEY: ['-----BEGIN PUBLIC KEY-----', 'short'],
    INBOUND_PARSE_KEY: ['short', 'two words are no key'],
    POSTAL_ADDRESS: ['a'.repeat(301)],
    DNS_URL: ['1.1.1.1'],
    OPENAI_API_KEY: ['sk two words'],
    OPENAI_BASE_URL: ['api.openai.com'],
    OPENAI_MODEL: ['m'.repeat(101)],
    BUILD_ID: ['a build', '<b>'],
    SEED_ADMIN_PASSWORD: ['short'],
    SEED_DEMO_PASSWORD: ['p'.repeat(257)],
    LOCAL_SERVICES: ['everything', 'queue;mail'],
    LOCAL_OUTBOX_URL: ['here'],
  }

  test.each(Object.entries(malformed).flatMap(([name, values]) => values.map((value) => [name, value] as const)))(
    '%s=%s gives one message that names it and not its value',
    (name, value) => {
      expect(problemsOf({ [name]: value })).toEqual([expect.stringMatching(new RegExp(`^${name} \\S.+`))])
      if (value.length > 12) expect(problemsOf({ [name]: value })[0]).not.toContain(value)
    },
  )

  test('is told together with all the others', () => {
    expect(problemsOf({ PORT: 'x', DNS_URL: 'x', APP_SECRET: 'x' }).map((line) => line.split(' ')[0])).toEqual([
      'PORT',
      'APP_SECRET',
      'DNS_URL',
    ])
  })
})

test('empty and blank are the same as unset', () => {
  const empty = Object.fromEntries(variableNames.map((name) => [name, '']))
  expect(readConfig(empty)).toEqual(readConfig({}))
  expect(readConfig({ ...empty, PORT: '  ' })).toEqual(readConfig({}))
})

test.each([
  ['queue', { QSTASH_TOKEN: 't' }, ['QSTASH_CURRENT_SIGNING_KEY', 'QSTASH_NEXT_SIGNING_KEY']],
  ['redis', { UPSTASH_REDIS_REST_URL: 'https://redis.example' }, ['UPSTASH_REDIS_REST_TOKEN']],
  ['mail', { SENDGRID_API_KEY: 'SG.x' }, ['APP_SECRET', 'POSTAL_ADDRESS']],
  ['ai', {}, ['OPENAI_API_KEY']],
] as const)('%s that is half configured is off and names the rest', (part, env, missing) => {
  expect(readConfig(env)[part]).toEqual({ mode: 'off', missing })
})

describe('production refuses', () => {
  test.each([
    [{ QSTASH_DEV: 'true' }, 'QSTASH_DEV must not be set in production'],
    [{ QSTASH_DEV: '1' }, 'QSTASH_DEV must not be set in production'],
    [{ LOCAL_SERVICES: 'queue' }, 'LOCAL_SERVICES must not be set in production'],
    [{ PUBLIC_URL: 'http://hitlist.example' }, 'PUBLIC_URL must be https in production'],
    [
      { QSTASH_CURRENT_SIGNING_KEY: 'sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r' },
      'QSTASH_CURRENT_SIGNING_KEY is a published development value',
    ],
    [
      { QSTASH_NEXT_SIGNING_KEY: 'sig_5ZB6DVzB1wjE8S6rZ7eenA8Pdnhs' },
      'QSTASH_NEXT_SIGNING_KEY is a published development value',
    ],
    [
      { QSTASH_TOKEN: 'eyJVc2VySUQiOiJkZWZhdWx0VXNlciIsIlBhc3N3b3JkIjoiZGVmYXVsdFBhc3N3b3JkIn0=' },
      'QSTASH_TOKEN is a published development value',
    ],
  ])('%o', (env, problem) => {
    expect(problemsOf({ NODE_ENV: 'production', ...env })).toEqual([problem])
    expect(problemsOf({ NODE_ENV: 'development', ...env })).toEqual([])
  })

  test('nothing that is right', () => {
    expect(problemsOf({ NODE_ENV: 'production', QSTASH_DEV: 'false', QSTASH_TOKEN: 'mine' })).toEqual([])
    for (const PUBLIC_URL of ['https://hitlist.example', 'http://localhost:3000', 'http://127.0.0.1:3000'])
      expect(problemsOf({ NODE_ENV: 'production', PUBLIC_URL })).toEqual([])
  })
})

test('.dev.vars.example names every variable, with a word on each, and gives none of them a value', () => {
  const lines = readFileSync(join(root, '.dev.vars.example'), 'utf8').split('\n')
  const names = lines.filter((line) => /^\w/.test(line))
  expect(names).toEqual(expect.arrayContaining(variableNames.map((name) => `${name}=`)))
  expect(names).toHaveLength(variableNames.length)
})

describe('npm start', () => {
  const directory = mkdtempSync(join(tmpdir(), 'yardflow-start-'))
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  test('with nothing set but where to keep its data answers /health', async () => {
    const port = await freePort()
    const app = start({ DATA_DIR: directory, PORT: String(port) })
    try {
      await app.printed('\n')
      // The seed has begun and is not waited for: whoever comes already sees a whole page.
      const page = await (await fetch(`http://localhost:${port}/login`)).text()
      const styles = /href="(\/build\/[^"]+\.css)"/.exec(page)?.[1]
      expect((await fetch(`http://localhost:${port}${styles}`)).status).toBe(200)
      await app.printed(`YardFlow Hitlist on http://localhost:${port}`)
      const health = await (await fetch(`http://localhost:${port}/health`)).json()
      expect(health).toMatchObject({
        status: 'healthy',
        checks: { database: { status: 'ok' }, queue: { status: 'ok' } },
      })
    } finally {
      app.process.kill('SIGTERM')
      expect(await app.exit).toBe(0)
    }
  }, 60_000)

  test.each([
    [{ PORT: 'eighty' }, 'PORT must be a port number'],
    [{ NODE_ENV: 'production', QSTASH_DEV: 'true' }, 'QSTASH_DEV must not be set in production'],
  ])('with %o says so in one line and leaves with 1', async (env, line) => {
    const app = start({ DATA_DIR: directory, ...env })
    expect(await app.exit).toBe(1)
    expect(app.output()).toBe(`${line}\n`)
  })
})

function problemsOf(env: Record<string, string>): string[] {
  try {
    readConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

/** One that nobody listens on at this moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** What `npm start` runs after the build, with these variables and no others. */
function start(env: Record<string, string>) {
  const app = spawn(process.execPath, ['--import', 'tsx', 'functions/node.ts'], {
    cwd: root,
    env: { PATH: process.env.PATH, ...env },
  })
  let output = ''
  for (const stream of [app.stdout, app.stderr]) stream.on('data', (chunk) => (output += chunk))
  const exit = new Promise<number | null>((resolve) => app.once('close', resolve))
  const printed = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => output.includes(text) && resolve()
      app.stdout.on('data', look)
      look()
      void exit.then(() => reject(new Error(`It ended before it printed "${text}":\n${output}`)))
    })
  return { process: app, exit, printed, output: () => output }
}
