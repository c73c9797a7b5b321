import { deleteImportIssues } from '../../../db/queries/import-issues.ts'
import { saveImportLayout } from '../../../db/queries/import-layouts.ts'
import { lockImport, updateDraft } from '../../../db/queries/imports.ts'
import type { Row } from '../../../db/schema.ts'
import type { ImportKind } from '../../../db/tables/import.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { ConflictError, InvalidError, NotFoundError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { stageCheck } from './check-import.ts'
import { headerKeyOf } from './guess-columns.ts'
import { fieldsOf } from './map-columns.ts'

export interface MatchedColumns {
  import_id: string
  kind: ImportKind
  /** field for each column in their order; '' is not imported */
  fields: readonly string[]
}

/**
 * Says which column holds what, remembers it for the next file with these headers, and has the rows checked.
 *
 * @throws InvalidError naming what is missing, or the column whose field another one has already
 */
export async function matchColumns(ctx: Ctx, { import_id, kind, fields }: MatchedColumns): Promise<void> {
  await transact(ctx, async (tx) => {
    const list = await requireDraft(tx, import_id)
    const mapping = mappingOf(list, kind, fields)
    await deleteImportIssues(tx.db, import_id)
    await updateDraft(tx.db, import_id, {
      kind,
      mapping: JSON.stringify(mapping),
      step: 'check',
      checked_rows: 0,
      issue_count: 0,
    })
    await saveImportLayout(tx.db, {
      header_key: headerKeyOf(list.columns),
      kind,
      mapping: JSON.stringify(mapping),
      used_at: tx.clock.now(),
    })
    await stageCheck(tx, import_id)
  })
}

function mappingOf(list: Row<'import'>, kind: ImportKind, fields: readonly string[]): Record<string, string> {
  const known = new Set(fieldsOf(kind))
  const mapping: Record<string, string> = {}
  const errors: Record<string, string> = {}
  list.columns.forEach((column, place) => {
    const field = fields[place] ?? ''
    if (field === '') return
    if (!known.has(field)) errors[`column_${place}`] = 'Choose one of the fields'
    else if (mapping[field] !== undefined) errors[`column_${place}`] = `“${mapping[field]}” is matched to this already`
    else mapping[field] = column
  })
  const missing = missingField(kind, mapping)
  if (missing !== null) errors.kind = missing
  if (Object.keys(errors).length > 0) throw new InvalidError('The columns do not match yet.', errors)
  return mapping
}

function missingField(kind: ImportKind, { name, first_name, last_name, domain, website }: Record<string, string>) {
  if (kind === 'people')
    return name || first_name || last_name ? null : 'People need a column with their name, or with first and last name'
  return name || domain || website ? null : 'Companies need a column with their name, domain or website'
}

/** Held until the transaction ends. @throws ConflictError when it runs already */
export async function requireDraft(tx: TxCtx, import_id: string): Promise<Row<'import'>> {
  const list = await lockImport(tx.db, import_id)
  if (list === undefined) throw new NotFoundError('import')
  if (list.status !== 'draft') throw new ConflictError('This import has begun already.')
  return list
}
