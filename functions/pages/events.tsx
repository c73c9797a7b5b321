import { type Context, Hono } from 'hono'
import { countEvents, findEvent, listEvents } from '../../db/queries/events.ts'
import type { Row } from '../../db/schema.ts'
import { type FormState, formOf } from '../../web/forms.ts'
import { EventFormPage } from '../../web/pages/events/event-form-page.tsx'
import { EventMovePage } from '../../web/pages/events/event-move-page.tsx'
import { EventsPage } from '../../web/pages/events/events-page.tsx'
import { paths, routes } from '../../web/paths.ts'
import { activateEvent } from '../domain/events/activate-event.ts'
import { archiveEvent } from '../domain/events/archive-event.ts'
import { createEvent } from '../domain/events/create-event.ts'
import { eventDetailsSchema } from '../domain/events/event-details.ts'
import { updateEvent } from '../domain/events/update-event.ts'
import type { SignedInEnv } from '../env.ts'
import { NotFoundError } from '../errors.ts'
import { readId } from '../middleware/read-id.ts'
import { readForm, refusedForm } from './read-form.ts'
import { redirectWithFlash, renderPage } from './render-page.tsx'
import { clockWords } from './window-fields.ts'

export const eventPages = new Hono<SignedInEnv>()

const usualDoors = { doors_open_minute: '09:00', doors_close_minute: '17:00' }
const nameTaken = { name: 'Another event has this name' }

eventPages.get(routes.events, async (c) => {
  const { db, actor, clock } = c.var.ctx
  const show = c.req.query('show') === 'archived' ? 'archived' : 'current'
  const today = clock.now().toISOString().slice(0, 10)
  const rows = await listEvents(db, { archived: show === 'archived', today })
  const counts = await countEvents(db)
  return renderPage(c, <EventsPage rows={rows} show={show} counts={counts} active_event_id={actor.active_event_id} />)
})

eventPages.get(routes.newEvent, (c) => renderPage(c, <EventFormPage form={formOf(usualDoors)} event={null} />))

eventPages.post(routes.events, async (c) => {
  const read = await readForm(c, eventDetailsSchema)
  if (!read.isValid) return renderPage(c, <EventFormPage form={read.form} event={null} />, { status: 422 })
  const result = await createEvent(c.var.ctx, read.output)
  switch (result.outcome) {
    case 'name_taken': {
      const form = refusedForm(read.values, nameTaken)
      return renderPage(c, <EventFormPage form={form} event={null} />, { status: 422 })
    }
    case 'created':
      return redirectWithFlash(c, paths.event(result.id), {
        tone: 'good',
        text: `${read.output.name} is created. Activate it to work on it.`,
      })
  }
})

eventPages.get(routes.event, async (c) => {
  const event = await requireEvent(c)
  const { name, venue, city, country, time_zone, booth, starts_on, ends_on } = event
  const doors = {
    doors_open_minute: clockWords(event.doors_open_minute),
    doors_close_minute: clockWords(event.doors_close_minute),
  }
  return formPage(c, event, formOf({ name, venue, city, country, time_zone, booth, starts_on, ends_on, ...doors }))
})

eventPages.post(routes.event, async (c) => {
  const event = await requireEvent(c)
  const read = await readForm(c, eventDetailsSchema)
  if (!read.isValid) return formPage(c, event, read.form, 422)
  const result = await updateEvent(c.var.ctx, event.id, read.output, { approved: read.values.approved === 'yes' })
  switch (result.outcome) {
    case 'name_taken':
      return formPage(c, event, refusedForm(read.values, nameTaken), 422)
    case 'needs_approval': {
      const form = { values: read.values, errors: {} }
      const doors = `${clockWords(event.doors_open_minute)}–${clockWords(event.doors_close_minute)}`
      const { moved, sequences } = result
      return renderPage(
        c,
        <EventMovePage event={{ ...event, doors }} moved={moved} sequences={sequences} form={form} />,
      )
    }
    default: {
      const isMoved = read.values.approved === 'yes'
      const text = `${read.output.name} is saved${isMoved ? '. What hangs on its dates is planned anew' : ''}.`
      return redirectWithFlash(c, paths.event(event.id), { tone: 'good', text })
    }
  }
})

eventPages.post(routes.activateEvent, async (c) => {
  const { name } = await activateEvent(c.var.ctx, readId(c, 'event'))
  return redirectWithFlash(c, listOfReferer(c), { tone: 'good', text: `${name} is your active event.` })
})

eventPages.post(routes.archiveEvent, async (c) => {
  const { name } = await archiveEvent(c.var.ctx, readId(c, 'event'))
  return redirectWithFlash(c, paths.events(), { tone: 'good', text: `${name} is archived. Its sequences are paused.` })
})

async function requireEvent(c: Context<SignedInEnv>): Promise<Row<'event'>> {
  const event = await findEvent(c.var.ctx.db, readId(c, 'event'))
  if (event === undefined) throw new NotFoundError('event')
  return event
}

function formPage(c: Context<SignedInEnv>, event: Row<'event'>, form: FormState, status: 200 | 422 = 200) {
  const { id, name, archived_at } = event
  const active = id === c.var.ctx.actor.active_event_id
  const shown = { id, name, active, archived: archived_at !== null }
  return renderPage(c, <EventFormPage form={form} event={shown} />, { status })
}

const lists: readonly string[] = [
  routes.accounts,
  routes.people,
  routes.outreach,
  routes.import,
  routes.queue,
  routes.events,
]

/** The switch stands on every page. A list is shown again with the other event; a record of the old event would be missing. */
function listOfReferer(c: Context): string {
  const referer = c.req.header('Referer') ?? ''
  const path = URL.canParse(referer) ? new URL(referer).pathname : ''
  return lists.includes(path) ? path : paths.dashboard()
}
