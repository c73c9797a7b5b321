import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A process of the bench's own. It answers what it is asked, and ends when we do. */
export interface Child {
  ask<Answer = void>(what: string): Promise<Answer>
  end(): Promise<void>
  /** SIGKILL: no goodbye, as when a machine is taken away. */
  kill(): Promise<void>
}

type Question = { id: number; what: string }
type Reply = { id: number; answer?: unknown; error?: string }

/** @param file beside this one; it calls `answerParent` and is handed `env` and nothing that leads to a proxy */
export async function startChild(file: string, env: Record<string, string>): Promise<Child> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [], {
    execArgv: [...(process.env.BENCH_NODE_ARGS?.split(' ') ?? []), '--import', import.meta.resolve('tsx')],
    env: { PATH: process.env.PATH, TZ: 'UTC', ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const waiting = new Map<number, (reply: Reply) => void>()
  child.on('message', (reply: Reply) => {
    waiting.get(reply.id)?.(reply)
    waiting.delete(reply.id)
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  void ended.then(() => {
    for (const [id, answer] of waiting) answer({ id, error: `${file} ended` })
  })
  let asked = 0
  const ask = async <Answer>(what: string): Promise<Answer> => {
    const id = asked++
    const reply = await new Promise<Reply>((resolve) => {
      waiting.set(id, resolve)
      child.send({ id, what } satisfies Question, (error) => {
        if (error) resolve({ id, error: error.message })
      })
    })
    if (reply.error !== undefined) throw new Error(reply.error)
    return reply.answer as Answer
  }
  await ready(child, ended, file)
  return {
    ask,
    async end() {
      child.disconnect()
      await ended
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function ready(child: ChildProcess, ended: Promise<void>, file: string): Promise<void> {
  const isReady = new Promise<true>((resolve) => child.once('message', () => resolve(true)))
  if ((await Promise.race([isReady, ended])) !== true) throw new Error(`${file} did not start`)
}

const cpuMs = () => (process.cpuUsage().user + process.cpuUsage().system) / 1000

/** The other end, in the child: says that it is ready, and answers what it is asked and how much it has computed. */
export function answerParent(answers: Record<string, () => unknown>): void {
  process.on('message', async ({ id, what }: Question) => {
    try {
      const answer = what === 'cpu_ms' ? cpuMs() : await answers[what]?.()
      process.send?.({ id, answer } satisfies Reply)
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : 'unknown' } satisfies Reply)
    }
  })
  process.once('disconnect', () => process.exit())
  process.send?.({ id: -1 } satisfies Reply)
}
