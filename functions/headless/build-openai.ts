import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { isStarted } from './open.ts'

/**
 * The Worker's copy of the OpenAI SDK (wrangler.toml names it in `alias`): whole but for the APIs that nobody here calls,
 * which are three quarters of its size. On Node and in its tests the package itself runs.
 */
const OUT = fileURLToPath(new URL('../../node_modules/.cache/yardflow/openai.mjs', import.meta.url))

async function buildOpenAi(): Promise<void> {
  await build({
    stdin: {
      contents: `
        export { OpenAI as default } from 'openai/client'
        export { APIConnectionTimeoutError, APIError } from 'openai/core/error'`,
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['workerd', 'worker'],
    external: ['node:*'],
    outfile: OUT,
    plugins: [emptyClasses],
  })
}

/** The APIs we do not call, and what streams an answer of the one we do. */
const unused = /[\\/]resources[\\/](?!responses[\\/])(?!.*\b(?:index|shared)\.)|[\\/]ResponseStream\./

/** A client makes one of each API's classes; those that are not used are made without anything in them. */
const emptyClasses: Plugin = {
  name: 'empty-classes',
  setup({ onLoad }) {
    onLoad({ filter: /openai[\\/].*\.m?js$/ }, async ({ path }) => {
      if (!unused.test(path)) return undefined
      const source = await readFile(path, 'utf8')
      const names = [...source.matchAll(/^export class (\w+)/gm)].map(([, name]) => name)
      return { contents: names.map((name) => `export class ${name} {}`).join('\n') }
    })
  },
}

if (isStarted(import.meta)) await buildOpenAi()
