import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { type Kysely, sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openPostgres, type PostgresPool } from '../../db/open-postgres.ts'

const SERVER = process.env.TEST_DATABASE_URL
const HANGS_MS = 5_000

// PGlite has one session and no wire of its own to cut.
describe.skipIf(SERVER === undefined)('connections to a real PostgreSQL that break', () => {
  const server = new URL(SERVER ?? 'postgres://127.0.0.1')
  const pairs = new Set<[Socket, Socket]>()
  let proxy: Server
  let pool: PostgresPool

  beforeAll(async () => {
    proxy = createServer((near) => {
      const far = connect(Number(server.port || 5432), server.hostname)
      const pair: [Socket, Socket] = [near, far]
      pairs.add(pair)
      for (const socket of pair) {
        socket.on('error', () => {})
        socket.once('close', () => {
          pairs.delete(pair)
          near.destroy()
          far.destroy()
        })
      }
      near.pipe(far).pipe(near)
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => new Promise((resolve) => proxy.close(resolve)))
  beforeEach(() => {
    pool = openPostgres(proxied(server, proxy), 2)
  })
  afterEach(() => pool.close())

  const cut = () => {
    for (const [near] of pairs) near.resetAndDestroy()
  }
  // biome-ignore lint/suspicious/noExplicitAny: no table is asked
  const one = (db: Kysely<any>) => sql<{ one: number }>`select 1 as one`.execute(db).then(({ rows }) => rows[0]?.one)

  test('in the middle of a transaction: it is refused, does not hang, and the pool goes on', async () => {
    const broken = pool.db.transaction().execute(async (tx) => {
      await one(tx)
      cut()
      await one(tx)
    })
    await expect(inTime(broken)).rejects.toMatchObject({ code: expect.stringMatching(/^(CONNECTION|ECONN|EPIPE)/) })
    expect(await inTime(one(pool.db))).toBe(1)
  })

  test('in the middle of a statement: the same', async () => {
    const broken = pool.db.transaction().execute((tx) => sql`select pg_sleep(30)`.execute(tx))
    setTimeout(cut, 200)
    await expect(inTime(broken)).rejects.toMatchObject({ code: expect.stringMatching(/^(CONNECTION|ECONN|EPIPE)/) })
    expect(await inTime(one(pool.db))).toBe(1)
  })

  test('nothing of a broken transaction is there, and nothing of it runs on another connection', async () => {
    const table = sql.raw(`"broken_${process.pid}"`)
    await sql`create table ${table} (n integer)`.execute(pool.db)
    try {
      const broken = pool.db.transaction().execute(async (tx) => {
        await sql`insert into ${table} values (1)`.execute(tx)
        cut()
        await sql`insert into ${table} values (2)`.execute(tx).catch(() => {})
        await sql`insert into ${table} values (3)`.execute(tx)
      })
      await expect(inTime(broken)).rejects.toThrow()
      const { rows } = await inTime(sql`select * from ${table}`.execute(pool.db))
      expect(rows).toEqual([])
    } finally {
      await sql`drop table ${table}`.execute(pool.db)
    }
  })

  test('while idle: whoever comes next never learns of it', async () => {
    expect(await Promise.all([one(pool.db), one(pool.db)])).toEqual([1, 1])
    cut()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await inTime(Promise.all([one(pool.db), one(pool.db), one(pool.db)]))).toEqual([1, 1, 1])
  })

  test('those who wait for a connection get one when all of them break', async () => {
    const sleepers = [1, 2].map(() => sql`select pg_sleep(30)`.execute(pool.db).catch(() => 'broken'))
    await new Promise((resolve) => setTimeout(resolve, 200))
    const waiting = Promise.all([one(pool.db), one(pool.db), one(pool.db)])
    cut()
    expect(await inTime(Promise.all(sleepers))).toEqual(['broken', 'broken'])
    expect(await inTime(waiting)).toEqual([1, 1, 1])
  })

  test('a server that ends the session: the same', async () => {
    const broken = pool.db.transaction().execute(async (tx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
      await sql`select pg_terminate_backend(${rows[0]?.pid}::integer)`.execute(pool.db)
      await one(tx)
    })
    await expect(inTime(broken)).rejects.toThrow()
    expect(await inTime(one(pool.db))).toBe(1)
  })

  test('never more connections than were asked for', async () => {
    await inTime(Promise.all(Array.from({ length: 20 }, () => one(pool.db))))
    expect(pairs.size).toBeLessThanOrEqual(2)
  })

  test('a pool that is closed leaves no connection behind', async () => {
    await one(pool.db)
    await pool.close()
    await expect.poll(() => pairs.size).toBe(0)
  })
})

if (SERVER === undefined) console.info('tests/db/postgres-dialect.test.ts is skipped: TEST_DATABASE_URL is not set')

function proxied(server: URL, proxy: Server): string {
  const url = new URL(server)
  url.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`
  return url.href
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('It hangs')), HANGS_MS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
