import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { applyImport } from '../../functions/domain/imports/apply-import.ts'
import { checkImport } from '../../functions/domain/imports/check-import.ts'
import { readImport } from '../../functions/domain/imports/read-import.ts'
import { openTestDatabase, type TestDatabase } from '../database.ts'
import { type SignedIn, signInAs } from '../sign-in.ts'
import { openTestApp, type TestApp } from '../test-app.ts'

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

/** Chooses a file to be checked first. @returns the address of its import */
async function upload(text: string, name = 'list.csv'): Promise<string> {
  const body = new FormData()
  body.append('files', new File([text], name, { type: 'text/csv' }))
  body.append('then', 'check')
  const answer = await rep.request('/dashboard/import', { method: 'POST', body })
  expect(answer.status).toBe(303)
  return answer.headers.get('Location') ?? ''
}

const idOf = (path: string) => path.split('/').at(-1) ?? ''
const importOf = (path: string) =>
  database.db.selectFrom('import').selectAll().where('id', '=', idOf(path)).executeTakeFirstOrThrow()
const peopleOf = () =>
  database.db
    .selectFrom('person')
    .selectAll()
    .where('event_id', '=', rep.actor.active_event_id)
    .orderBy('name')
    .execute()
const page = async (path: string) => (await rep.request(path)).text()
const read = (path: string) => readImport(testApp.ctx, { import_id: idOf(path) })

async function uploaded(text: string): Promise<string> {
  const path = await upload(text)
  await read(path)
  return path
}

async function match(path: string, kind: string, fields: readonly string[]) {
  const values: Record<string, string> = { kind }
  fields.forEach((field, place) => {
    values[`column_${place}`] = field
  })
  return rep.post(`${path}/columns`, values)
}

const list =
  'Full Name,Firm,Contact,Grade\nAnn Lee,Acme,ann@acme.test,12\n,Acme,bo@acme.test,13\nCy Doe,Beta,nowhere,many'

test('a list goes from the upload to the lists by steps that can be left and opened again', async () => {
  const path = await upload(list)
  expect(await page(path)).toContain('Reading the file')
  expect(await peopleOf()).toEqual([])
  expect(await read(path)).toEqual({ rows: 3 })
  await read(path)

  const first = await rep.request(path)
  expect(first.headers.get('Location')).toBe(`${path}/columns`)
  const columns = await page(`${path}/columns`)
  for (const text of ['Full Name', 'Ann Lee · Cy Doe', 'ann@acme.test']) expect(columns).toContain(text)
  // "Contact" is a name by its header, and an address by its values.
  expect((await match(path, 'people', ['name', 'company', 'email', 'list_score'])).headers.get('Location')).toBe(
    `${path}/check`,
  )
  for (let delivery = 0; delivery < 2; delivery++)
    expect(await checkImport(testApp.ctx, { import_id: idOf(path) })).toEqual({ checked: 3 })
  const check = await page(`${path}/check`)
  for (const text of ['The row has no name', 'Not an address: nowhere', 'Not a number: many'])
    expect(check).toContain(text)
  const errors = await page(`${path}/check?only=errors`)
  expect(errors).toContain('The row has no name')
  expect(errors).not.toContain('Not an address')

  await rep.post(`${path}/cells`, { row_number: '2', field: 'name', value: 'Bo Ray' })
  expect(await page(`${path}/check`)).not.toContain('The row has no name')
  expect(await importOf(path)).toMatchObject({ issue_count: 2, status: 'draft' })
  expect(await peopleOf()).toEqual([])

  expect(await page(`${path}/options`)).toContain('Overwrite with the list')
  for (let press = 0; press < 2; press++)
    expect((await rep.post(`${path}/options`, { policy: 'fill', owner_id: rep.actor.user_id })).status).toBe(303)
  const waiting = await database.db.selectFrom('job').select('payload').where('name', '=', 'apply-import').execute()
  expect(waiting.filter((job) => job.payload.import_id === idOf(path))).toHaveLength(1)
  expect(
    await database.db.selectFrom('import_chunk').selectAll().where('import_id', '=', idOf(path)).execute(),
  ).toEqual([])
  await applyImport(testApp.ctx, { import_id: idOf(path) })
  expect(await peopleOf()).toMatchObject([
    { name: 'Ann Lee', list_score: 12, owner_id: rep.actor.user_id },
    { name: 'Bo Ray', list_score: 13 },
    { name: 'Cy Doe', list_score: null },
  ])
  expect(await page(path)).toContain('Every row is accounted for: 3 read')
  expect((await rep.request(`${path}/columns`)).headers.get('Location')).toBe(path)
})

describe('columns', () => {
  test('what was chosen for these headers is proposed the next time', async () => {
    const text = 'Who,Where,What\nAnn Lee,Acme,COO'
    const first = await uploaded(text)
    await match(first, 'people', ['name', 'company', 'title'])
    const second = await uploaded(text)
    expect(await importOf(second)).toMatchObject({
      kind: 'people',
      mapping: { name: 'Who', company: 'Where', title: 'What' },
    })
    expect(await page(`${second}/columns`)).toContain('Matched as the last file with these headers was')
  })

  test('what cannot be matched comes back with what was chosen', async () => {
    const path = await uploaded('Who,Where\nAnn Lee,Acme')
    const twice = await match(path, 'people', ['company', 'company'])
    expect(twice.status).toBe(422)
    const text = await twice.text()
    expect(text).toContain('is matched to this already')
    expect(text).toContain('People need a column with their name')
    expect(text.match(/<option value="company" selected/g)).toHaveLength(2)
    expect(await importOf(path)).toMatchObject({ step: 'columns' })
    expect((await match(path, 'people', ['nonsense', ''])).status).toBe(422)
  })

  test('people or companies is for a person to say', async () => {
    const path = await uploaded('Name,Tier\nAcme,1')
    expect(await page(`${path}/columns?kind=people`)).not.toContain('Tier of the list')
    expect(await page(`${path}/columns?kind=companies`)).toContain('Tier of the list')
  })

  test.each([
    ['Apollo', 'First Name,Last Name,Company Name for Emails,Person Linkedin Url\nAnn,Lee,Acme,x'],
    ['HubSpot', 'Record ID,First Name,Last Name,Lifecycle Stage\n1,Ann,Lee,Lead'],
    [
      'LinkedIn',
      'First Name,Last Name,URL,Company,Position,Connected On\nAnn,Lee,https://www.linkedin.com/in/ann,Acme,COO,1 May',
    ],
    ['Badge scanner', 'Badge ID,Name,Company\n1,Ann Lee,Acme'],
    ['Event app', 'Name,Company,Registration Type\nAnn Lee,Acme,Attendee'],
  ])('an export of %s is recognised', async (source, text) => {
    const path = await uploaded(text)
    expect(await importOf(path)).toMatchObject({ source, kind: 'people' })
    if (source === 'LinkedIn') {
      const { mapping } = await importOf(path)
      expect(mapping).toMatchObject({ linkedin_url: 'URL' })
      expect(mapping.website).toBeUndefined()
    }
  })
})

test('lines above the header are asked about, and another header is read', async () => {
  const path = await uploaded('Exhibitors of the show,\n\nName,Company\nAnn Lee,Acme\nBo Ray,Beta')
  expect((await rep.request(path)).headers.get('Location')).toBe(`${path}/sheet`)
  const sheet = await page(`${path}/sheet`)
  for (const text of ['Exhibitors of the show', 'Name · Company', 'Ann Lee · Acme']) expect(sheet).toContain(text)
  expect((await rep.post(`${path}/sheet`, {})).status).toBe(422)
  await rep.post(`${path}/sheet`, { header_row: '4' })
  await read(path)
  expect(await importOf(path)).toMatchObject({ step: 'columns', columns: ['Ann Lee', 'Acme'], total_rows: 1 })
})

test('a file that cannot be read says so at its page, and imports nothing', async () => {
  const path = await upload('\0\u0001\u0002\u0003\u0004\u0005')
  await read(path)
  expect((await rep.request(path)).headers.get('Location')).toBe(`${path}/sheet`)
  expect(await page(`${path}/sheet`)).toContain((await importOf(path)).error ?? 'no reason')
  await rep.post(`${path}/run`)
  expect(await importOf(path)).toMatchObject({ status: 'draft' })
})

describe('a file in chunks', () => {
  const CHUNK = 4 * 1024 * 1024
  const begin = async (size: number) => {
    const answer = await rep.post('/dashboard/import/uploads', { file_name: 'big.csv', size_bytes: String(size) })
    return { status: answer.status, path: ((await answer.json()) as { chunks_path: string }).chunks_path }
  }
  const send = (path: string, chunk: number, body: Uint8Array) =>
    rep.request(`${path}/${chunk}`, {
      method: 'POST',
      body: body as never,
      headers: { Origin: testApp.ctx.config.publicUrl },
    })

  test('goes on where it stopped, and is read once it is whole', async () => {
    const rows = `Name,Company\n${'Ann Lee,Acme\n'.repeat(3)}`
    const text = rows + `x,${'y'.repeat(1000)}\n`.repeat(4200)
    const bytes = new TextEncoder().encode(text)
    const { status, path } = await begin(bytes.length)
    expect(status).toBe(201)
    expect((await send(path, 1, bytes.subarray(CHUNK))).status).toBe(204)
    expect(await (await rep.request(path)).json()).toEqual({ waits: true, chunks: [1] })
    const run = path.replace('/chunks', '')
    expect(await page(run)).toContain('choose the same file once more')
    expect((await send(path, 1, bytes.subarray(CHUNK))).status).toBe(204)
    expect((await send(path, 0, bytes.subarray(0, 100))).status).toBe(422)
    expect((await send(path, 0, bytes.subarray(0, CHUNK))).status).toBe(204)
    const jobs = await database.db.selectFrom('job').select('payload').where('name', '=', 'read-import').execute()
    expect(jobs.filter((job) => job.payload.import_id === idOf(run))).toHaveLength(1)
    expect(await read(run)).toEqual({ rows: 4203 })
  })

  test('is refused when it is too large, before a byte is sent', async () => {
    const answer = await rep.post('/dashboard/import/uploads', {
      file_name: 'big.csv',
      size_bytes: String(51 * 2 ** 20),
    })
    expect(answer.status).toBe(413)
    expect((await rep.post('/dashboard/import/uploads', { file_name: 'no.csv' })).status).toBe(422)
  })
})

test('a cell that stays wrong is said, one that is not there is refused', async () => {
  const path = await uploaded(list)
  await match(path, 'people', ['name', 'company', 'email', 'list_score'])
  await checkImport(testApp.ctx, { import_id: idOf(path) })
  const answer = await rep.post(`${path}/cells`, { row_number: '3', field: 'email', value: 'still nowhere' })
  expect(answer.headers.get('Location')).toContain('after=2')
  expect(await page(`${path}/check`)).toContain('Not an address: still nowhere')
  for (const wrong of [{ row_number: '99' }, { field: 'phone' }, { row_number: 'x' }])
    expect((await rep.post(`${path}/cells`, { row_number: '3', field: 'email', value: 'a', ...wrong })).status).toBe(
      422,
    )
})

test('an option that is none keeps what was chosen', async () => {
  const path = await uploaded(list)
  const answer = await rep.post(`${path}/options`, { policy: 'maybe', owner_id: crypto.randomUUID() })
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain('Choose somebody of the team')
  expect(await importOf(path)).toMatchObject({ status: 'draft' })
})

test('the steps of another event are missing', async () => {
  const path = await uploaded(list)
  const other = await signInAs(testApp)
  for (const step of ['', '/sheet', '/columns', '/check', '/options', '/chunks'])
    expect((await other.request(`${path}${step}`)).status).toBe(404)
  for (const step of ['/sheet', '/columns', '/cells', '/options', '/run', '/undo', '/chunks/0'])
    expect((await other.post(`${path}${step}`)).status).toBe(404)
  expect(await importOf(path)).toMatchObject({ status: 'draft', step: 'columns' })
})
