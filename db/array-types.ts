/** An array type of PostgreSQL for postgres.js, which otherwise asks the server about them on each new connection. */
interface ArrayType {
  to: number
  from: number[]
  serialize(items: unknown): string
  parse(text: string): unknown[]
}

const arrayOf = (oid: number, read: (text: string) => unknown): ArrayType => ({
  to: oid,
  from: [oid],
  serialize: (items) => (Array.isArray(items) ? writeArray(items) : String(items)),
  parse: (text) => readArray(text, read),
})

const asText = (text: string) => text

/** One-dimensional arrays of what our columns and queries are made of. */
export const arrayTypes = {
  bool_array: arrayOf(1000, (text) => text === 't'),
  int2_array: arrayOf(1005, Number),
  int4_array: arrayOf(1007, Number),
  text_array: arrayOf(1009, asText),
  varchar_array: arrayOf(1015, asText),
  int8_array: arrayOf(1016, Number),
  float8_array: arrayOf(1022, Number),
  timestamptz_array: arrayOf(1185, (text) => new Date(text)),
  date_array: arrayOf(1182, asText),
  name_array: arrayOf(1003, asText),
  uuid_array: arrayOf(2951, asText),
}

function writeArray(items: readonly unknown[]): string {
  return `{${items.map(writeItem).join()}}`
}

function writeItem(item: unknown): string {
  if (item === null || item === undefined) return 'NULL'
  const text = item instanceof Date ? item.toISOString() : String(item)
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

function readArray(text: string, read: (text: string) => unknown): unknown[] {
  const items: unknown[] = []
  for (const [, quoted, bare] of text.matchAll(/"((?:[^"\\]|\\.)*)"|([^{},"]+)/gs))
    if (quoted !== undefined) items.push(read(quoted.replace(/\\(.)/gs, '$1')))
    else items.push(bare === 'NULL' ? null : read(bare ?? ''))
  return items
}
