import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { findDuplicates } from '../../functions/domain/duplicates/find-duplicates.ts'
import { openTestDatabase, type TestDatabase } from '../database.ts'
import { type SignedIn, signInAs } from '../sign-in.ts'
import { countStatements } from '../statements.ts'
import { openTestApp, type TestApp } from '../test-app.ts'
import { importList } from './lists-world.ts'

let database: TestDatabase
let testApp: TestApp
let rep: SignedIn

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  testApp = openTestApp(database.db)
  rep = await signInAs(testApp)
  const event_id = rep.actor.active_event_id ?? ''
  await importList(
    testApp,
    event_id,
    'Name,Company,Job Title,Email\nRobert Smith,Acme,COO,\nBob Smith,Acme,,bob@acme.com\nJ. Walker,Beta,Buyer,\nJo Walker,Beta,,\n',
  )
  await findDuplicates(testApp.ctx, { event_id })
})

const html = async (path: string, by = rep) => (await by.request(path)).text()
const personCalled = (name: string) =>
  database.db
    .selectFrom('person')
    .select(['id', 'title'])
    .where('event_id', '=', rep.actor.active_event_id)
    .where('name', '=', name)
    .executeTakeFirst()
const pairOf = async (reason: string) =>
  database.db
    .selectFrom('duplicate_pair')
    .selectAll()
    .where('event_id', '=', rep.actor.active_event_id)
    .where('reason', '=', reason)
    .executeTakeFirstOrThrow()
const states = async () =>
  (
    await database.db
      .selectFrom('duplicate_pair')
      .select(['reason', 'state'])
      .where('event_id', '=', rep.actor.active_event_id)
      .orderBy('reason')
      .execute()
  ).map(({ reason, state }) => `${reason} ${state}`)

test('an import ends with a search, and a button starts one', async () => {
  const jobs = database.db.selectFrom('job').select('payload').where('name', '=', 'find-duplicates')
  expect(await jobs.execute()).toContainEqual({ payload: { event_id: rep.actor.active_event_id } })
  await database.db.deleteFrom('job').execute()
  const answer = await rep.post('/dashboard/duplicates/find', { kind: 'account' })
  expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/dashboard/duplicates?kind=account'])
  await rep.post('/dashboard/duplicates/find')
  expect(await jobs.execute()).toHaveLength(1)
})

describe('the queue', () => {
  test('shows both records, the reason in words, and how many wait', async () => {
    const page = await html('/dashboard/duplicates')
    for (const text of [
      'Robert Smith',
      'COO · Acme',
      'Acme · bob@acme.com',
      'short form or another spelling',
      'J. Walker',
    ])
      expect(page).toContain(text)
    expect(page).toMatch(/Duplicates<\/span><span class="rail-waiting">2</)
    expect(await html('/dashboard/duplicates?kind=account')).toContain('No accounts look the same')
  })

  test('takes the same number of statements for two pairs as for fifty', async () => {
    const { db, count } = countStatements(database.db)
    const { app } = openTestApp(db)
    const answer = await app.request('https://hitlist.test/dashboard/duplicates', {
      headers: { Cookie: rep.cookie, Accept: 'text/html' },
    })
    expect([answer.status, count()]).toEqual([200, 5])
  })

  test.each(['kind=x', 'state=merged', 'page=["after","x","y"]', 'page=x'])(
    'an address somebody made up (%s) is no error',
    async (query) => {
      expect((await rep.request(`/dashboard/duplicates?${query}`)).status).toBe(200)
    },
  )

  test.each([
    ['not_same', 'not_same'],
    ['later', 'later'],
  ])('%s takes a pair off it, is remembered, and can be taken back', async (decision, state) => {
    const { id } = await pairOf('nickname')
    for (let time = 0; time < 2; time++)
      expect((await rep.post('/dashboard/duplicates/decide', { pair: id, decision })).status).toBe(303)
    expect(await html('/dashboard/duplicates')).not.toContain('Bob Smith')
    expect(await html(`/dashboard/duplicates?state=${state}`)).toContain('Bob Smith')
    await findDuplicates(testApp.ctx, { event_id: rep.actor.active_event_id ?? '' })
    expect(await states()).toEqual(['initial open', `nickname ${state}`])
    await rep.post('/dashboard/duplicates/decide', { pair: id, decision: 'open', state })
    expect(await states()).toEqual(['initial open', 'nickname open'])
  })

  test('several pairs are merged at once; the one on which more hangs stays', async () => {
    const ids = [(await pairOf('nickname')).id, (await pairOf('initial')).id]
    for (let time = 0; time < 2; time++)
      await rep.post('/dashboard/duplicates/decide', { pair: ids, decision: 'merge' })
    expect(await personCalled('Robert Smith')).toBeUndefined()
    expect(await personCalled('Bob Smith')).toMatchObject({ title: 'COO' })
    expect(await states()).toEqual(['initial merged', 'nickname merged'])
  })

  test('another event’s pair is 404, and a decision that is none is refused', async () => {
    const { id } = await pairOf('nickname')
    const other = await signInAs(testApp)
    expect((await other.post('/dashboard/duplicates/decide', { pair: id, decision: 'not_same' })).status).toBe(404)
    expect((await rep.post('/dashboard/duplicates/decide', { pair: id, decision: 'burn' })).status).toBe(422)
    expect((await rep.post('/dashboard/duplicates/decide', { decision: 'later' })).status).toBe(422)
    expect(await states()).toEqual(['initial open', 'nickname open'])
  })
})

test('without an event the pages say to choose one', async () => {
  const nowhere = await signInAs(testApp, { event: false })
  const id = crypto.randomUUID()
  for (const path of ['duplicates', 'duplicates/merges', `people/${id}/merge`, `accounts/${id}/merge`])
    expect(await html(`/dashboard/${path}`, nowhere)).toContain('Choose an event')
  expect((await nowhere.post('/dashboard/duplicates/find')).headers.get('Location')).toBe('/dashboard/events')
})

describe('one merge', () => {
  const both = async () =>
    [(await personCalled('Robert Smith'))?.id ?? '', (await personCalled('Bob Smith'))?.id ?? ''] as const

  test('is found from a person’s page, shown field by field, done, and undone', async () => {
    const [robert, bob] = await both()
    expect(await html(`/dashboard/people/${robert}`)).toContain(`href="/dashboard/people/${robert}/merge"`)
    expect(await html(`/dashboard/people/${robert}/merge?q=smith`)).toContain(
      `/dashboard/people/${robert}/merge?with=${bob}`,
    )
    const preview = await html(`/dashboard/people/${robert}/merge?with=${bob}`)
    for (const text of [
      'Merge Bob Smith into Robert Smith',
      'Robert Smith (stays)',
      'bob@acme.com',
      'from Bob Smith',
      'Keep the other one',
    ])
      expect(preview).toContain(text)
    const answer = await rep.post(`/dashboard/people/${robert}/merge`, { with: bob })
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, `/dashboard/people/${robert}`])
    expect((await rep.post(`/dashboard/people/${robert}/merge`, { with: bob })).status).toBe(303)
    expect((await rep.request(`/dashboard/people/${bob}`)).status).toBe(404)
    const page = await html(`/dashboard/people/${robert}`)
    for (const text of ['bob@acme.com', 'merged Bob Smith into Robert Smith']) expect(page).toContain(text)
    const undo = /action="(\/dashboard\/duplicates\/merges\/[^"]+\/undo)"/.exec(
      await html('/dashboard/duplicates/merges'),
    )?.[1]
    for (let time = 0; time < 2; time++) expect((await rep.post(undo ?? '')).status).toBe(303)
    expect(await html(`/dashboard/people/${bob}`)).toContain('bob@acme.com')
    expect(await html(`/dashboard/people/${robert}`)).not.toContain('bob@acme.com')
    expect(await html('/dashboard/duplicates/merges')).toContain('undone')
  })

  test('another event’s records and merges are 404; without a record it is refused', async () => {
    const [robert, bob] = await both()
    const other = await signInAs(testApp)
    expect((await other.request(`/dashboard/people/${robert}/merge`)).status).toBe(404)
    expect((await other.request(`/dashboard/people/${robert}/merge?with=${bob}`)).status).toBe(404)
    expect((await other.post(`/dashboard/people/${robert}/merge`, { with: bob })).status).toBe(404)
    expect((await rep.request(`/dashboard/people/${robert}/merge?with=${robert}`)).status).toBe(404)
    expect((await rep.post(`/dashboard/people/${robert}/merge`, {})).status).toBe(422)
    await rep.post(`/dashboard/people/${robert}/merge`, { with: bob })
    const { id } = await database.db
      .selectFrom('merge')
      .select('id')
      .where('lost_id', '=', bob)
      .executeTakeFirstOrThrow()
    expect((await other.post(`/dashboard/duplicates/merges/${id}/undo`)).status).toBe(404)
    expect(await personCalled('Bob Smith')).toBeUndefined()
  })

  test('the same for accounts', async () => {
    const account = async (name: string) =>
      (
        await database.db
          .selectFrom('account')
          .select('id')
          .where('event_id', '=', rep.actor.active_event_id)
          .where('name', '=', name)
          .executeTakeFirst()
      )?.id ?? ''
    const [acme, beta] = [await account('Acme'), await account('Beta')]
    expect(await html(`/dashboard/accounts/${acme}`)).toContain(`href="/dashboard/accounts/${acme}/merge"`)
    expect(await html(`/dashboard/accounts/${acme}/merge?q=beta`)).toContain(`?with=${beta}`)
    expect(await html(`/dashboard/accounts/${acme}/merge?with=${beta}`)).toContain('2 people')
    await rep.post(`/dashboard/accounts/${acme}/merge`, { with: beta })
    expect(await account('Beta')).toBe('')
    expect(await html(`/dashboard/accounts/${acme}`)).toContain('Jo Walker')
  })
})
