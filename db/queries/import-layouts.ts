import type { Db, Row } from '../schema.ts'

export async function findImportLayout(db: Db, header_key: string): Promise<Row<'import_layout'> | undefined> {
  return db.selectFrom('import_layout').selectAll().where('header_key', '=', header_key).executeTakeFirst()
}

/** The last choice for these headers is what is proposed next. */
export async function saveImportLayout(
  db: Db,
  layout: { header_key: string; kind: Row<'import_layout'>['kind']; mapping: string; used_at: Date },
): Promise<void> {
  await db
    .insertInto('import_layout')
    .values(layout)
    .onConflict((conflict) =>
      conflict
        .column('header_key')
        .doUpdateSet({ kind: layout.kind, mapping: layout.mapping, used_at: layout.used_at }),
    )
    .execute()
}
