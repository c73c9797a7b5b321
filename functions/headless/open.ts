import { ConfigError, readConfig } from '../config.ts'
import type { Ctx } from '../context.ts'
import { AppError } from '../errors.ts'
import { openStore } from '../local/store.ts'
import { openLog } from '../log.ts'
import { wallClock } from '../ports/clock.ts'
import { openServices } from '../services.ts'

/** What a command prints on the way; standard output belongs to its one JSON line. */
export function progress(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Whether the module was started, not imported. */
export function isStarted(module: { filename: string }): boolean {
  return process.argv[1] === module.filename
}

/**
 * Runs a command if its module was started: its answer becomes the last line of standard output; what it throws becomes a line on standard error
 * and exit code 1.
 */
export async function runCommand(
  module: { filename: string },
  command: () => Promise<{ answer: Record<string, unknown>; ok?: boolean }>,
): Promise<void> {
  if (!isStarted(module)) return
  try {
    const { answer, ok } = await command()
    process.stdout.write(`${JSON.stringify(answer)}\n`)
    process.exitCode = ok === false ? 1 : 0
  } catch (error) {
    const isExpected = error instanceof AppError || error instanceof ConfigError || isArgumentError(error)
    progress(
      isExpected && error instanceof Error ? error.message : String(error instanceof Error ? error.stack : error),
    )
    process.exitCode = 1
  }
}

/** A context without a queue that is reachable from here: jobs that a verb stages wait for the app to start. */
export async function openCommandContext(): Promise<{ ctx: Ctx; close(): Promise<void> }> {
  const config = readConfig(process.env)
  const store = await openStore(config)
  const ctx: Ctx = {
    db: store.db,
    clock: wallClock,
    config,
    services: openServices(config),
    log: openLog({ info: () => {}, error: progress }),
    actor: null,
    waitUntil: () => {},
  }
  return { ctx, close: store.close }
}

function isArgumentError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
}
