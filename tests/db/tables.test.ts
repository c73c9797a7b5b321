import { readdirSync, readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../database.ts'

/** Column name to what its type says: `type` in the words of the migration, `values` when only some texts are allowed. */
type Columns = Record<string, { type: string; is_nullable: boolean; values?: string[] }>

const folder = new URL('../../db/tables/', import.meta.url)
let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())

test('the hand-written table types are the migrated database', async () => {
  expect(readTypes()).toEqual(await readDatabase())
})

test('every foreign key is the beginning of an index', async () => {
  const { rows } = await sql<{ missing: string }>`
    select conrelid::regclass || '.' || a.attname as missing
    from pg_constraint c
    join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'f' and c.connamespace = 'public'::regnamespace
      and not exists (select 1 from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1])`.execute(
    database.db,
  )
  expect(rows.map((row) => row.missing)).toEqual([])
})

test('no index knows what handing a mail over changes: the row finds room on its page, and no index is written', async () => {
  const { rows } = await sql<{ index: string; column: string }>`
    select distinct i.indexrelid::regclass::text as index, a.attname as column
    from pg_index i
      join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = i.indexrelid
        and d.refclassid = 'pg_class'::regclass and d.refobjid = i.indrelid and d.refobjsubid > 0
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = d.refobjsubid
    where i.indrelid = 'message'::regclass`.execute(database.db)
  expect(rows).toContainEqual({ index: 'message_of_domain_day', column: 'to_domain' })
  expect(rows).toContainEqual({ index: 'message_unconfirmed', column: 'state' })
  const changed = ['handed_at', 'to_address', 'subject', 'body_text', 'body_html', 'in_reply_to']
  expect(rows.filter(({ column }) => changed.includes(column))).toEqual([])
})

function readTypes(): Record<string, Columns> {
  const tables: Record<string, Columns> = {}
  for (const file of readdirSync(folder)) {
    if (file === 'columns.ts') continue
    const text = readFileSync(new URL(file, folder), 'utf8')
    const aliases = Object.fromEntries(
      [...text.matchAll(/export type (\w+) =\s*((?:\s*\|?\s*'[^']+')+)/g)].map(([, name, union]) => [
        name,
        literals(union!),
      ]),
    )
    const body = /export interface \w+Table \{\n([\s\S]*?)\n\}/.exec(text)?.[1] ?? ''
    const columns: Columns = {}
    for (const [, name, written] of body.matchAll(/^ {2}(\w+): (.+)$/gm)) {
      const type = written!.replace(/^Generated<(.*)>$/, '$1')
      const bare = type.replace(/ \| null$/, '')
      const values = aliases[bare] ?? (bare.includes("'") ? literals(bare) : undefined)
      columns[name!] = { type: kindOf(bare), is_nullable: type.endsWith('| null'), ...(values && { values }) }
    }
    tables[file.replace('.ts', '').replaceAll('-', '_')] = columns
  }
  return tables
}

function kindOf(type: string): string {
  if (type === 'Instant') return 'timestamptz'
  if (type === 'Day') return 'date'
  if (/^(Generated)?Json</.test(type)) return 'jsonb'
  if (['number', 'boolean', 'string[]', 'number[]'].includes(type)) return type
  return 'string'
}

const kinds: Record<string, string> = {
  uuid: 'string',
  text: 'string',
  int4: 'number',
  int8: 'number',
  float8: 'number',
  numeric: 'number',
  bool: 'boolean',
  _text: 'string[]',
  _int4: 'number[]',
}

async function readDatabase(): Promise<Record<string, Columns>> {
  const { rows } = await sql<{
    table: string
    name: string
    type: string
    is_nullable: boolean
    definition: string | null
  }>`
    select c.table_name as table, c.column_name as name, c.udt_name as type, c.is_nullable = 'YES' as is_nullable,
      (select pg_get_constraintdef(k.oid) from pg_constraint k
       join pg_attribute a on a.attrelid = k.conrelid and a.attname = c.column_name
       where k.contype = 'c' and k.conrelid = format('%I.%I', c.table_schema, c.table_name)::regclass
         and k.conkey = array[a.attnum] and pg_get_constraintdef(k.oid) like '%ANY (ARRAY[%text%' limit 1) as definition
    from information_schema.columns c
    where c.table_schema = 'public' and c.table_name not like 'kysely_%' order by 1, c.ordinal_position`.execute(
    database.db,
  )
  const tables: Record<string, Columns> = {}
  for (const { table, name, type, is_nullable, definition } of rows) {
    tables[table] ??= {}
    tables[table][name] = {
      type: kinds[type] ?? type,
      is_nullable,
      ...(definition && { values: literals(definition) }),
    }
  }
  return tables
}

function literals(text: string): string[] {
  return [...text.matchAll(/'([^']+)'/g)].map((match) => match[1]!).sort()
}
