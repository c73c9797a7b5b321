import { spawn } from 'node:child_process'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { applyImport } from '../../../functions/domain/imports/apply-import.ts'
import { openTestDatabase, type TestDatabase } from '../../database.ts'
import { insertTestEvent, stageText, testContext } from './import-world.ts'

let database: TestDatabase
let server: PGLiteSocketServer | undefined
let url: string

beforeAll(async () => {
  database = await openTestDatabase()
  url = database.url ?? ''
  if (database.pglite === null) return
  server = new PGLiteSocketServer({ db: database.pglite, port: 0, host: '127.0.0.1', maxConnections: 4 })
  await server.start()
  url = `postgres://postgres@${server.getServerConn()}/postgres?sslmode=disable`
})
afterAll(async () => {
  await server?.stop()
  await database.close()
})

/** Resolves with how far the process was when it was killed. */
function killAfter(import_id: string, rows: number): Promise<number> {
  const script = new URL('import-process.ts', import.meta.url).pathname
  const child = spawn(process.execPath, ['--import', 'tsx', script, url, import_id], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let read = 0
  let errors = ''
  child.stderr.on('data', (data) => {
    errors += data
  })
  child.stdout.on('data', (data) => {
    read = Number(String(data).trim().split('\n').at(-1))
    if (read >= rows) child.kill('SIGKILL')
  })
  return new Promise((resolve, reject) =>
    child.once('exit', (code, signal) =>
      signal === 'SIGKILL' ? resolve(read) : reject(new Error(`It ended by itself with ${code}: ${errors}`)),
    ),
  )
}

test('a process killed in mid-import leaves whole batches; whoever comes next ends with exact counts', async () => {
  const ctx = testContext(database.db)
  const event_id = await insertTestEvent(database.db)
  const rows = Array.from(
    { length: 3000 },
    (_, n) => `Ann Number${n % 2700},Company ${n % 300},p${n % 2700}@c${n % 300}.test`,
  )
  const { id } = await stageText(ctx, event_id, ['Name,Company,Email', ...rows, ',Nobody,'].join('\n'))
  for (const kill_at of [100, 400]) {
    const killed = await killAfter(id, kill_at)
    expect(killed).toBeLessThan(3001)
    const list = await ctx.db.selectFrom('import').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    const told = await ctx.db.selectFrom('import_row').select('status').where('import_id', '=', id).execute()
    const people = await ctx.db.selectFrom('person').select('id').where('event_id', '=', event_id).execute()
    expect(list).toMatchObject({ status: 'running', new_count: people.length })
    expect(told.length).toBe(list.new_count + list.updated_count + list.duplicate_count + list.rejected_count)
    expect(told.length % 20).toBe(0)
  }
  const both = await Promise.all([1, 2].map(() => applyImport(ctx, { import_id: id, rows_a_batch: 500 })))
  const counts = { status: 'completed', read: 3001, new: 2700, updated: 0, duplicate: 300, rejected: 1 }
  expect(both).toMatchObject([counts, counts])
  const people = await ctx.db.selectFrom('person').select('id').where('event_id', '=', event_id).execute()
  expect(people).toHaveLength(2700)
}, 120_000)
