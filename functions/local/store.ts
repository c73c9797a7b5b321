import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { migrate } from '../../db/migrate.ts'
import { openPglite } from '../../db/open-pglite.ts'
import { openPostgres } from '../../db/open-postgres.ts'
import type { Db } from '../../db/schema.ts'
import { type Config, ConfigError } from '../config.ts'

export interface Store {
  db: Db
  kind: 'pglite' | 'postgres'
  /** the embedded database itself, for the socket that `wrangler dev` connects to */
  pglite?: Awaited<ReturnType<typeof openPglite>>['pglite']
  close(): Promise<void>
}

const POSTGRES_CONNECTIONS = 10

/**
 * Opens and migrates the store of a Node process: DATABASE_URL, else the embedded database in DATA_DIR.
 *
 * @throws when another process has the folder open: two would destroy it
 */
export async function openStore(config: Config): Promise<Store> {
  const store = config.databaseUrl === null ? await openEmbedded(config.dataDirectory) : openServer(config.databaseUrl)
  try {
    await migrate(store.db)
    return store
  } catch (error) {
    await store.close()
    const reason = store.kind === 'postgres' ? whyUnreachable(error) : undefined
    throw reason === undefined ? error : new ConfigError([`DATABASE_URL: ${reason}`])
  }
}

/** In words for whoever wrote the address; undefined when it is not the address that is wrong. */
function whyUnreachable(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  const code = String(error.code)
  // SQLSTATE classes 28 and 3D: the role, its password or the database.
  if (/^(28|3D)/.test(code)) return `PostgreSQL refuses it (${error.message})`
  return /^(ECONN|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT|CONNECT)/.test(code) ? `no database answers (${code})` : undefined
}

function openServer(url: string): Store {
  const { db, close } = openPostgres(url, POSTGRES_CONNECTIONS)
  return { db, kind: 'postgres', close }
}

async function openEmbedded(directory: string): Promise<Store> {
  const unlock = await lock(directory)
  try {
    const { db, pglite, close } = await openPglite(join(directory, 'pglite'))
    return {
      db,
      kind: 'pglite',
      pglite,
      async close() {
        await close()
        await unlock()
      },
    }
  } catch (error) {
    await unlock()
    throw error
  }
}

async function lock(directory: string): Promise<() => Promise<void>> {
  await mkdir(directory, { recursive: true }).catch((error: Error) => {
    throw new ConfigError([`DATA_DIR: the folder cannot be made (${error.message})`])
  })
  const file = join(directory, 'process')
  for (let attempt = 0; ; attempt++) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' })
      return () => rm(file, { force: true })
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST'))
        throw new ConfigError([`DATA_DIR: the folder ${directory} cannot be written to (${error})`])
      const owner = Number(await readFile(file, 'utf8').catch(() => '0'))
      if (attempt > 0 || (owner !== process.pid && isAlive(owner)))
        throw new ConfigError([
          `The folder ${directory} is open in process ${owner}. Stop that one, choose another DATA_DIR, or set DATABASE_URL.`,
        ])
      // Its process was killed.
      await rm(file, { force: true })
    }
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
