import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startApp } from '../../functions/node.ts'
import { insertTestEvent, type SignedIn, signInAs } from '../sign-in.ts'
import { fillEvent } from './big-list.ts'
import { type Figures, measure, say } from './measure.ts'

const TIMES = 50
/** Fine enough for a figure in tenths of a second, and seldom enough not to be what is measured. */
const POLL_MS = 5

/** From the POST that enqueues to the first status that says completed, on the local queue as `npm start` runs it. */
export async function benchJob(): Promise<{ enqueue_to_completed: Figures; jobs: number }> {
  const directory = await mkdtemp(join(tmpdir(), 'yardflow-bench-'))
  const app = await startApp({ env: { DATA_DIR: directory }, port: 0, write: { info: () => {}, error: say } })
  try {
    const event_id = await insertTestEvent(app)
    await fillEvent(app.ctx.db, event_id, { accounts: TIMES, people: TIMES * 4 }, app.ctx.clock.now())
    const rep = await signInAs(app, { active_event_id: event_id })
    const accounts = await app.ctx.db.selectFrom('account').select('id').execute()
    await complete(rep, accounts[0]?.id ?? '')
    const enqueue_to_completed = await measure(TIMES, () => complete(rep, accounts.pop()?.id ?? ''))
    say(`enqueued to completed: ${JSON.stringify(enqueue_to_completed)}`)
    return { enqueue_to_completed, jobs: TIMES }
  } finally {
    await app.close()
    await rm(directory, { recursive: true, force: true })
  }
}

async function complete(rep: SignedIn, account_id: string): Promise<void> {
  const answer = await rep.request('/api/queue/enrich', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ accountId: account_id, jobType: 'email-pattern' }),
  })
  if (answer.status !== 202) throw new Error(`The queue answered ${answer.status}`)
  const { jobId } = (await answer.json()) as { jobId: string }
  for (;;) {
    const { status } = (await (await rep.request(`/api/queue/status/${jobId}`)).json()) as { status: string }
    if (status === 'completed') return
    if (status === 'failed') throw new Error(`Job ${jobId} failed`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}
