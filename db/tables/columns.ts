import type { ColumnType } from 'kysely'

/** timestamptz. Both drivers give a Date. */
export type Instant = ColumnType<Date, Date, Date>

/** date. Both drivers are set to give `YYYY-MM-DD` text: a day has no zone. */
export type Day = ColumnType<string, string, string>

/** jsonb with a default: it may be left out. */
export type GeneratedJson<Value> = ColumnType<Value, string | undefined, string>

/** jsonb. Read as the value; written as JSON text, so that both drivers store the same. */
export type Json<Value> = ColumnType<Value, string, string>
