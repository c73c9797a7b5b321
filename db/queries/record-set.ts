/**
 * Records as a JSON array for json_populate_recordset, which takes a microsecond for each field: nulls, most of a list's fields, are left out.
 * The first field of a record is never null. A quote inside a text is escaped, so the pattern finds nothing there.
 */
export function withoutNulls(records: readonly object[]): string {
  return JSON.stringify(records).replace(/,"\w+":null/g, '')
}

/** The columns that any of the records has a value for. */
export function columnsWithValues<Column extends string>(
  columns: readonly Column[],
  records: readonly Partial<Record<Column, unknown>>[],
): Column[] {
  return columns.filter((column) => records.some((record) => (record[column] ?? null) !== null))
}
