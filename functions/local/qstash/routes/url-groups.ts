import { Hono } from 'hono'
import { sql } from 'kysely'
import { ApiError } from '../api-error.ts'
import { json } from '../database.ts'
import { requireLoopbackUrl } from '../destination.ts'
import type { Endpoint } from '../draft.ts'
import { requireName } from '../publish-options.ts'
import type { HonoTypes, QStashApi } from './context.ts'
import { isObject, readJsonObject } from './json-body.ts'

interface UrlGroupRow {
  group_name: string
  endpoints: Endpoint[]
  created_at: Date
  updated_at: Date
}

export function urlGroupRoutes(api: QStashApi): Hono<HonoTypes> {
  const routes = new Hono<HonoTypes>()
  routes.post('/topics/:name/endpoints', async (c) => {
    const name = requireName('url group name', c.req.param('name'))
    const added = readEndpoints(await c.req.text()).map(requireEndpoint)
    await addEndpoints(api, name, added)
    return c.body(null, 200)
  })
  routes.delete('/topics/:name/endpoints', async (c) => {
    const group = await requireGroup(api, c.req.param('name'))
    await removeEndpoints(api, group.group_name, readEndpoints(await c.req.text()))
    return c.body(null, 200)
  })
  routes.get('/topics', async (c) => {
    const { rows } = await sql<UrlGroupRow>`select * from local.qstash_url_group order by group_name`.execute(api.db)
    return c.json(rows.map(viewGroup))
  })
  routes.get('/topics/:name', async (c) => c.json(viewGroup(await requireGroup(api, c.req.param('name')))))
  routes.delete('/topics/:name', async (c) => {
    const group = await requireGroup(api, c.req.param('name'))
    await sql`delete from local.qstash_url_group where group_name = ${group.group_name}`.execute(api.db)
    return c.body(null, 200)
  })
  return routes
}

/** One statement, so that two additions at once are both kept. A known URL takes the new name. */
async function addEndpoints(api: QStashApi, name: string, added: Endpoint[]): Promise<void> {
  const now = api.clock.now()
  await sql`
    insert into local.qstash_url_group as known (group_name, endpoints, created_at, updated_at)
    values (${name}, ${json(added)}, ${now}::timestamptz, ${now}::timestamptz)
    on conflict (group_name) do update set updated_at = excluded.updated_at,
      endpoints = coalesce((
        select jsonb_agg(old) from jsonb_array_elements(known.endpoints) as old
        where old->>'url' not in (select new->>'url' from jsonb_array_elements(excluded.endpoints) as new)
      ), '[]') || excluded.endpoints`.execute(api.db)
}

/** An endpoint is removed by its URL or by its name; a group goes with its last endpoint. */
async function removeEndpoints(api: QStashApi, name: string, removed: Partial<Endpoint>[]): Promise<void> {
  await sql`
    update local.qstash_url_group set updated_at = ${api.clock.now()}::timestamptz,
      endpoints = coalesce((
        select jsonb_agg(old) from jsonb_array_elements(endpoints) as old
        where not exists (
          select from jsonb_array_elements(${json(removed)}) as gone
          where old->>'url' = gone->>'url' or old->>'name' = gone->>'name')
      ), '[]')
    where group_name = ${name}`.execute(api.db)
  await sql`delete from local.qstash_url_group where group_name = ${name} and endpoints = '[]'`.execute(api.db)
}

async function requireGroup(api: QStashApi, name: string): Promise<UrlGroupRow> {
  const { rows } = await sql<UrlGroupRow>`
    select * from local.qstash_url_group where group_name = ${name}`.execute(api.db)
  const [group] = rows
  if (!group) throw new ApiError(404, `url group ${name} not found`)
  return group
}

function readEndpoints(text: string): Partial<Endpoint>[] {
  const { endpoints } = readJsonObject(text)
  if (!Array.isArray(endpoints)) throw new ApiError(400, 'endpoints must be an array')
  return endpoints.filter(isObject).map(({ url, name }) => ({
    ...(typeof url === 'string' ? { url } : {}),
    ...(typeof name === 'string' ? { name } : {}),
  }))
}

function requireEndpoint(endpoint: Partial<Endpoint>): Endpoint {
  return { ...endpoint, url: requireLoopbackUrl(endpoint.url ?? '', 'endpoint') }
}

function viewGroup(group: UrlGroupRow) {
  return {
    name: group.group_name,
    endpoints: group.endpoints,
    createdAt: group.created_at.getTime(),
    updatedAt: group.updated_at.getTime(),
  }
}
