import { Logger, run } from 'graphile-worker'
import { openPeerMail, type PeerJob } from './peer-mail.ts'
import { answerParent } from './processes.ts'
import { graphile } from './tuning.ts'

const mail = openPeerMail()
answerParent({
  go: async () => {
    await run({
      connectionString: process.env.DATABASE_URL,
      preset: { worker: graphile },
      maxPoolSize: 10,
      noHandleSignals: true,
      logger: new Logger(() => (level, message) => {
        if (level === 'error') process.stderr.write(`graphile-worker: ${message}\n`)
      }),
      taskList: { mail: async (payload) => mail.recordSoon(await mail.send(payload as PeerJob)) },
    })
  },
})
