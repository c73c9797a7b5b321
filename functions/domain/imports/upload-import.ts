import { deleteImportChunks, insertImportChunk, listChunkSizes } from '../../../db/queries/import-uploads.ts'
import { insertImport, lockImport, updateDraft } from '../../../db/queries/imports.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { ConflictError, InvalidError, NotFoundError, TooLargeError } from '../../errors.ts'
import { stageJob } from '../../jobs/stage.ts'
import { transact } from '../../transact.ts'
import { MAX_FILE_BYTES } from './decode-text.ts'
import { textCell } from './read-cells.ts'

/** Of every chunk but the last. */
const CHUNK_BYTES = 4 * 1024 * 1024

export interface NewUpload {
  event_id: string
  file_name: string
  size_bytes: number
}

/** An import whose bytes are still to come. @returns its id */
export async function beginUpload(ctx: Ctx, { event_id, file_name, size_bytes }: NewUpload): Promise<string> {
  if (!Number.isInteger(size_bytes) || size_bytes < 1) throw new InvalidError('The file is empty.')
  if (size_bytes > MAX_FILE_BYTES)
    throw new TooLargeError('The file is larger than 50 MB. Split it and import the parts.')
  const id = crypto.randomUUID()
  await insertImport(ctx.db, {
    id,
    event_id,
    user_id: ctx.actor?.user_id ?? null,
    kind: 'people',
    status: 'draft',
    step: 'upload',
    file_name: textCell(file_name, 200) ?? 'list.csv',
    columns: '[]',
    mapping: '{}',
    size_bytes,
    created_at: ctx.clock.now(),
  })
  return id
}

/**
 * Keeps one chunk; sent twice it is there once. The last one that was missing stages the reading of the file.
 *
 * @throws InvalidError when it is not as long as a chunk at its place is
 */
export async function saveChunk(
  ctx: Ctx,
  { import_id, chunk_number, bytes }: { import_id: string; chunk_number: number; bytes: Uint8Array },
): Promise<void> {
  await transact(ctx, async (tx) => {
    const list = await lockImport(tx.db, import_id)
    if (list === undefined) throw new NotFoundError('import')
    if (list.status !== 'draft' || list.step !== 'upload') return
    const size = list.size_bytes ?? 0
    const due = Math.min(CHUNK_BYTES, size - chunk_number * CHUNK_BYTES)
    if (!Number.isInteger(chunk_number) || chunk_number < 0 || due <= 0 || bytes.length !== due)
      throw new InvalidError('This is not a chunk of the file.')
    await insertImportChunk(tx.db, import_id, chunk_number, bytes)
    const sizes = await listChunkSizes(tx.db, import_id)
    if (sizes.reduce((sum, chunk) => sum + chunk.size, 0) === size) await stageReading(tx, import_id)
  })
}

/** The whole file at once, for a browser without a script. @returns the id of the import */
export async function uploadWhole(
  ctx: Ctx,
  { event_id, file_name, bytes }: { event_id: string; file_name: string; bytes: Uint8Array },
): Promise<string> {
  const import_id = await beginUpload(ctx, { event_id, file_name, size_bytes: bytes.length })
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES)
    await saveChunk(ctx, {
      import_id,
      chunk_number: start / CHUNK_BYTES,
      bytes: bytes.subarray(start, start + CHUNK_BYTES),
    })
  return import_id
}

/** Reads the file once more, with another sheet or header. */
export async function chooseSheet(
  ctx: Ctx,
  { import_id, sheet, header_row }: { import_id: string; sheet: string | null; header_row: number | null },
): Promise<void> {
  await transact(ctx, async (tx) => {
    const list = await lockImport(tx.db, import_id)
    if (list === undefined) throw new NotFoundError('import')
    if (list.status !== 'draft') throw new ConflictError('This import has begun already.')
    await updateDraft(tx.db, import_id, { step: 'upload', sheet, header_row, error: null })
    await stageReading(tx, import_id)
  })
}

function stageReading(tx: TxCtx, import_id: string): Promise<string> {
  return stageJob(tx, 'read-import', { import_id }, { key: `read-import ${import_id}` })
}

/** Once an import runs nobody chooses another sheet. */
export const dropUpload = (tx: TxCtx, import_id: string): Promise<void> => deleteImportChunks(tx.db, import_id)
