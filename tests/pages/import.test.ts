import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { applyImport } from '../../functions/domain/imports/apply-import.ts'
import { openTestDatabase, type TestDatabase } from '../database.ts'
import { workbookOf } from '../domain/imports/workbook-files.ts'
import { type SignedIn, signInAs } from '../sign-in.ts'
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
})

function upload(files: Record<string, string | Uint8Array<ArrayBuffer>>, by = rep) {
  const body = new FormData()
  for (const [name, content] of Object.entries(files))
    body.append('files', new File([content], name, { type: 'text/csv' }))
  return by.request('/dashboard/import', { method: 'POST', body })
}
const importsOf = (by: SignedIn) =>
  database.db
    .selectFrom('import')
    .selectAll()
    .where('event_id', '=', by.actor.active_event_id)
    .orderBy('file_name')
    .execute()

test('a file is staged, the queue applies it, and the page shows how far it is', async () => {
  const answer = await upload({ 'people.csv': 'Name,Company\nAnn Lee,Acme\nAnn Lee,Acme\n,Acme' })
  expect(answer.status).toBe(303)
  const [run] = await importsOf(rep)
  const path = `/dashboard/import/${run?.id}`
  expect(answer.headers.get('Location')).toBe(path)
  expect(await (await rep.request(path)).text()).toContain(`hx-get="${path}/progress"`)
  const jobs = await database.db.selectFrom('job').select(['name', 'payload', 'status']).execute()
  expect(jobs).toContainEqual({ name: 'apply-import', payload: { import_id: run?.id }, status: 'waiting' })

  await applyImport(testApp.ctx, { import_id: run?.id ?? '' })
  const done = await (await rep.request(path)).text()
  for (const text of ['Every row is accounted for: 3 read', 'The row has no name', 'Repeats an earlier row'])
    expect(done).toContain(text)
  expect(done).not.toContain('hx-get')
  const progress = await rep.request(`${path}/progress`)
  expect(progress.headers.get('HX-Refresh')).toBe('true')
  expect(await (await rep.request('/dashboard/import')).text()).toContain('people.csv')
})

test('a workbook is read as it is, lines above its header left out', async () => {
  const rows = [['Exhibitors of the show'], [], ['Name', 'Company', 'Job Title'], ['Ann Lee', 'Acme', 'VP Operations']]
  const page = await rep.request('/dashboard/import')
  expect(await page.text()).toContain('.xlsx')
  expect((await upload({ 'people.xlsx': new Uint8Array(workbookOf({ rows })) })).status).toBe(303)
  const [run] = await importsOf(rep)
  expect(run).toMatchObject({ kind: 'people', file_name: 'people.xlsx', total_rows: 1 })
  expect(await applyImport(testApp.ctx, { import_id: run?.id ?? '' })).toMatchObject({ read: 1, new: 1 })
  const { db } = database
  const people = db.selectFrom('person').select(['name', 'title']).where('event_id', '=', rep.actor.active_event_id)
  expect(await people.execute()).toEqual([{ name: 'Ann Lee', title: 'VP Operations' }])
})

test('the list of imports asks for itself until the last of them is over', async () => {
  await upload({ 'a.csv': 'Company\nAcme', 'b.csv': 'Company\nBeta' })
  const polls = 'hx-select="#imports"'
  expect(await (await rep.request('/dashboard/import')).text()).toContain(polls)
  for (const run of await importsOf(rep)) await applyImport(testApp.ctx, { import_id: run.id })
  expect(await (await rep.request('/dashboard/import')).text()).not.toContain(polls)
})

test('several files at once: what is refused says why and holds up nothing', async () => {
  const answer = await upload({ 'a.csv': 'Company\nAcme', 'b.csv': 'Foo,Bar\n1,2', 'c.xlsx': 'PK\u0003\u0004' })
  expect(answer.status).toBe(422)
  const page = await answer.text()
  expect(page).toContain('b.csv: No column with a company')
  expect(page).toContain('c.xlsx: The workbook is damaged: its end is missing')
  expect((await importsOf(rep)).map((run) => run.file_name)).toEqual(['a.csv'])
})

test('no file at all is refused', async () => {
  const body = new FormData()
  body.append('files', new File([], ''))
  const answer = await rep.request('/dashboard/import', { method: 'POST', body })
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain('Choose a file')
})

test('the rejected rows come as CSV that no spreadsheet runs', async () => {
  const id = await importList(
    testApp,
    rep.actor.active_event_id,
    'Name,Company,Title\n,=HYPERLINK(1),"-2+3, x"\n,Acme,-20',
  )
  const answer = await rep.request(`/dashboard/import/${id}/rows?status=rejected`)
  expect(answer.headers.get('Content-Type')).toBe('text/csv; charset=utf-8')
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await answer.arrayBuffer())
  expect(text).toBe(
    '\uFEFFName,Company,Title,Row,Reason\r\n,\'=HYPERLINK(1),"\'-2+3, x",1,The row has no name\r\n,Acme,-20,2,The row has no name\r\n',
  )
})

test('an import that stopped is continued once, however often it is pressed', async () => {
  await upload({ 'a.csv': 'Company\nAcme' })
  const [run] = await importsOf(rep)
  await database.db.updateTable('job').set({ status: 'completed' }).where('name', '=', 'apply-import').execute()
  await database.db
    .updateTable('import')
    .set({ status: 'failed', error: 'Stopped' })
    .where('id', '=', run?.id ?? '')
    .execute()
  expect(await (await rep.request(`/dashboard/import/${run?.id}`)).text()).toContain('Continue')
  for (let count = 0; count < 2; count++)
    expect((await rep.post(`/dashboard/import/${run?.id}/continue`)).status).toBe(303)
  const waiting = await database.db
    .selectFrom('job')
    .select('payload')
    .where('name', '=', 'apply-import')
    .where('status', '=', 'waiting')
    .execute()
  expect(waiting.filter((job) => job.payload.import_id === run?.id)).toHaveLength(1)
})

test('the import of another event is missing', async () => {
  const id = await importList(testApp, rep.actor.active_event_id, 'Company\nAcme')
  const other = await signInAs(testApp)
  for (const path of ['', '/progress', '/rows'])
    expect((await other.request(`/dashboard/import/${id}${path}`)).status).toBe(404)
  expect((await other.post(`/dashboard/import/${id}/continue`)).status).toBe(404)
})
