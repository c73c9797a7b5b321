import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ConfigError, readConfig } from '../../functions/config.ts'
import { openStore } from '../../functions/local/store.ts'

const open = (env: Record<string, string>) => openStore(readConfig(env))

test('a database that does not answer is told by the name of its variable, without the password', async () => {
  const error = await open({ DATABASE_URL: 'postgres://rita:secret-word@127.0.0.1:1/hitlist' }).catch((e: Error) => e)
  expect(error).toBeInstanceOf(ConfigError)
  expect(String(error)).toContain('DATABASE_URL: no database answers (ECONNREFUSED)')
  expect(String(error)).not.toContain('secret-word')
})

test('a folder that cannot be made, and one that another process has open, are told apart', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'yardflow-store-'))
  try {
    await writeFile(join(directory, 'file'), '')
    await expect(open({ DATA_DIR: join(directory, 'file') })).rejects.toThrow('DATA_DIR: the folder cannot be made')
    await writeFile(join(directory, 'process'), String(process.ppid))
    await expect(open({ DATA_DIR: directory })).rejects.toThrow(`is open in process ${process.ppid}`)
  } finally {
    await rm(directory, { recursive: true })
  }
})
