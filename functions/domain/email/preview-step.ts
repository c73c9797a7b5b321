import * as v from 'valibot'
import { listEnrollCandidates } from '../../../db/queries/enrollments.ts'
import { findEventOfSequence } from '../../../db/queries/events.ts'
import type { Ctx } from '../../context.ts'
import { NotFoundError } from '../../errors.ts'
import { uuid } from '../../uuid.ts'
import { parseInput } from '../parse-input.ts'
import { variablesOf } from '../sequences/preflight.ts'
import { requireSequence } from '../sequences/require-sequence.ts'
import { composeMail } from './compose-mail.ts'
import { oneLine, openTemplates } from './render.ts'

export const previewStepInput = v.object({
  sequence_id: uuid,
  person_id: uuid,
  subject: v.pipe(v.string(), v.maxLength(500)),
  body: v.pipe(v.string(), v.maxLength(20_000)),
})
export type PreviewStepInput = v.InferInput<typeof previewStepInput>

export interface StepPreview {
  to: { name: string; address: string | null }
  from: { name: string; address: string }
  subject: string
  text: string
  html: string
  /** what would keep this mail from being sent, by field */
  problems: { field: 'subject' | 'body'; error: string }[]
}

/** A step's text, saved or not, as this very person would get it. Nothing is sent; the links lead nowhere. */
export async function previewStep(ctx: Ctx, input: PreviewStepInput): Promise<StepPreview> {
  const given = parseInput(previewStepInput, input)
  const sequence = await requireSequence(ctx, given.sequence_id)
  const [person] = await listEnrollCandidates(ctx.db, { sequence_id: sequence.id, person_ids: [given.person_id] })
  if (person === undefined || person.event_id !== sequence.event_id) throw new NotFoundError('person')
  const variables = variablesOf(person, await findEventOfSequence(ctx.db, sequence), sequence)
  const templates = openTemplates()
  const subject = templates.render(given.subject, variables)
  const body = templates.render(given.body, variables)
  const footer = {
    contact_reason: sequence.contact_reason,
    postal_address: ctx.config.postalAddress,
    unsubscribe_url: `${ctx.config.publicUrl}/#preview`,
  }
  return {
    to: { name: person.name, address: person.address },
    from: { name: sequence.from_name, address: sequence.from_address },
    subject: subject.ok ? oneLine(subject.text) : given.subject,
    ...composeMail(body.ok ? body.text : given.body, footer),
    problems: [
      ...(subject.ok ? [] : [{ field: 'subject' as const, error: subject.error }]),
      ...(body.ok ? [] : [{ field: 'body' as const, error: body.error }]),
    ],
  }
}
