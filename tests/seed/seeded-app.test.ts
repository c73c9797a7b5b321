import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { readLedger } from '../../db/queries/outreach-ledger.ts'
import { refuseProduction } from '../../functions/headless/seed.ts'
import { seedAndSay, seedFirstStart } from '../../functions/headless/seed-and-say.ts'
import { paths } from '../../web/paths.ts'
import { startTestApp, type TestApp } from '../running-app.ts'

// A day passes, in steps of ten minutes.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 })

/** A Wednesday, 09:00 in New York: the second mails of the later half fall due today. */
const START = new Date('2027-03-03T14:00:00Z')

let app: TestApp
const said: string[] = []
const cookies = new Map<string, string>()
beforeAll(async () => {
  app = await startTestApp({}, START)
  await seedFirstStart(app.ctx, (line) => said.push(line))
})
afterAll(() => app.close())

/** Signs in with what the terminal showed. */
async function signIn(email: string): Promise<string> {
  const known = cookies.get(email)
  if (known !== undefined) return known
  const password = said.join('\n').match(new RegExp(`${email} with (\\S+)`))?.[1] ?? ''
  const answer = await fetch(app.url + paths.login(), {
    method: 'POST',
    body: new URLSearchParams({ email, password }),
    headers: { Origin: app.url },
    redirect: 'manual',
  })
  expect([answer.status, answer.headers.get('Location')]).toEqual([303, paths.dashboard()])
  const cookie = answer.headers.get('Set-Cookie')?.split(';')[0] ?? ''
  cookies.set(email, cookie)
  return cookie
}

async function page(path: string, email = 'admin@yardflow.com'): Promise<string> {
  const answer = await fetch(app.url + path, {
    headers: { Cookie: await signIn(email), Accept: 'text/html' },
    redirect: 'manual',
  })
  expect([path, answer.status]).toEqual([path, 200])
  return answer.text()
}

test('both users sign in with the passwords that the terminal showed', async () => {
  expect(said).toContain('Sign in as admin@yardflow.com with YardFlow2026!')
  expect(await page(paths.dashboard())).toContain('Alex Morgan')
  expect(await page(paths.dashboard(), 'demo@yardflow.com')).toContain('Jamie Rivera')
})

test.each([
  [paths.dashboard(), ['Manifest 2027', 'Maria Hernandez', 'Katrin Vogel']],
  [paths.events(), ['Manifest 2027', 'ProMat 2027', 'The Venetian Expo']],
  [paths.accounts(), ['Acme Logistics', 'Warehouse Solutions']],
  [paths.people(), ['Amélie Laurent', 'Exec ops']],
  [paths.import(), ['manifest-people.csv', 'manifest-companies.csv']],
  [paths.outreach(), ['Manifest: meetings with operations', 'Manifest: the week of the show']],
  [paths.replies(), ['Tuesday 10:00 works', 'Katrin Vogel']],
  [paths.tasks(), ['Call Jürgen Weiß']],
  [paths.unconfirmed(), ['Miguel Santos']],
  [paths.suppressions(), ['angela.whitfield@acme-logistics.example']],
  [paths.queue(), ['drain-messages']],
  [paths.queue({ status: 'failed' }), ['website', 'DNS did not answer']],
  [paths.integrations(), ['YardFlow']],
])('%s has something to look at', async (path, words) => {
  const html = await page(path)
  expect(words.filter((word) => !html.includes(word))).toEqual([])
})

test('the second rep has work of their own', async () => {
  expect(await page(paths.tasks(), 'demo@yardflow.com')).toContain('Fiona MacLeod')
})

test('each record has a page with its story', async () => {
  const { db } = app.ctx
  const person = (name: string) =>
    db.selectFrom('person').select(['id', 'account_id']).where('name', '=', name).executeTakeFirstOrThrow()
  const maria = await person('Maria Hernandez')
  expect(await page(paths.person(maria.id))).toContain('Replied')
  expect(await page(paths.account(maria.account_id ?? ''))).toContain('Maria Hernandez')
  for (const { id } of await db.selectFrom('event').select('id').execute()) await page(paths.event(id))
  for (const { id } of await db.selectFrom('import').select('id').execute()) await page(paths.importRun(id))
  for (const { id, name } of await db.selectFrom('sequence').select(['id', 'name']).execute()) {
    expect(await page(paths.sequence(id))).toContain(name)
    await page(paths.sequencePeople(id))
  }
  const enrollment = await db
    .selectFrom('enrollment')
    .select(['id', 'sequence_id'])
    .where('person_id', '=', maria.id)
    .executeTakeFirstOrThrow()
  expect(await page(paths.enrollment(enrollment.sequence_id, enrollment.id))).toContain('Maria Hernandez')
  const failed = await db.selectFrom('job').select('id').where('status', '=', 'failed').executeTakeFirstOrThrow()
  expect(await page(paths.queueJob(failed.id))).toContain('DNS did not answer')
})

test('the app goes on where the story ends: due mails reach the outbox, in the window, and nobody who left is written to', async () => {
  const { db } = app.ctx
  const before = await readLedger(db, app.clock.now())
  await app.pass(10 * 3600, 600)
  const mails = (await app.local.mail?.accepted()) ?? []
  expect(mails.length).toBeGreaterThanOrEqual(7)

  const after = await readLedger(db, app.clock.now())
  expect(after.messages.sent - before.messages.sent).toBe(mails.length)
  expect(after.alarms).toEqual(before.alarms)
  const sent = await db
    .selectFrom('message')
    .innerJoin('enrollment', 'enrollment.id', 'message.enrollment_id')
    .innerJoin('person', 'person.id', 'message.person_id')
    .select(['to_address', 'handed_at', 'message.time_zone', 'person.name', 'enrollment.stopped_at'])
    .where('handed_at', '>=', START)
    .execute()
  expect(sent.map(({ to_address }) => to_address).sort()).toEqual(mails.map(({ to }) => to.address).sort())
  for (const { handed_at, time_zone, stopped_at } of sent) {
    const hour = Number(
      new Intl.DateTimeFormat('en-US', { hour: 'numeric', hourCycle: 'h23', timeZone: time_zone }).format(
        handed_at ?? undefined,
      ),
    )
    expect([time_zone, hour >= 9 && hour < 17]).toEqual([time_zone, true])
    expect(stopped_at).toBeNull()
  }
})

test('a second start seeds nothing; the command says that it was done before', async () => {
  const lines: string[] = []
  await seedFirstStart(app.ctx, (line) => lines.push(line))
  expect(lines).toEqual([])
  expect(await seedAndSay(app.ctx, (line) => lines.push(line))).toMatchObject({ seeded: false })
  expect(lines).toEqual(['This database was seeded on 2027-03-03; nothing was changed.'])
})

test('refuses production, and a database elsewhere that is in use', async () => {
  const { db, config } = app.ctx
  const refused = (change: Partial<typeof config>) => refuseProduction({ db, config: { ...config, ...change } })
  await expect(refused({ environment: 'production' })).rejects.toThrow('--force-production')
  await expect(refused({ databaseUrl: 'postgres://u@db.example.com/app' })).rejects.toThrow('--force-production')
  await expect(refused({ databaseUrl: 'postgres://u@127.0.0.1/app' })).resolves.toBeUndefined()
  await expect(refused({ databaseUrl: null })).resolves.toBeUndefined()
})
