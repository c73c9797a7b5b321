import { lockImport, updateDraft } from '../../../db/queries/imports.ts'
import type { ImportOptions } from '../../../db/tables/import.ts'
import type { Ctx } from '../../context.ts'
import { InvalidError, NotFoundError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { mapColumns } from './map-columns.ts'
import { stageApply } from './stage-import.ts'
import { dropUpload } from './upload-import.ts'

/** Leaves nothing to decide: the rows are applied. Pressed twice it runs once. */
export async function runDraft(
  ctx: Ctx,
  { import_id, options }: { import_id: string; options?: ImportOptions },
): Promise<void> {
  await transact(ctx, async (tx) => {
    const list = await lockImport(tx.db, import_id)
    if (list === undefined) throw new NotFoundError('import')
    if (list.status !== 'draft') return
    if (list.step === 'upload') throw new InvalidError('The file is not read yet.')
    if (list.total_rows === 0) throw new InvalidError('The file could not be read.')
    // Says what is missing when nothing was matched.
    if (Object.keys(list.mapping).length === 0) mapColumns(list.columns)
    await updateDraft(tx.db, import_id, {
      status: 'staged',
      step: 'run',
      ...(options && { options: JSON.stringify(options) }),
    })
    await dropUpload(tx, import_id)
    await stageApply(tx, import_id)
  })
}
