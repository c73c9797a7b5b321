import type { StepKind, StepThread } from '../../../db/tables/step.ts'
import { oneLine, openTemplates } from '../email/render.ts'

export interface StepProblem {
  /** 1 is the first step */
  position: number
  field: 'kind' | 'thread' | 'subject' | 'body'
  message: string
}

interface Checked {
  kind: StepKind
  thread?: StepThread
  subject?: string
  body: string
}

/** Only at the start, and only on a mail that answers nothing, do these deceive ("Pre:" and "care:" do not). */
const DECEPTIVE_PREFIX = /^\s*(re|fwd?|aw|wg|tr|rif|sv|antw)\s*(\[\d{1,4}\])?\s*:/i

/** A subject as it looks: without signs that nobody sees, and with wide letters and colons as any other. */
export const visibleSubject = (subject: string): string => oneLine(subject.normalize('NFKC').replace(/\p{Cf}/gu, ''))

/** Whether a mail of this subject that begins a thread would pretend to be an answer, also where it only looks so. */
export const isDeceptive = (subject: string): boolean => DECEPTIVE_PREFIX.test(visibleSubject(subject))

/** What keeps these steps from being sent, in the order of the steps; none when they are fit to leave. */
export function findStepProblems(steps: readonly Checked[]): StepProblem[] {
  const problems: StepProblem[] = []
  const mails = steps.map((step, index) => ({ step, position: index + 1 })).filter(({ step }) => step.kind === 'email')
  if (mails.length === 0) problems.push({ position: 1, field: 'kind', message: 'Add at least one email step.' })
  for (const { step, position } of mails) {
    const subject = step.subject ?? ''
    const isFirst = position === mails[0]?.position
    const beginsThread = isFirst || step.thread !== 'reply'
    if (beginsThread && subject.trim() === '')
      problems.push({ position, field: 'subject', message: `Step ${position} begins a thread and needs a subject.` })
    if (isFirst && step.thread === 'reply')
      problems.push({ position, field: 'thread', message: `Step ${position} is the first email: it answers nothing.` })
    if (beginsThread && isDeceptive(subject))
      problems.push({
        position,
        field: 'subject',
        message: 'A mail that begins a thread must not pretend to be an answer (Re:, Fwd:).',
      })
    if (step.body.trim() === '') problems.push({ position, field: 'body', message: `Step ${position} has no text.` })
  }
  return [...problems, ...findTextProblems(steps)].sort((one, other) => one.position - other.position)
}

/** Texts that nobody could be shown: a draft may be unfinished, but a mistyped variable is told while it is typed. */
export function findTextProblems(steps: readonly Checked[]): StepProblem[] {
  const templates = openTemplates()
  return steps.flatMap((step, index) =>
    (['subject', 'body'] as const).flatMap((field) => {
      const position = index + 1
      const error = templates.check(step[field] ?? '')
      return error === undefined ? [] : [{ position, field, message: `Step ${position}: ${error}` }]
    }),
  )
}
