import { Worker } from 'bullmq'
import { openPeerMail, type PeerJob } from './peer-mail.ts'
import { answerParent } from './processes.ts'
import { bullmq } from './tuning.ts'

const mail = openPeerMail()
const worker = new Worker<PeerJob>('mail', async ({ data }) => mail.recordSoon(await mail.send(data)), {
  connection: { url: process.env.REDIS_URL, maxRetriesPerRequest: null },
  prefix: process.env.PREFIX,
  autorun: false,
  concurrency: Number(process.env.JOBS_AT_ONCE),
  ...bullmq.worker,
})
worker.on('error', (error) => process.stderr.write(`BullMQ: ${error.message}\n`))
await worker.waitUntilReady()
answerParent({ go: () => void worker.run() })
