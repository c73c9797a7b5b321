import { benchImport } from './import.ts'
import { benchJob } from './job.ts'
import { benchSend } from './send.ts'
import { benchSimulate } from './simulate.ts'
import { benchWeb } from './web.ts'

// npm run bench -- web|job|send|simulate|import: what is measured on the way goes to standard error, the figures as JSON to the last line of standard output.
const benches: Record<string, () => Promise<unknown>> = {
  web: benchWeb,
  job: benchJob,
  send: benchSend,
  simulate: benchSimulate,
  import: benchImport,
}
const name = process.argv[2] ?? ''
const bench = benches[name]
if (bench === undefined) {
  process.stderr.write(`Which bench? ${Object.keys(benches).join(' or ')}\n`)
  process.exitCode = 1
} else {
  process.stdout.write(`${JSON.stringify({ bench: name, ...((await bench()) as object) })}\n`)
}
