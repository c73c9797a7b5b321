import { type Context, Hono } from 'hono'
import { findEvent } from '../../db/queries/events.ts'
import { listSequenceFigures, type SequencePage } from '../../db/queries/sequence-figures.ts'
import { listSteps } from '../../db/queries/steps.ts'
import type { FormState } from '../../web/forms.ts'
import { NewSequencePage, SequenceSettingsPage } from '../../web/pages/outreach/sequence-form-pages.tsx'
import { SequencesPage } from '../../web/pages/outreach/sequences-page.tsx'
import { paths, routes } from '../../web/paths.ts'
import { activateSequence } from '../domain/sequences/activate-sequence.ts'
import { archiveSequence } from '../domain/sequences/archive-sequence.ts'
import { createSequence } from '../domain/sequences/create-sequence.ts'
import { pauseSequence, resumeSequence } from '../domain/sequences/pause-sequence.ts'
import { requireSequence } from '../domain/sequences/require-sequence.ts'
import { updateSequence } from '../domain/sequences/update-sequence.ts'
import { whyNotNow } from '../domain/sequences/why-not-now.ts'
import { officeHours } from '../domain/sequences/windows.ts'
import type { SignedInEnv } from '../env.ts'
import { ConflictError, InvalidError } from '../errors.ts'
import { readId } from '../middleware/read-id.ts'
import { activeEventOf, requireEvent } from './active-event.tsx'
import { readCursor } from './cursor.ts'
import { PAGE_SIZE, pageLinks, readChoice } from './list-query.ts'
import { enrollPages } from './outreach-enroll.tsx'
import { sequenceForm, sequenceFormValues } from './outreach-forms.ts'
import { inboxPages } from './outreach-inbox.tsx'
import { sequencePeoplePages } from './outreach-people.tsx'
import { actAndGoBack, headOf, requireSequencePage } from './outreach-sequence.ts'
import { stepPages } from './outreach-steps.tsx'
import { versionPages } from './outreach-versions.tsx'
import { readForm, refusedForm } from './read-form.ts'
import { redirectWithFlash, renderPage } from './render-page.tsx'
import { defaultStopRules } from './stop-rules-form.ts'

/** Sequences and everything that happens in them. */
export const outreachPages = new Hono<SignedInEnv>()

outreachPages.use(`${routes.outreach}/*`, requireEvent('Outreach'))
// Before the sequences: their addresses would be taken for the id of one.
outreachPages.route('/', inboxPages)

outreachPages.get(routes.outreach, async (c) => {
  const { db, config, clock } = c.var.ctx
  const archived = readChoice(c, 'show', ['archived']) !== null
  const page = await listSequenceFigures(db, {
    event_id: activeEventOf(c),
    archived,
    cursor: readCursor(c.req.query('page'), 'timestamptz'),
    limit: PAGE_SIZE,
  })
  const rows = page.rows.map((row) => ({ ...row, why_not_now: whyNotNow(row, config, clock.now()) }))
  const links = pageLinks(page, ({ page }) => paths.outreach({ show: archived ? 'archived' : '', page }))
  return renderPage(c, <SequencesPage rows={rows} archived={archived} {...links} />)
})

outreachPages.get(routes.newSequence, async (c) => {
  const { db, actor } = c.var.ctx
  const event = await findEvent(db, activeEventOf(c))
  const values = sequenceFormValues({
    name: '',
    from_name: actor.name,
    from_address: actor.email,
    reply_to: null,
    contact_reason: event ? `You are on the list of ${event.name}, where we exhibit.` : '',
    windows: officeHours,
    skip_holidays: true,
    time_zone: event?.time_zone ?? actor.time_zone,
    min_confidence: 0.5,
    daily_cap: 500,
    track_opens: true,
    track_clicks: false,
    ...defaultStopRules,
  })
  return renderPage(c, <NewSequencePage form={{ values, errors: {} }} />)
})

outreachPages.post(routes.outreach, async (c) => {
  const read = await readForm(c, sequenceForm)
  if (!read.isValid) return renderPage(c, <NewSequencePage form={read.form} />, { status: 422 })
  try {
    const owner_id = c.var.ctx.actor.user_id
    const { id } = await createSequence(c.var.ctx, { event_id: activeEventOf(c), owner_id, ...read.output })
    const text = `${read.output.name} is created. Add its first email.`
    return redirectWithFlash(c, paths.sequence(id), { tone: 'good', text })
  } catch (error) {
    const form = formOfRefusal(error, read.values)
    return renderPage(c, <NewSequencePage form={form} />, { status: 422 })
  }
})

outreachPages.get(routes.sequenceSettings, async (c) => {
  const sequence = await requireSequencePage(c)
  return settingsPage(c, sequence, { values: sequenceFormValues(sequence), errors: {} })
})

outreachPages.post(routes.sequenceSettings, async (c) => {
  const sequence = await requireSequencePage(c)
  const read = await readForm(c, sequenceForm)
  if (!read.isValid) return settingsPage(c, sequence, read.form, 422)
  try {
    await updateSequence(c.var.ctx, { sequence_id: sequence.id, ...read.output })
  } catch (error) {
    return settingsPage(c, sequence, formOfRefusal(error, read.values), 422)
  }
  return redirectWithFlash(c, paths.sequenceSettings(sequence.id), { tone: 'good', text: 'The settings are saved.' })
})

outreachPages.post(routes.activateSequence, async (c) => {
  const sequence_id = readId(c, 'sequence')
  const path = paths.sequence(sequence_id)
  try {
    await activateSequence(c.var.ctx, { sequence_id })
  } catch (error) {
    if (!(error instanceof InvalidError)) return actAndGoBack(c, path, () => Promise.reject(error))
    const link = await linkToStep(c, sequence_id, error)
    return redirectWithFlash(c, path, { tone: 'bad', text: error.message, ...link })
  }
  const text = 'The sequence is active. Enrol people to let it write.'
  return redirectWithFlash(c, path, { tone: 'good', text })
})

/** The verb names a field by its place, `steps.1.subject`. */
async function linkToStep(c: Context<SignedInEnv>, sequence_id: string, { fields }: InvalidError) {
  const index = Number(/^steps\.(\d+)\./.exec(Object.keys(fields)[0] ?? '')?.[1] ?? -1)
  const { version } = await requireSequence(c.var.ctx, sequence_id)
  const step = (await listSteps(c.var.ctx.db, sequence_id, version))[index]
  return step === undefined
    ? {}
    : { href: paths.sequenceStep(sequence_id, step.step_key), link_text: `Edit step ${step.position}` }
}

outreachPages.post(routes.pauseSequence, (c) =>
  changeState(c, async (sequence_id) => {
    await pauseSequence(c.var.ctx, { sequence_id })
    return 'The sequence is paused. Nothing leaves until it is resumed.'
  }),
)

outreachPages.post(routes.resumeSequence, (c) =>
  changeState(c, async (sequence_id) => {
    await resumeSequence(c.var.ctx, { sequence_id })
    return 'The sequence goes on. What fell due in the meantime leaves within its window.'
  }),
)

outreachPages.post(routes.archiveSequence, (c) =>
  changeState(c, async (sequence_id) => {
    await archiveSequence(c.var.ctx, { sequence_id })
    return 'The sequence is archived, and everybody in it is stopped.'
  }),
)

outreachPages.route('/', enrollPages)
outreachPages.route('/', stepPages)
outreachPages.route('/', versionPages)
outreachPages.route('/', sequencePeoplePages)

function changeState(c: Context<SignedInEnv>, change: (sequence_id: string) => Promise<string>): Promise<Response> {
  const id = readId(c, 'sequence')
  return actAndGoBack(c, paths.sequence(id), () => change(id))
}

function settingsPage(c: Context<SignedInEnv>, sequence: SequencePage, form: FormState, status: 200 | 422 = 200) {
  return renderPage(c, <SequenceSettingsPage sequence={headOf(c, sequence)} form={form} />, { status })
}

/** What the verb refused, at the field it concerns; anything else is not the form's business. */
function formOfRefusal(error: unknown, values: Record<string, string | string[]>): FormState {
  if (!(error instanceof InvalidError || error instanceof ConflictError)) throw error
  return refusedForm(values, error.fields, error.message)
}
