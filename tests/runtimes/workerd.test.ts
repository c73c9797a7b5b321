import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { activateSequence } from '../../functions/domain/sequences/activate-sequence.ts'
import { createSequence } from '../../functions/domain/sequences/create-sequence.ts'
import { enrollPeople } from '../../functions/domain/sequences/enroll-people.ts'
import { stoppedClock } from '../../functions/ports/clock.ts'
import { scenarios } from './scenarios.ts'
import { visit } from './visitor.ts'
import { startWorker, startWorkerApp, type WorkerApp } from './worker-app.ts'
import { prepareWorld, type World } from './world.ts'

describe('the Worker in workerd', () => {
  let app: WorkerApp
  let world: World
  beforeAll(async () => {
    app = await startWorkerApp()
    world = await prepareWorld(app)
  }, 120_000)
  afterAll(() => app?.close())

  // With `fetch_types: false` the very first query of a client would never be answered; every request is a first one here.
  test('requests one after another and twenty at once each have a client of their own', async () => {
    const visitor = visit(world)
    for (let count = 0; count < 3; count += 1) expect((await visitor.get('/health')).status).toBe(200)
    const answers = await Promise.all(Array.from({ length: 20 }, () => visitor.get('/health')))
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
  })

  test.each(scenarios)('%s', (_name, run) => run(world))

  test('a mail is rendered and sent, its signed events are verified, and its unsubscribe link works', async () => {
    const message = await mailToPaul(world)
    const [mail] = await app.local.mail!.accepted()
    expect(mail).toMatchObject({ to: { address: 'paul.ide@acme-logistics.example' }, subject: 'Paul, dock times' })
    expect(mail?.text).toContain('at Acme Logistics')
    expect(mail?.headers['List-Unsubscribe']).toContain(`${app.url}/unsubscribe/`)
    expect(await message()).toMatchObject({ state: 'sent', to_address: 'paul.ide@acme-logistics.example' })

    const id = mail?.provider_message_id ?? ''
    expect(await app.local.mail!.act(id, { kind: 'deliver' })).toEqual([200])
    await app.deliverDue()
    expect(await message()).toMatchObject({ delivered_at: expect.any(Date), unsubscribed_at: null })
    const forged = await fetch(`${app.url}/webhooks/sendgrid/events`, { method: 'POST', body: '[{"event":"bounce"}]' })
    expect(forged.status).toBe(401)
    expect(await app.local.mail!.act(id, { kind: 'unsubscribe_one_click' })).toEqual([200])
    await app.deliverDue()
    expect(await message()).toMatchObject({ unsubscribed_at: expect.any(Date) })
  })

  test('the cron trigger sweeps and sets the schedules of the queue', async () => {
    expect(await app.fireCron()).toMatchObject({ outcome: 'ok' })
  })
})

async function mailToPaul({ ctx, event_id, people, deliverDue }: World) {
  const owner = await ctx.db.selectFrom('user').select('id').executeTakeFirstOrThrow()
  const { id: sequence_id } = await createSequence(ctx, {
    event_id,
    owner_id: owner.id,
    name: 'At once',
    from_name: 'Ada Brandt',
    from_address: 'ada@yardflow.test',
    time_zone: 'America/Chicago',
    contact_reason: 'we both exhibit at Manifest',
    // The Worker's clock is the wall clock, so this window is always open.
    windows: [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from_minute: 0, to_minute: 1440 })),
    steps: [
      {
        kind: 'email',
        delay_amount: 0,
        delay_unit: 'minutes',
        subject: '{{ person.given_name }}, dock times',
        body: 'How long do trucks wait at {{ account.name }}?',
      },
    ],
  })
  await activateSequence(ctx, { sequence_id })
  // A mail is due on a whole minute; from the one that has begun it is due at once.
  const clock = stoppedClock(new Date(Math.floor(Date.now() / 60_000) * 60_000))
  const people_now = { sequence_id, person_ids: [people.paul] }
  expect(await enrollPeople({ ...ctx, clock }, people_now)).toMatchObject({ enrolled: 1 })
  await deliverDue()
  return () => ctx.db.selectFrom('message').selectAll().where('sequence_id', '=', sequence_id).executeTakeFirst()
}

describe('a Worker whose environment', () => {
  test('is empty says on /health what is missing, shows an error page, and nothing hangs', async () => {
    const worker = await startWorker({})
    try {
      const health = await worker.dispatchFetch('http://worker/health')
      expect(health.status).toBe(503)
      expect(health.headers.get('Retry-After')).not.toBeNull()
      expect(await health.json()).toMatchObject({
        status: 'unhealthy',
        checks: {
          database: { status: 'down', missing: ['DATABASE_URL'] },
          redis: { status: 'degraded', missing: ['UPSTASH_REDIS_REST_URL', 'UPSTASH_REDIS_REST_TOKEN'] },
          queue: { status: 'degraded' },
          mail: { status: 'degraded' },
        },
        ledger: null,
      })
      const login = await worker.dispatchFetch('http://worker/login', { headers: { Accept: 'text/html' } })
      expect(login.status).toBe(200)
      const Cookie =
        '__Host-session=abcdefghijklmnopqrstuvwxyzabcdefghijklmn; session=abcdefghijklmnopqrstuvwxyzabcdefghijklmn'
      const page = await worker.dispatchFetch('http://worker/dashboard', { headers: { Accept: 'text/html', Cookie } })
      expect(page.status).toBe(503)
      expect(await page.text()).toContain('Not configured: DATABASE_URL')
    } finally {
      await worker.dispose()
    }
  }, 60_000)

  test('is malformed answers 503 and names each variable, never its value', async () => {
    const worker = await startWorker({ DATABASE_URL: 'mysql://secret@host/db', QSTASH_DEV: 'true' })
    try {
      const answer = await worker.dispatchFetch('http://worker/dashboard')
      expect(answer.status).toBe(503)
      const text = await answer.text()
      expect(JSON.parse(text).problems).toEqual([
        'DATABASE_URL must be a postgres:// URL',
        'QSTASH_DEV must not be set in production',
      ])
      expect(text).not.toContain('secret')
    } finally {
      await worker.dispose()
    }
  }, 60_000)
})
