import { findEventForImport, insertEvent } from '../../../db/queries/events.ts'
import type { Ctx } from '../../context.ts'

/**
 * Where a command puts its lists: the event of that name, made if there is none; without a name the event most users are at, else the newest,
 * else a new one called "Imported event".
 */
export async function pickImportEvent(ctx: Ctx, given: string | null): Promise<{ id: string; name: string }> {
  const wanted = given?.trim() || null
  const known = await findEventForImport(ctx.db, wanted)
  if (known !== undefined) return known
  const now = ctx.clock.now()
  const today = now.toISOString().slice(0, 10)
  const event = { id: crypto.randomUUID(), name: wanted ?? 'Imported event' }
  const nowhere = { venue: null, city: null, country: null, booth: null, time_zone: 'UTC' }
  await insertEvent(ctx.db, { ...event, ...nowhere, starts_on: today, ends_on: today, now })
  return event
}
