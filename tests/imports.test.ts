import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { listSourceFiles } from './source-files.ts'

const root = new URL('..', import.meta.url).pathname

/**
 * Runs before anything is imported: whatever reaches for the network or for a timer is noted with the module that was
 * being imported.
 */
const guard = `
import net from 'node:net'
import dns from 'node:dns'
export const offences = []
export const current = { file: '' }
const offence = (what) => (...args) => { offences.push(current.file + ' ' + what); throw new Error(what + ' at import') }
net.Socket.prototype.connect = offence('connects')
net.Server.prototype.listen = offence('listens')
dns.lookup = offence('looks a host up')
globalThis.fetch = offence('fetches')
const { setTimeout: later, setInterval: again } = globalThis
globalThis.setInterval = (...args) => { if (current.file) offences.push(current.file + ' starts a timer'); return again(...args) }
globalThis.setTimeout = (...args) => { if (current.file) offences.push(current.file + ' starts a timer'); return later(...args) }
`

test('every module can be imported with an empty environment and without a network', async () => {
  // What web/client holds runs in a browser when the page has loaded.
  const files = listSourceFiles().filter((file) => !file.startsWith('web/client/'))
  const program = `
    ${guard.replaceAll('export ', '')}
    for (const file of ${JSON.stringify(files)}) {
      current.file = file
      try { await import(${JSON.stringify(root)} + file) } catch (error) { offences.push(file + ' throws ' + (error?.stack ?? error)) }
      current.file = ''
    }
    console.log(JSON.stringify({ imported: ${files.length}, offences }))
  `
  // A module that keeps the process alive runs into the time-out, which kills the process and fails the test.
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', program],
    { cwd: root, env: { PATH: process.env.PATH }, timeout: 60_000, maxBuffer: 10_000_000 },
  )
  const { imported, offences } = JSON.parse(stdout.trim().split('\n').at(-1)!)
  expect(offences).toEqual([])
  expect(imported).toBeGreaterThan(50)
}, 90_000)
