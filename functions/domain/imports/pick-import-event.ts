import { sql } from 'kysely'
import type { Ctx } from '../../context.ts'

/**
 * Where a command puts its lists: the event of that name, made if there is none; without a name the event most users are at, else the newest,
 * else a new one called "Imported event".
 */
export async function pickImportEvent(ctx: Ctx, name: string | null): Promise<{ id: string; name: string }> {
  const known = await ctx.db
    .selectFrom('event')
    .select(['id', 'name'])
    .$if(name !== null, (query) => query.where(sql`lower(name)`, '=', (name ?? '').trim().toLowerCase()))
    .$if(name === null, (query) => query.where('archived_at', 'is', null))
    .orderBy(sql`(select count(*) from "user" where active_event_id = event.id)`, 'desc')
    .orderBy('starts_on', 'desc')
    .orderBy('id')
    .executeTakeFirst()
  return known ?? insertEvent(ctx, name?.trim() || 'Imported event')
}

async function insertEvent(ctx: Ctx, name: string): Promise<{ id: string; name: string }> {
  const now = ctx.clock.now()
  const today = now.toISOString().slice(0, 10)
  return ctx.db
    .insertInto('event')
    .values({
      id: crypto.randomUUID(),
      name,
      time_zone: 'UTC',
      starts_on: today,
      ends_on: today,
      created_at: now,
      updated_at: now,
    })
    .returning(['id', 'name'])
    .executeTakeFirstOrThrow()
}
