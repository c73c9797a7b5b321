import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { openPostgres } from '../../db/open-postgres.ts'
import { drainMessages } from '../../functions/domain/sequences/drain-messages.ts'
import { contextOf, fillCampaign } from './send/campaign.ts'
import { openDatabases } from './send/databases.ts'
const N = Number(process.argv[2] ?? 4000)
const databases = await openDatabases('postgres://postgres@127.0.0.1:5432/postgres')
try {
  const filled = await databases.create()
  let t = performance.now()
  await fillCampaign(filled, N)
  console.log('filled', Math.round(performance.now() - t))
  const url = await databases.create(filled)
  { const { db, close } = openPostgres(url, 1)
    const name = new URL(url).pathname.slice(1)
    if (process.argv[4]) await sql.raw(`alter database ${name} set ${process.argv[4]}`).execute(db)
    if (Number(process.argv[3])) for (const s of ["session_preload_libraries = 'auto_explain'", `auto_explain.log_min_duration = ${process.argv[3]}`, "auto_explain.log_analyze = on", "auto_explain.log_buffers = on", "auto_explain.log_nested_statements = off", "auto_explain.log_triggers = on", "auto_explain.log_timing = on"])
      await sql.raw(`alter database ${name} set ${s}`).execute(db)
    await close() }
  await databases.settle()
  const { db, close } = openPostgres(url, 10)
  const times = new Map<string, {n: number, ms: number}>()
  const note = (k: string, ms: number) => { const e = times.get(k) ?? {n:0,ms:0}; e.n++; e.ms += ms; times.set(k, e) }
  const started = new WeakMap<object, {k: string, t: number}>()
  const timed = db.withPlugin({
    transformQuery: ({ node, queryId }) => { if (!started.has(queryId)) started.set(queryId, {k: '', t: performance.now()}); return node },
    transformResult: async ({ result, queryId }) => { const s = started.get(queryId); if (s) note(labelOf(result, queryId), performance.now() - s.t); return result },
  })
  function labelOf(r: any, _q: any) { return Object.keys(r.rows[0] ?? {none:1}).slice(0,3).join(',') + (r.numAffectedRows ?? '') .toString().replace(/^/, ' ') }
  const ctx = contextOf(timed)
  t = performance.now()
  let sent = 0
  const me0 = process.cpuUsage()
  while (sent < N) {
    const r = await drainMessages({ ...ctx, services: { ...ctx.services, email: { mode: 'sendgrid', send: async (m: any) => ({ outcome: 'accepted', provider_message_id: m.message_id }), check: async () => ({ ok: true }) } } })
    console.log(JSON.stringify(r), Math.round(performance.now() - t))
    sent += r.sent
    if (r.sent === 0) break
  }
  const ms = performance.now() - t
  const { rows: pids } = await sql<{pid:number}>`select pid from pg_stat_activity where datname = current_database() and backend_type='client backend'`.execute(db)
  let cpu = 0
  for (const {pid} of pids) { const f = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' '); cpu += Number(f[11]) + Number(f[12]) }
  const me = process.cpuUsage(me0)
  console.log(`PG cpu ${(cpu*10/N).toFixed(3)} ms/mail; node cpu ${((me.user+me.system)/1000/N).toFixed(3)} ms/mail`)
  console.log(`${N} in ${Math.round(ms)} ms: ${Math.round(N / ms * 1000)}/s`)
  for (const [k, v] of [...times].sort((a, b) => b[1].ms - a[1].ms).slice(0, 14)) console.log(Math.round(v.ms), v.n, (v.ms/v.n).toFixed(1), k)
  await close()
} finally { await databases.close() }
