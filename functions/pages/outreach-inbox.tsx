import { type Context, Hono } from 'hono'
import * as v from 'valibot'
import { findEvent } from '../../db/queries/events.ts'
import {
  findSuppression,
  listOpenTasks,
  listReplies,
  listSuppressions,
  listUnconfirmed,
  markReply,
} from '../../db/queries/outreach-inbox.ts'
import { formatNumber, plural } from '../../web/format.ts'
import { emptyForm, type FormState } from '../../web/forms.ts'
import { RepliesPage } from '../../web/pages/outreach/replies-page.tsx'
import { SuppressionsPage } from '../../web/pages/outreach/suppressions-page.tsx'
import { TasksPage } from '../../web/pages/outreach/tasks-page.tsx'
import { UnconfirmedPage } from '../../web/pages/outreach/unconfirmed-page.tsx'
import { paths, routes } from '../../web/paths.ts'
import { importSuppressions } from '../domain/email/import-suppressions.ts'
import { openTemplates } from '../domain/email/render.ts'
import { suppress, suppressInput, unsuppress } from '../domain/email/suppress.ts'
import { completeTask, skipTask } from '../domain/sequences/complete-task.ts'
import { decideUnconfirmed, decideUnconfirmedInput } from '../domain/sequences/decide-unconfirmed.ts'
import { taskText } from '../domain/sequences/task-text.ts'
import type { SignedInEnv } from '../env.ts'
import { ForbiddenError, InvalidError, NotFoundError, TooLargeError } from '../errors.ts'
import { readId } from '../middleware/read-id.ts'
import { activeEventOf } from './active-event.tsx'
import { readCursor } from './cursor.ts'
import { PAGE_SIZE, pageLinks, readChoice, readText, readUuid } from './list-query.ts'
import { actAndGoBack } from './outreach-sequence.ts'
import { readForm } from './read-form.ts'
import { redirectWithFlash, renderPage } from './render-page.tsx'

/** What waits for a person: tasks, replies, mails that may have left; and whom nobody writes to. */
export const inboxPages = new Hono<SignedInEnv>()

/** The provider's own word settles most lost answers within this time; before it, nobody should decide. */
const PARKED_AFTER_MINUTES = 15

inboxPages.get(routes.tasks, async (c) => {
  const { ctx } = c.var
  const whose = readChoice(c, 'whose', ['all']) ?? 'mine'
  const owner_id = whose === 'mine' ? ctx.actor.user_id : null
  const tasks = await listOpenTasks(ctx.db, { event_id: activeEventOf(c), owner_id, ...placeOf(c) })
  const links = pageLinks(tasks, (place) => paths.tasks({ whose: whose === 'all' ? whose : '', ...place }))
  const templates = openTemplates()
  const rows = tasks.rows.map((task) => ({ ...task, ...taskText(templates, task) }))
  return renderPage(c, <TasksPage rows={rows} whose={whose} {...links} />)
})

const closed = {
  goes_on: ' The sequence goes on.',
  sequence_paused: ' The sequence is paused: its next step waits until it is resumed.',
  person_paused: ' The person is paused: the next step waits until they are resumed.',
  none: '',
}

inboxPages.post(routes.completeTask, (c) => {
  const task_id = readId(c, 'task')
  return actAndGoBack(c, paths.tasks(), async () => {
    return `Done.${closed[await completeTask(c.var.ctx, { task_id })]}`
  })
})

inboxPages.post(routes.skipTask, (c) => {
  const task_id = readId(c, 'task')
  return actAndGoBack(c, paths.tasks(), async () => {
    return `Skipped.${closed[await skipTask(c.var.ctx, { task_id })]}`
  })
})

inboxPages.get(routes.replies, async (c) => {
  const show = readChoice(c, 'show', ['all']) ?? 'unread'
  const of = { event_id: activeEventOf(c), unread_only: show === 'unread', ...placeOf(c) }
  const replies = await listReplies(c.var.ctx.db, of)
  const links = pageLinks(replies, (place) => paths.replies({ show: show === 'all' ? show : '', ...place }))
  return renderPage(c, <RepliesPage rows={replies.rows} show={show} {...links} />)
})

inboxPages.post(routes.readReply, async (c) => {
  const { db, clock } = c.var.ctx
  const { read } = await c.req.parseBody()
  const read_at = read === 'no' ? null : clock.now()
  const isThere = await markReply(db, { id: readId(c, 'reply'), event_id: activeEventOf(c), read_at })
  if (!isThere) throw new NotFoundError('reply')
  const text = read_at ? 'The reply is marked as read.' : 'The reply is unread again.'
  return redirectWithFlash(c, paths.replies(), { tone: 'good', text })
})

inboxPages.get(routes.unconfirmed, async (c) => {
  const { db, clock } = c.var.ctx
  const handed_before = new Date(clock.now().getTime() - PARKED_AFTER_MINUTES * 60_000)
  const mails = await listUnconfirmed(db, { event_id: activeEventOf(c), handed_before, ...placeOf(c) })
  const links = pageLinks(mails, (place) => paths.unconfirmed(place))
  return renderPage(c, <UnconfirmedPage rows={mails.rows} {...links} />)
})

const decided = {
  count_as_sent: 'Counted as sent. The sequence goes on.',
  send_again: 'It is planned again and leaves within the window.',
  skip: 'Skipped. The sequence goes on.',
}

inboxPages.post(routes.decideUnconfirmed, async (c) => {
  const message_id = readId(c, 'message')
  const read = await readForm(c, v.pick(decideUnconfirmedInput, ['decision']))
  if (!read.isValid) throw new InvalidError('Choose what to do with the mail.')
  const { decision } = read.output
  return actAndGoBack(c, paths.unconfirmed(), async () => {
    await decideUnconfirmed(c.var.ctx, { message_id, decision })
    return decided[decision]
  })
})

inboxPages.get(routes.suppressions, (c) =>
  suppressionsPage(c, { values: { kind: c.req.query('kind') ?? 'address' }, errors: {} }),
)

inboxPages.post(routes.suppressions, async (c) => {
  const read = await readForm(c, suppressInput)
  if (!read.isValid) return suppressionsPage(c, read.form, 422)
  if (!isScope(c, read.output.event_id)) throw new NotFoundError('event')
  await suppress(c.var.ctx, read.output)
  const { kind, value } = read.output
  const text = `Nobody writes to ${kind === 'domain' ? `anybody at ${value}` : value} any more.`
  return redirectWithFlash(c, paths.suppressions(), { tone: 'good', text })
})

const isScope = (c: Context<SignedInEnv>, event_id: string | null) => event_id === null || event_id === activeEventOf(c)

inboxPages.post(routes.importSuppressions, async (c) => {
  const body = await c.req.parseBody()
  const event_id = typeof body.event_id === 'string' && body.event_id !== '' ? body.event_id : null
  if (!isScope(c, event_id)) throw new NotFoundError('event')
  const refuse = (error: string) =>
    suppressionsPage(c, emptyForm, 422, { values: { event_id: event_id ?? '' }, errors: { file: error } })
  // A browser sends a nameless file for an input that was left empty.
  if (!(body.file instanceof File) || body.file.name === '') return refuse('Choose a file.')
  try {
    const bytes = new Uint8Array(await body.file.arrayBuffer())
    const { rows, added, stopped } = await importSuppressions(c.var.ctx, { file_name: body.file.name, bytes, event_id })
    const there = rows === added ? '' : ` ${formatNumber(rows - added)} of the file were there already.`
    const text = `${plural(added, 'new address or domain', 'new addresses and domains')} nobody writes to any more.${there} ${plural(stopped, 'person', 'people')} stopped.`
    return redirectWithFlash(c, paths.suppressions(), { tone: 'good', text })
  } catch (error) {
    if (!(error instanceof InvalidError || error instanceof TooLargeError)) throw error
    return refuse(error.message)
  }
})

inboxPages.post(routes.removeSuppression, async (c) => {
  const { ctx } = c.var
  if (ctx.actor.role !== 'ADMIN') throw new ForbiddenError('Only an admin may let mail go there again.')
  const suppression = await findSuppression(ctx.db, readId(c, 'suppression'))
  if (suppression === undefined) throw new NotFoundError('suppression')
  return actAndGoBack(c, paths.suppressions(), async () => {
    await unsuppress(ctx, { suppression_id: suppression.id })
    return `${suppression.value} may be written to again.`
  })
})

async function suppressionsPage(
  c: Context<SignedInEnv>,
  form: FormState = emptyForm,
  status: 200 | 422 = 200,
  import_form: FormState = emptyForm,
) {
  const { db, actor } = c.var.ctx
  const q = readText(c, 'q')
  const page = await listSuppressions(db, { q, ...placeOf(c) })
  const links = pageLinks(page, (place) => paths.suppressions({ q, ...place }))
  const can_remove = actor.role === 'ADMIN'
  const remove = readUuid(c, 'remove')
  const removing = remove === null || !can_remove ? undefined : await findSuppression(db, remove)
  return renderPage(
    c,
    <SuppressionsPage
      rows={page.rows}
      q={q ?? ''}
      form={form}
      import_form={import_form}
      event={(await findEvent(db, activeEventOf(c))) ?? null}
      can_remove={can_remove}
      removing={removing ? { ...removing, created_by_name: null, event_name: null } : null}
      {...links}
    />,
    { status },
  )
}

const placeOf = (c: Context) => ({ cursor: readCursor(c.req.query('page'), 'timestamptz'), limit: PAGE_SIZE })
