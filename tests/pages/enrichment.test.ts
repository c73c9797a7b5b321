import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { continueRun } from '../../functions/domain/enrichment/run-enrichment.ts'
import { addPerson, makeSequence, openWorld, type World } from '../domain/sequences/world.ts'
import { signInAs } from '../sign-in.ts'
import { landing, openSite } from './outreach-site.ts'

let world: World
let site: Awaited<ReturnType<typeof openSite>>

beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(async () => {
  await world.reset()
  site = await openSite(world)
})

/** Somebody whose address is at a reserved name, so that nobody has to be asked. */
async function begin(): Promise<{ path: string; id: string }> {
  const person = await addPerson(world)
  const answer = await site.rep.post('/dashboard/people/enrich', { person, job_type: 'verify' })
  const path = answer.headers.get('Location') ?? ''
  return { path, id: path.split('/').at(-1) ?? '' }
}
const html = async (path: string) => (await site.rep.request(path)).text()

describe('a run', () => {
  test('is listed, and its page asks for itself until it is over', async () => {
    const { path, id } = await begin()
    expect(path).toMatch(/^\/dashboard\/enrichment\/[0-9a-f-]{36}$/)
    expect(await html('/dashboard/enrichment')).toContain(`href="${path}"`)
    expect(await html(path)).toContain(`hx-get="${path}/progress"`)
    const running = await site.rep.request(`${path}/progress`)
    expect([running.status, running.headers.get('HX-Refresh')]).toEqual([200, null])

    await continueRun(site.ctx, { run_id: id })
    expect((await site.rep.request(`${path}/progress`)).headers.get('HX-Refresh')).toBe('true')
    const over = await html(path)
    expect(over).not.toContain('hx-get')
    expect(over).toContain('All are accounted for')
  })

  test('is cancelled once', async () => {
    const { path } = await begin()
    expect(landing(await site.rep.post(`${path}/cancel`)).flash).toContain('1 record left alone')
    expect(landing(await site.rep.post(`${path}/cancel`)).flash).toContain('over already')
    expect(await html(path)).toContain('Cancelled')
  })

  test('shows what failed and why, and tries it again once', async () => {
    const { path, id } = await begin()
    await world.ctx.db
      .updateTable('enrichment_subject')
      .set({ subject_id: crypto.randomUUID() })
      .where('run_id', '=', id)
      .execute()
    await world.ctx.db
      .updateTable('enrichment_subject')
      .set({ status: 'failed', reason: 'DNS did not answer.', settled_at: world.clock.now() })
      .where('run_id', '=', id)
      .execute()
    await world.ctx.db
      .updateTable('enrichment_run')
      .set({ status: 'completed', failed_count: 1, finished_at: world.clock.now() })
      .where('id', '=', id)
      .execute()
    expect(await html(path)).toContain('DNS did not answer.')
    expect(landing(await site.rep.post(`${path}/retry`)).flash).toContain('1 failure on the way again')
    expect(landing(await site.rep.post(`${path}/retry`)).flash).toContain('Nothing has failed')
  })

  test('of another event, or of nobody, is missing', async () => {
    const { path } = await begin()
    const other = await signInAs(site)
    for (const one of [
      path,
      `${path}/progress`,
      `/dashboard/enrichment/${crypto.randomUUID()}`,
      '/dashboard/enrichment/x',
    ])
      expect((await other.request(one)).status).toBe(404)
    for (const change of ['cancel', 'retry']) expect((await other.post(`${path}/${change}`)).status).toBe(404)
    expect(await html(path)).toContain('Running')
  })

  test('needs somebody chosen', async () => {
    const answer = await site.rep.post('/dashboard/people/enrich', { job_type: 'verify' })
    expect(landing(answer)).toMatchObject({
      path: '/dashboard/people',
      flash: expect.stringContaining('Tick at least one'),
    })
  })
})

describe('a batch that expects too many bounces', () => {
  test('is held with what was chosen and typed, and leaves with a reason', async () => {
    const sequence_id = await makeSequence(world)
    const person = await addPerson(world, { source: 'guessed', confidence: 0.7 })
    const enroll = `/dashboard/outreach/${sequence_id}/enroll`
    expect(await html(`/dashboard/outreach/${sequence_id}/preflight?person=${person}`)).toContain('30 %')

    const held = await site.rep.post(enroll, { person, force_reason: '' })
    expect(held.status).toBe(422)
    const page = await held.text()
    expect(page).toContain('Say why they should be written to anyway')
    expect(page).toContain(`value="${person}"`)
    const long = await site.rep.post(enroll, { person, force_reason: 'x'.repeat(301) })
    expect([long.status, (await long.text()).includes('x'.repeat(301))]).toEqual([422, true])
    expect(await world.ctx.db.selectFrom('enrollment').select('id').execute()).toEqual([])

    const forced = await site.rep.post(enroll, { person, force_reason: 'The booth list is fresh.' })
    expect(landing(forced).flash).toContain('1 person enrolled')
    const audit = await world.ctx.db.selectFrom('audit').selectAll().where('subject_id', '=', sequence_id).execute()
    expect(audit).toMatchObject([{ actor_id: site.rep.actor.user_id, detail: { reason: 'The booth list is fresh.' } }])
  })
})
