import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const root = new URL('../../', import.meta.url).pathname

export interface WorkerBundle {
  /** the module as it would be deployed */
  script: string
  compatibilityDate: string
  compatibilityFlags: string[]
}

/**
 * The Worker as `wrangler deploy` would upload it, polyfills included; made once a test file. The build command of wrangler.toml is left out:
 * it empties the folder of the styles, which other test files are reading.
 */
export function bundleWorker(): Promise<WorkerBundle> {
  bundled ??= bundle()
  return bundled
}

let bundled: Promise<WorkerBundle> | undefined

async function bundle(): Promise<WorkerBundle> {
  const toml = await readFile(join(root, 'wrangler.toml'), 'utf8')
  const directory = await mkdtemp(join(tmpdir(), 'yardflow-worker-'))
  try {
    const config = join(directory, 'wrangler.toml')
    const entry = JSON.stringify(join(root, 'functions/worker.ts'))
    const moved = withoutTables(toml, 'build', 'assets').replaceAll('"./', `"${root}`)
    await writeFile(config, moved.replace(/^main = .*$/m, `main = ${entry}`))
    await promisify(execFile)(
      join(root, 'node_modules/.bin/wrangler'),
      ['deploy', '--dry-run', '--config', config, '--outdir', directory],
      { cwd: root, env: { ...process.env, WRANGLER_SEND_METRICS: 'false' }, timeout: 110_000 },
    )
    const listed = /^compatibility_flags = (\[.*\])$/m.exec(toml)?.[1] ?? '[]'
    return {
      script: await readFile(join(directory, 'worker.js'), 'utf8'),
      compatibilityDate: /^compatibility_date = "(.*)"$/m.exec(toml)?.[1] ?? '',
      compatibilityFlags: JSON.parse(listed) as string[],
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function withoutTables(toml: string, ...names: string[]): string {
  return names.reduce(
    (text, name) => text.replace(new RegExp(`^\\[${name}\\]\\n(?!\\[)(?:[^\\[\\n].*\\n)*`, 'm'), ''),
    toml,
  )
}
