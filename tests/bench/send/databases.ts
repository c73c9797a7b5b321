import postgres from 'postgres'

export interface Databases {
  /** A new one, empty or a copy. @returns its URL */
  create(copyOf?: string): Promise<string>
  /** Writes out what the last one left behind, so that it is not done while the next one is measured. */
  settle(): Promise<void>
  close(): Promise<void>
}

/** Databases of the bench's own on one server; all are dropped at the end. */
export async function openDatabases(server: string): Promise<Databases> {
  const admin = postgres(server, { max: 1, onnotice: () => {} })
  const made: string[] = []
  return {
    async create(copyOf) {
      const name = `yardflow_bench_${crypto.randomUUID().replaceAll('-', '')}`
      made.push(name)
      await admin.unsafe(`create database ${name}${copyOf === undefined ? '' : ` template ${nameOf(copyOf)}`}`)
      const url = new URL(server)
      url.pathname = `/${name}`
      return url.href
    },
    async settle() {
      await admin.unsafe('checkpoint')
    },
    async close() {
      for (const name of made) await admin.unsafe(`drop database if exists ${name} with (force)`)
      await admin.end()
    },
  }
}

const nameOf = (url: string) => new URL(url).pathname.slice(1)
