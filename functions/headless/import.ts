import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import type { Ctx } from '../context.ts'
import { scoreAccounts } from '../domain/accounts/score-accounts.ts'
import { applyImport, type ImportCounts } from '../domain/imports/apply-import.ts'
import { pickImportEvent } from '../domain/imports/pick-import-event.ts'
import { stageImport } from '../domain/imports/stage-import.ts'
import { InvalidError } from '../errors.ts'
import { transact } from '../transact.ts'
import { openCommandContext, progress, runCommand } from './open.ts'

const none: ImportCounts = { read: 0, new: 0, updated: 0, duplicate: 0, rejected: 0 }

// npm run import -- FILE… [--event NAME]: brings lists of companies and people into an event, in the order given.
await runCommand(import.meta, async () => {
  const { values, positionals } = parseArgs({ options: { event: { type: 'string' } }, allowPositionals: true })
  if (positionals.length === 0) throw new InvalidError('Usage: npm run import -- FILE… [--event NAME]')
  const files = await Promise.all(positionals.map(readList))
  const { ctx, close } = await openCommandContext()
  try {
    const event = await pickImportEvent(ctx, values.event ?? null)
    progress(`Event: ${event.name}`)
    const counts = await importFiles(ctx, event.id, files)
    const { scored } = await scoreAccounts(ctx, { event_id: event.id, reason: 'Imported by command' })
    progress(`${scored} accounts scored`)
    return { answer: { ...counts } }
  } finally {
    await close()
  }
})

/** Applies the files one after the other, without the queue. */
export async function importFiles(
  ctx: Ctx,
  event_id: string,
  files: readonly { file_name: string; bytes: Uint8Array }[],
): Promise<{ companies: ImportCounts; people: ImportCounts }> {
  const counts = { companies: { ...none }, people: { ...none } }
  for (const { file_name, bytes } of files) {
    const { id, kind, total_rows } = await transact(ctx, (tx) => stageImport(tx, { event_id, file_name, bytes }))
    progress(`${file_name}: ${total_rows} rows of ${kind}`)
    const done = await applyImport(ctx, {
      import_id: id,
      budget_ms: null,
      onProgress: (now) => progress(`${file_name}: ${now.read} of ${total_rows}`),
    })
    for (const name of Object.keys(none) as (keyof ImportCounts)[]) counts[kind][name] += done[name]
  }
  return counts
}

async function readList(file: string): Promise<{ file_name: string; bytes: Uint8Array }> {
  try {
    return { file_name: basename(file), bytes: await readFile(file) }
  } catch (error) {
    const reason =
      error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'there is no such file' : error
    throw new InvalidError(`${file} cannot be read: ${reason}`)
  }
}
