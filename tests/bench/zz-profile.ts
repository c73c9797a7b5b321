import { Kysely } from 'kysely'
import postgres from 'postgres'
import { arrayTypes } from '../../db/array-types.ts'
import { postgresDialect } from '../../db/postgres-dialect.ts'
import { migrate } from '../../db/migrate.ts'
import { importFiles } from '../../functions/headless/import.ts'
import { insertTestEvent } from '../sign-in.ts'
import { contextOf } from './send/campaign.ts'
import { openDatabases } from './send/databases.ts'
import { listOf } from './import.ts'
const rows = Number(process.env.ROWS ?? 10000)
const dbs = await openDatabases('postgres://postgres@127.0.0.1:5432/postgres')
const url = await dbs.create()
const stats = new Map<string, { n: number; ms: number }>()
const open = (onClose: () => void) => postgres(url, { max: 1, idle_timeout: 0, max_lifetime: null, onclose: onClose, onnotice: () => {}, fetch_types: false,
  connection: process.env.PGSET ? JSON.parse(process.env.PGSET) : process.env.EXPLAIN ? { session_preload_libraries: 'auto_explain', 'auto_explain.log_min_duration': process.env.EXPLAIN, 'auto_explain.log_analyze': 'on', 'auto_explain.log_buffers':'on','auto_explain.log_nested_statements': 'on', 'auto_explain.log_triggers': 'on', 'auto_explain.log_timing':'off' } as any : {},
  types: { ...arrayTypes,
      json: { to: 3802, from: [114, 3802], serialize: (t: string) => t, parse: (t: string) => JSON.parse(t) },
      int8: { to: 20, from: [20], serialize: String, parse: Number },
      numeric: { to: 1700, from: [1700], serialize: String, parse: Number },
      day: { to: 1082, from: [1082], serialize: (d: string) => d, parse: (d: string) => d } } as any })
const db = new Kysely<any>({ dialect: postgresDialect(open, 2), log: (e) => {
  const key = e.query.sql.replace(/\s+/g, ' ').slice(0, 110)
  const s = stats.get(key) ?? { n: 0, ms: 0 }; s.n++; s.ms += e.queryDurationMillis; stats.set(key, s) } })
try {
await migrate(db)
const ctx = contextOf(db)
const event_id = await insertTestEvent({ ctx })
const bytes = new TextEncoder().encode(listOf(rows))
console.log('PID', JSON.stringify((await (await import('kysely')).sql`select pid from pg_stat_activity where datname=current_database()`.execute(db)).rows)); stats.clear()
const t0 = performance.now(); const c0 = process.cpuUsage()
const { people } = await importFiles(ctx, event_id, [{ file_name: 'people.csv', bytes }])
const s = (performance.now() - t0) / 1000; const cpu = process.cpuUsage(c0)
console.log(rows, 'rows', s.toFixed(2), 's', Math.round(rows / s), 'rows/s; node cpu', (cpu.user+cpu.system)/1e6, JSON.stringify(people))
const cpuq = (await (await import('kysely')).sql`select sum((string_to_array(pg_read_file('/proc/'||pid||'/stat'),' '))[14]::int+(string_to_array(pg_read_file('/proc/'||pid||'/stat'),' '))[15]::int)*10 as ms from pg_stat_activity where datname=current_database()`.execute(db)).rows; console.log('backend cpu ms (with migration)', JSON.stringify(cpuq), 'us/row', Number((cpuq[0] as any).ms)*1000/rows)
let total = 0
for (const [k, v] of [...stats].sort((a, b) => b[1].ms - a[1].ms).slice(0, 18)) { console.log(String(Math.round(v.ms)).padStart(6), String(v.n).padStart(4), k); total += v.ms }
if (process.env.AGAIN) { stats.clear(); const t = performance.now(); const r = await importFiles(ctx, event_id, [{ file_name: 'people.csv', bytes }]); console.log('again', (performance.now()-t)/1000, JSON.stringify(r.people)); for (const [k, v] of [...stats].sort((a, b) => b[1].ms - a[1].ms).slice(0, 12)) console.log(String(Math.round(v.ms)).padStart(6), String(v.n).padStart(4), k) }
} finally { await db.destroy(); await dbs.close() }
