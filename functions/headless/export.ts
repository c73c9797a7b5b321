import { open } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { exportKinds, exportList } from '../domain/exports/export-list.ts'
import { pickImportEvent } from '../domain/imports/pick-import-event.ts'
import { InvalidError } from '../errors.ts'
import { openCommandContext, progress, runCommand } from './open.ts'

// npm run export -- KIND [--event NAME] [--out FILE]: writes a list as CSV that opens safely in a spreadsheet.
await runCommand(import.meta, async () => {
  const { values, positionals } = parseArgs({
    options: { event: { type: 'string' }, out: { type: 'string' } },
    allowPositionals: true,
  })
  const [kind = ''] = positionals
  if (!exportKinds.includes(kind) || positionals.length > 1)
    throw new InvalidError(`Usage: npm run export -- ${exportKinds.join('|')} [--event NAME] [--out FILE]`)
  const file = values.out ?? `${kind}.csv`
  const { ctx, close } = await openCommandContext()
  try {
    const event = await pickImportEvent(ctx, values.event ?? null)
    const rows = await writeList(file, exportList(ctx, { kind, event_id: event.id }))
    return { answer: { kind, rows, file } }
  } finally {
    await close()
  }
})

async function writeList(file: string, batches: AsyncIterable<{ text: string; rows: number }>): Promise<number> {
  const handle = await open(file, 'w')
  try {
    let written = 0
    for await (const { text, rows } of batches) {
      await handle.write(text)
      written += rows
      progress(`${file}: ${written} rows`)
    }
    return written
  } finally {
    await handle.close()
  }
}
