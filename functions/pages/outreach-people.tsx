import { type Context, Hono } from 'hono'
import { receiptOf } from '../../db/queries/receipts.ts'
import { findSequencePerson, listSequencePeople, type SequencePerson } from '../../db/queries/sequence-people.ts'
import { listSteps } from '../../db/queries/steps.ts'
import type { Row } from '../../db/schema.ts'
import { emptyForm, type FormState } from '../../web/forms.ts'
import { EnrollmentPage } from '../../web/pages/outreach/enrollment-page.tsx'
import { SequencePeoplePage } from '../../web/pages/outreach/sequence-people-page.tsx'
import { isHeldBack } from '../../web/pages/outreach/why-not-now.tsx'
import { stepKinds } from '../../web/pages/outreach/words.ts'
import { paths, routes } from '../../web/paths.ts'
import { pauseEnrollment, resumeEnrollment } from '../domain/sequences/pause-enrollment.ts'
import { pauseUntil, pauseUntilSchema } from '../domain/sequences/pause-until.ts'
import { requireSequence } from '../domain/sequences/require-sequence.ts'
import { stopEnrollment } from '../domain/sequences/stop-enrollment.ts'
import { verifyReceipt } from '../domain/sequences/verify-receipt.ts'
import { whyNotThem } from '../domain/sequences/why-not-them.ts'
import type { SignedInEnv } from '../env.ts'
import { InvalidError, NotFoundError } from '../errors.ts'
import { readId } from '../middleware/read-id.ts'
import { readCursor } from './cursor.ts'
import { PAGE_SIZE, pageLinks, readChoice } from './list-query.ts'
import { actAndGoBack, headOf, requireSequencePage } from './outreach-sequence.ts'
import { readForm, refusedForm } from './read-form.ts'
import { redirectWithFlash, renderPage } from './render-page.tsx'

/** Who is in a sequence, and why each of them did or did not get each step. */
export const sequencePeoplePages = new Hono<SignedInEnv>()

sequencePeoplePages.get(routes.sequencePeople, async (c) => {
  const sequence = await requireSequencePage(c)
  const status = readChoice(c, 'status', ['active', 'paused', 'finished', 'stopped'])
  const people = await listSequencePeople(c.var.ctx.db, {
    sequence_id: sequence.id,
    status,
    cursor: readCursor(c.req.query('page'), 'timestamptz'),
    limit: PAGE_SIZE,
  })
  return renderPage(
    c,
    <SequencePeoplePage
      sequence={headOf(c, sequence)}
      rows={people.rows}
      status={status}
      {...pageLinks(people, (place) => paths.sequencePeople(sequence.id, { status, ...place }))}
    />,
  )
})

sequencePeoplePages.get(routes.enrollment, (c) => enrollmentPage(c, emptyForm))

async function enrollmentPage(c: Context<SignedInEnv>, form: FormState, status: 200 | 422 = 200) {
  const { ctx } = c.var
  const sequence = await requireSequencePage(c)
  const { person } = await requirePerson(c)
  const [receipt, chain, steps] = await Promise.all([
    receiptOf(ctx.db, person.id),
    verifyReceipt(ctx, { enrollment_id: person.id }),
    listSteps(ctx.db, sequence.id, person.version),
  ])
  return renderPage(
    c,
    <EnrollmentPage
      sequence={sequence}
      enrollment={person}
      why={whyNotThem(person, sequence, ctx.config, ctx.clock.now())}
      is_held_back={isHeldBack(headOf(c, sequence).why_not_now)}
      receipt={receipt}
      is_whole={chain.broken_at === null}
      steps={new Map(steps.map(({ step_key, kind }) => [step_key, stepKinds[kind].label]))}
      form={form}
    />,
    { status },
  )
}

sequencePeoplePages.post(routes.pauseUntil, async (c) => {
  const { sequence, person } = await requirePerson(c)
  const read = await readForm(c, pauseUntilSchema)
  if (!read.isValid) return enrollmentPage(c, read.form, 422)
  try {
    await pauseUntil(c.var.ctx, { enrollment_id: person.id, ...read.output })
  } catch (error) {
    if (!(error instanceof InvalidError)) throw error
    return enrollmentPage(c, refusedForm(read.values, error.fields), 422)
  }
  const text = `${person.person_name} is paused and goes on automatically.`
  return redirectWithFlash(c, paths.enrollment(sequence.id, person.id), { tone: 'good', text })
})

sequencePeoplePages.post(routes.stopEnrollment, (c) =>
  change(c, async (enrollment_id, name) => {
    await stopEnrollment(c.var.ctx, { enrollment_id })
    return `${name} is stopped. What was planned is cancelled.`
  }),
)

sequencePeoplePages.post(routes.pauseEnrollment, (c) =>
  change(c, async (enrollment_id, name) => {
    await pauseEnrollment(c.var.ctx, { enrollment_id })
    return `${name} is paused.`
  }),
)

sequencePeoplePages.post(routes.resumeEnrollment, (c) =>
  change(c, async (enrollment_id, name) => {
    await resumeEnrollment(c.var.ctx, { enrollment_id })
    return `${name} goes on.`
  }),
)

async function change(
  c: Context<SignedInEnv>,
  act: (enrollment_id: string, name: string) => Promise<string>,
): Promise<Response> {
  const { sequence, person } = await requirePerson(c)
  return actAndGoBack(c, paths.enrollment(sequence.id, person.id), () => act(person.id, person.person_name))
}

async function requirePerson(c: Context<SignedInEnv>): Promise<{ sequence: Row<'sequence'>; person: SequencePerson }> {
  const { ctx } = c.var
  const sequence = await requireSequence(ctx, readId(c, 'sequence'))
  const enrollment_id = readId(c, 'enrollment', 'enrollmentId')
  const person = await findSequencePerson(ctx.db, { sequence_id: sequence.id, enrollment_id })
  if (person === undefined) throw new NotFoundError('enrollment')
  return { sequence, person }
}
