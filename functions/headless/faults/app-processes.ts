import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Order, Report, VerbName, Verbs } from './app-process.ts'
import { bundleApp } from './bundle-app.ts'

/** The app refused what it was asked: its own words, not a crash. */
export class RefusedError extends Error {
  override name = 'RefusedError'
  constructor(
    message: string,
    /** false: something broke on the way, and asking again may help */
    readonly is_final: boolean,
  ) {
    super(message)
  }
}

/** The process ended, or was killed, before it answered. */
export class DiedError extends Error {
  override name = 'DiedError'
}

/** One operating-system process; `kill` is SIGKILL. */
export class AppProcess {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  readonly #warm: Promise<void>
  readonly ended: Promise<void>
  #calls = 0
  #has_ended = false
  #onStart: ((report: Extract<Report, { kind: 'started' | 'failed' }>) => void) | undefined
  #onClock: (() => void) | undefined

  constructor(child: ChildProcess, onLog: (line: string) => void) {
    this.#child = child
    let warm = () => {}
    this.#warm = new Promise((resolve) => {
      warm = resolve
    })
    child.on('message', (report: Report) => {
      if (report.kind === 'warm') warm()
      else if (report.kind === 'log') onLog(report.line)
      else this.#hear(report)
    })
    this.ended = new Promise((resolve) => {
      child.once('exit', () => {
        this.#has_ended = true
        for (const { reject } of this.#waiting.values()) reject(new DiedError('The app died'))
        this.#waiting.clear()
        this.#onStart?.({ kind: 'failed', error: 'The app died' })
        this.#onClock?.()
        warm()
        resolve()
      })
    })
  }

  get isAlive(): boolean {
    return !this.#has_ended
  }

  /** @throws DiedError when it does not come up */
  async start(env: Record<string, string>, port: number, offset_ms: number): Promise<void> {
    await this.#warm
    const report = await new Promise<Extract<Report, { kind: 'started' | 'failed' }>>((resolve) => {
      this.#onStart = resolve
      if (this.#has_ended) resolve({ kind: 'failed', error: 'The app died' })
      else this.#send({ kind: 'start', env, port, offset_ms })
    })
    this.#onStart = undefined
    if (report.kind === 'failed') throw new DiedError(report.error)
  }

  /** Resolves once the process goes by the new time, or is no more. */
  async setClock(offset_ms: number): Promise<void> {
    if (this.#has_ended) return
    await new Promise<void>((resolve) => {
      this.#onClock = resolve
      this.#send({ kind: 'clock', offset_ms })
    })
    this.#onClock = undefined
  }

  /** @throws RefusedError, DiedError */
  call<Name extends VerbName>(
    verb: Name,
    input: Parameters<Verbs[Name]>[1],
  ): Promise<Awaited<ReturnType<Verbs[Name]>>> {
    const id = ++this.#calls
    return new Promise((resolve, reject) => {
      if (this.#has_ended) return reject(new DiedError('The app is dead'))
      this.#waiting.set(id, { resolve: (value) => resolve(value as Awaited<ReturnType<Verbs[Name]>>), reject })
      this.#send({ kind: 'call', id, verb, input })
    })
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  #send(order: Order): void {
    // A process that is being killed has nobody to tell.
    this.#child.send(order, () => {})
  }

  #hear(report: Report): void {
    switch (report.kind) {
      case 'started':
      case 'failed':
        this.#onStart?.(report)
        return
      case 'clock':
        this.#onClock?.()
        return
      case 'answer':
        this.#waiting.get(report.id)?.resolve(report.value)
        this.#waiting.delete(report.id)
        return
      case 'refused':
        this.#waiting.get(report.id)?.reject(new RefusedError(report.error, report.is_final))
        this.#waiting.delete(report.id)
    }
  }
}

export interface AppProcesses {
  /** a process that is loaded already, most of the time; another one begins to load in its place */
  take(): AppProcess
  close(): Promise<void>
}

export async function openAppProcesses(onLog: (line: string) => void): Promise<AppProcesses> {
  const app = await bundleApp()
  const all = new Set<AppProcess>()
  const spares: AppProcess[] = []
  const spawnOne = () => {
    const child = spawn(process.execPath, ['--eval', `import(${JSON.stringify(app.file)})`], {
      // Nothing of the shell's environment: it might name a real database or provider.
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: join(app.folder, 'cache') },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const one = new AppProcess(child, onLog)
    all.add(one)
    void one.ended.then(() => all.delete(one))
    return one
  }
  spares.push(spawnOne())
  return {
    take() {
      const taken = spares.shift() ?? spawnOne()
      spares.push(spawnOne())
      return taken
    },
    async close() {
      const living = [...all]
      for (const one of living) one.kill()
      await Promise.all(living.map((one) => one.ended))
      await app.remove()
    },
  }
}
