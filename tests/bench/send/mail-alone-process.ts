import { peerJobs } from './peer-jobs.ts'
import { openPeerMail } from './peer-mail.ts'
import { answerParent } from './processes.ts'

const mail = openPeerMail()
const jobs = peerJobs(Number(process.env.MAILS))
answerParent({ go: () => void Promise.all(jobs.map((job) => mail.send(job))) })
