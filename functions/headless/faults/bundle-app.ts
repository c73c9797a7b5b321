import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const here = import.meta.dirname

/** One file of the whole app, as for deploying: a process is up in a fraction of the time that loading each module takes. */
export async function bundleApp(): Promise<{ file: string; folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'yardflow-faults-'))
  const file = join(folder, 'app.mjs')
  await build({
    stdin: { contents: "import { runAppProcess } from './app-process.ts'; runAppProcess()", resolveDir: here },
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url)",
    },
    // The pages' styles are found from the place of functions/node.ts.
    define: { 'import.meta.url': JSON.stringify(pathToFileURL(join(here, '..', '..', 'node.ts')).href) },
    logLevel: 'error',
  })
  return { file, folder, remove: () => rm(folder, { recursive: true, force: true }) }
}
