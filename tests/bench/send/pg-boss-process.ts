import { PgBoss } from 'pg-boss'
import { openPeerMail, type PeerJob } from './peer-mail.ts'
import { answerParent } from './processes.ts'
import { pgBoss } from './tuning.ts'

const mail = openPeerMail()
const boss = new PgBoss({ connectionString: process.env.DATABASE_URL, max: 10, ...pgBoss.instance })
boss.on('error', (error) => process.stderr.write(`pg-boss: ${error.message}\n`))
await boss.start()
answerParent({
  go: async () => {
    await boss.work<PeerJob>('mail', pgBoss.worker, async (jobs) => {
      await mail.record(await Promise.all(jobs.map((job) => mail.send(job.data))))
    })
  },
})
