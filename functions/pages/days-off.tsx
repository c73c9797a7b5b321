import { type Context, Hono } from 'hono'
import { listDaysOff, readCalendarRow } from '../../db/queries/calendar.ts'
import { formatDay } from '../../web/format.ts'
import { emptyForm, type FormState, formOf } from '../../web/forms.ts'
import { DaysOffPage } from '../../web/pages/settings/days-off-page.tsx'
import { paths, routes } from '../../web/paths.ts'
import {
  addDayOff,
  dayOffInput,
  removeDayOff,
  setWorkspaceZone,
  workspaceZoneInput,
} from '../domain/sequences/change-days-off.ts'
import type { SignedInEnv } from '../env.ts'
import { ConflictError } from '../errors.ts'
import { readId } from '../middleware/read-id.ts'
import { readForm, refusedForm } from './read-form.ts'
import { redirectWithFlash, renderPage } from './render-page.tsx'

/** Days on which the workspace writes to nobody, beside the public holidays, and the zone that stands in. */
export const daysOffPages = new Hono<SignedInEnv>()

daysOffPages.get(routes.daysOff, (c) => page(c, {}))

daysOffPages.post(routes.daysOff, async (c) => {
  const read = await readForm(c, dayOffInput)
  if (!read.isValid) return page(c, { form: read.form }, 422)
  const { on, name } = read.output
  try {
    await addDayOff(c.var.ctx, { ...read.output, country: read.output.country ?? '' })
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error
    return page(c, { form: refusedForm(read.values, error.fields, error.message) }, 422)
  }
  return redirectWithFlash(c, paths.daysOff(), { tone: 'good', text: `${name} (${formatDay(on)}) is a day off.` })
})

daysOffPages.post(routes.removeDayOff, async (c) => {
  await removeDayOff(c.var.ctx, { id: readId(c, 'day off') })
  return redirectWithFlash(c, paths.daysOff(), { tone: 'good', text: 'The day is a day like any other again.' })
})

daysOffPages.post(routes.workspaceZone, async (c) => {
  const read = await readForm(c, workspaceZoneInput)
  if (!read.isValid) return page(c, { zone: read.form }, 422)
  await setWorkspaceZone(c.var.ctx, read.output)
  return redirectWithFlash(c, paths.daysOff(), { tone: 'good', text: 'The zone is saved.' })
})

async function page(
  c: Context<SignedInEnv>,
  { form = emptyForm, zone }: { form?: FormState; zone?: FormState },
  status: 200 | 422 = 200,
) {
  const { db } = c.var.ctx
  const rows = await listDaysOff(db)
  const { time_zone } = await readCalendarRow(db)
  return renderPage(
    c,
    <DaysOffPage rows={rows} form={form} zone={zone ?? formOf({ time_zone: time_zone ?? 'UTC' })} />,
    { status },
  )
}
