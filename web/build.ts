import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build as bundle } from 'esbuild'
import type { Assets } from './assets.ts'

const web = dirname(fileURLToPath(import.meta.url))
const out = join(web, 'public', 'build')
const require = createRequire(import.meta.url)

type AssetName = Exclude<keyof Assets, 'buildId'>

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAssets()

/** Fills `web/public/build/`: every file named by the hash of its content, and `manifest.json` beside them. */
export async function buildAssets(): Promise<Assets> {
  await mkdir(out, { recursive: true })

  const font = await readFile(require.resolve('@fontsource-variable/archivo/files/archivo-latin-wght-normal.woff2'))
  const fontUrl = await emit('font.woff2', font)
  const [script, style] = await Promise.all([compileScript(), compileStyle()])
  const manifest: Record<AssetName, string> = {
    'app.css': await emit('app.css', style.replaceAll('/build/font.woff2', fontUrl)),
    'app.js': await emit('app.js', script),
    'htmx.js': await emit('htmx.js', await readFile(join(dirname(require.resolve('htmx.org')), 'htmx.min.js'))),
    'font.woff2': fontUrl,
    'icon.svg': await emit('icon.svg', await readFile(join(web, 'styles', 'icon.svg'))),
  }
  const assets: Assets = { ...manifest, buildId: hashOf(Object.values(manifest).join()) }
  await writeFile(join(out, 'manifest.json'), `${JSON.stringify(assets, null, 2)}\n`)
  await removeStale(new Set([...Object.values(manifest).map((url) => basename(url)), 'manifest.json']))
  return assets
}

/** Last, so that a server that runs meanwhile never misses a file of its manifest. */
async function removeStale(kept: ReadonlySet<string>): Promise<void> {
  const files = await readdir(out)
  await Promise.all(files.filter((file) => !kept.has(file)).map((file) => rm(join(out, file))))
}

async function emit(name: AssetName, content: string | Uint8Array): Promise<string> {
  const [stem, extension] = name.split('.')
  const file = `${stem}-${hashOf(content)}.${extension}`
  await writeFile(join(out, file), content)
  return `/build/${file}`
}

function hashOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 10)
}

async function compileScript(): Promise<string> {
  const { outputFiles } = await bundle({
    // No module of ours does anything when it is imported, so the call stands here.
    stdin: { contents: "import { enhance } from './app.ts'; enhance()", resolveDir: join(web, 'client') },
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

async function compileStyle(): Promise<string> {
  const scratch = await mkdtemp(join(tmpdir(), 'hitlist-css-'))
  try {
    const cli = join(dirname(require.resolve('@tailwindcss/cli/package.json')), 'dist', 'index.mjs')
    const target = join(scratch, 'app.css')
    const options = ['--input', join(web, 'styles', 'app.css'), '--output', target, '--minify']
    await promisify(execFile)(process.execPath, [cli, ...options], { cwd: join(web, '..') })
    return await readFile(target, 'utf8')
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
