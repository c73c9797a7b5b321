import { expect } from 'vitest'
import { signIn, visit } from './visitor.ts'
import type { World } from './world.ts'

/** Monday to Friday, nine to five, as the form posts it. */
const officeHours = Object.fromEntries(
  [1, 2, 3, 4, 5].flatMap((day) => [
    [`from_${day}`, '09:00'],
    [`to_${day}`, '17:00'],
  ]),
)

/** What the product must show, in either runtime. Each of them stands alone and leaves the others' records as they were. */
export const scenarios: readonly (readonly [name: string, run: (world: World) => Promise<void>])[] = [
  [
    '1. the root leads to the sign-in, and an admin gets to the dashboard',
    async (world) => {
      const visitor = visit(world)
      const root = await visitor.get('/')
      expect([root.status, root.headers.get('Location')]).toEqual([307, '/login'])
      const login = await visitor.get('/login')
      expect(login.text).toMatch(/<input[^>]*name="email"/)
      const wrong = await visitor.postForm('/login', { email: world.email, password: 'something else' })
      expect(wrong.status).toBe(422)
      expect(wrong.text).toContain('The email address or the password is wrong.')
      const right = await visitor.postForm('/login', { email: world.email, password: world.password })
      expect([right.status, right.headers.get('Location')]).toEqual([303, '/dashboard'])
      expect((await visitor.get('/dashboard')).status).toBe(200)
      expect((await visitor.get('/')).headers.get('Location')).toBe('/dashboard')
    },
  ],
  [
    '2. the dashboard shows the active event and its counts',
    async (world) => {
      const { text } = await (await signIn(world)).get('/dashboard')
      expect(text).toContain('Manifest')
      expect(figure(text, 'Accounts')).toBe('2')
      expect(figure(text, 'People')).toBe('3')
    },
  ],
  [
    '3. accounts are listed with their scores, filtered by industry, and opened',
    async (world) => {
      const visitor = await signIn(world)
      const all = await visitor.get('/dashboard/accounts')
      expect(linksIn(all.text, '/dashboard/accounts/')).toEqual([world.accounts.acme, world.accounts.warehouse])
      expect(textOf(all.text)).toMatch(/Acme Logistics\D+91.*Warehouse Solutions\D+34/)
      const filtered = await visitor.get('/dashboard/accounts?industry=Warehousing')
      expect(linksIn(filtered.text, '/dashboard/accounts/')).toEqual([world.accounts.warehouse])
      const detail = await visitor.get(`/dashboard/accounts/${world.accounts.acme}`)
      expect(detail.status).toBe(200)
      for (const shown of ['Acme Logistics', '91', 'acme-logistics.example', 'Vera Holt', 'Paul Ide'])
        expect(textOf(detail.text)).toContain(shown)
    },
  ],
  [
    '4. people are listed with their personas, filtered by one, and opened',
    async (world) => {
      const visitor = await signIn(world)
      const all = await visitor.get('/dashboard/people?sort=name')
      const { paul, sam, vera } = world.people
      expect(linksIn(all.text, '/dashboard/people/').sort()).toEqual([paul, sam, vera].sort())
      for (const badge of ['Exec ops', 'Procurement', 'Sales']) expect(textOf(all.text)).toContain(badge)
      const filtered = await visitor.get('/dashboard/people?persona=procurement')
      expect(linksIn(filtered.text, '/dashboard/people/')).toEqual([paul])
      const detail = await visitor.get(`/dashboard/people/${vera}`)
      expect(detail.status).toBe(200)
      for (const shown of ['Vera Holt', 'VP Operations', 'Acme Logistics', 'vera.holt@acme-logistics.example'])
        expect(textOf(detail.text)).toContain(shown)
    },
  ],
  [
    '5. health is healthy, with every check',
    async (world) => {
      for (const path of ['/health', '/api/health', '/health?deep=1']) {
        const answer = await visit(world).get(path)
        expect(answer.status).toBe(200)
        expect(answer.headers.get('Cache-Control')).toBe('no-store')
        expect(JSON.parse(answer.text)).toMatchObject({
          status: 'healthy',
          timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
          buildId: expect.any(String),
          checks: {
            database: { status: 'ok', responseTime: expect.any(Number) },
            redis: { status: 'ok', responseTime: expect.any(Number) },
            queue: { status: 'ok', responseTime: expect.any(Number) },
            mail: { status: 'ok' },
            env: { status: 'ok' },
          },
          ledger: { jobs_overdue: 0 },
        })
      }
    },
  ],
  [
    '6. an enrichment waits in the queue, and is then completed with a result',
    async (world) => {
      const visitor = await signIn(world)
      const job = await enqueue(world, visitor)
      expect(await job.read()).toMatchObject({ status: 'waiting', result: null })
      await world.deliverDue()
      const done = await job.read()
      expect(done).toMatchObject({ status: 'completed', result: { outcome: 'inferred', evidence: 2 } })
      expect(done.result?.patterns).toContainEqual(expect.objectContaining({ name: 'first.last' }))
      const stats = await visitor.get('/api/queue/stats')
      expect(JSON.parse(stats.text)).toMatchObject({ waiting: 0, failed: 0, mode: 'local' })
    },
  ],
  [
    '7. a sequence with three steps is created, shown and opened',
    async (world) => {
      const visitor = await signIn(world)
      const created = await visitor.postForm('/dashboard/outreach', {
        name: 'Before Manifest',
        from_name: 'Ada Brandt',
        from_address: 'ada@yardflow.test',
        reply_to: '',
        contact_reason: 'We both exhibit at Manifest.',
        ...officeHours,
        time_zone: 'America/Chicago',
        min_confidence: '50',
        daily_cap: '500',
      })
      expect(created.status).toBe(303)
      const path = created.headers.get('Location') ?? ''
      expect(path).toMatch(/^\/dashboard\/outreach\/[0-9a-f-]{36}$/)
      for (const [thread, days, subject] of [
        ['new', '0', 'Dock times at {{ account.name }}'],
        ['reply', '3', ''],
        ['new', '5', 'Booth {{ event.booth }}'],
      ] as const) {
        const body = `Hello {{ person.given_name }}, day ${days}.`
        const step = { kind: 'email', delay_amount: days, delay_unit: 'business_days', thread, subject, body }
        expect((await visitor.postForm(`${path}/steps`, step)).status).toBe(303)
      }
      expect(textOf((await visitor.get('/dashboard/outreach')).text)).toContain('Before Manifest')
      const opened = textOf((await visitor.get(path)).text)
      for (const shown of ['Before Manifest', 'Dock times at', '3 business days', '5 business days', 'Booth'])
        expect(opened).toContain(shown)
    },
  ],
  [
    '8. an unknown address is a 404 page or a problem, and the queue tells a stranger nothing',
    async (world) => {
      const stranger = visit(world)
      const page = await stranger.get('/dashboard/nowhere')
      expect(page.status).toBe(404)
      expect(page.headers.get('Content-Type')).toContain('text/html')
      expect(page.text).toContain('<h1')
      const problem = await stranger.get('/api/nowhere', { Accept: 'application/json' })
      expect(problem.status).toBe(404)
      expect(problem.headers.get('Content-Type')).toBe('application/problem+json')
      expect(JSON.parse(problem.text)).toMatchObject({ status: 404, title: 'Not found' })
      const stats = await stranger.get('/api/queue/stats')
      expect(stats.status).toBe(401)
      expect(stats.headers.get('Content-Type')).toBe('application/problem+json')
      const guarded = await stranger.get('/dashboard/queue')
      expect([guarded.status, guarded.headers.get('Location')]).toEqual([303, '/login?return_to=%2Fdashboard%2Fqueue'])
    },
  ],
  [
    '9. the log of a job tells how it was received, verified, claimed and completed',
    async (world) => {
      const visitor = await signIn(world)
      const job = await enqueue(world, visitor)
      await world.deliverDue()
      const { log } = await job.read()
      expect(log.map(({ line }) => line)).toEqual([
        'staged',
        'dispatched',
        'received',
        'verified',
        'claimed',
        'completed',
      ])
      const { text } = await visitor.get(`/dashboard/queue/${job.id}`)
      for (const line of ['received', 'verified', 'claimed', 'completed']) expect(text).toContain(line)
    },
  ],
]

interface JobStatus {
  status: string
  result: Record<string, unknown> | null
  log: { line: string }[]
}

async function enqueue(world: World, visitor: Awaited<ReturnType<typeof signIn>>) {
  const body = { accountId: world.accounts.acme, jobType: 'email-pattern' }
  const answer = await visitor.postJson('/api/queue/enrich', body)
  expect([answer.status, JSON.parse(answer.text)]).toEqual([202, { jobId: expect.any(String), status: 'waiting' }])
  const { jobId: id } = JSON.parse(answer.text) as { jobId: string }
  const read = async () => JSON.parse((await visitor.get(`/api/queue/status/${id}`)).text) as JobStatus
  return { id, read }
}

/** The number beside a label, on either side of it, whatever the markup between the two. */
function figure(html: string, label: string): string | undefined {
  const text = textOf(html)
  return (
    new RegExp(`\\|${label}[| ]+([\\d,]+)`).exec(text)?.[1] ?? new RegExp(`([\\d,]+)[| ]+${label}\\|`).exec(text)?.[1]
  )
}

/** What stands in <main>, a bar where there was markup. */
function textOf(html: string): string {
  const main = /<main[^>]*>(.*)<\/main>/s.exec(html)?.[1] ?? html
  return main.replaceAll(/<[^>]*>/g, '|').replaceAll(/\s+/g, ' ')
}

/** The ids that records of <main> are linked with, in order and once each. */
function linksIn(html: string, prefix: string): string[] {
  const main = /<main[^>]*>(.*)<\/main>/s.exec(html)?.[1] ?? html
  const found = main.matchAll(new RegExp(`href="${prefix}([0-9a-f-]{36})"`, 'g'))
  return [...new Set([...found].map(([, id]) => id ?? ''))]
}
