import type { OpenTask } from '../../../db/queries/outreach-inbox.ts'
import { oneLine, type Templates } from '../email/render.ts'
import { variablesOf } from './preflight.ts'

/**
 * A task's words as they are said to its person. What is missing for them stays as it was written, so that whoever does
 * the task sees what to fill in.
 */
export function taskText(templates: Templates, task: OpenTask): Pick<OpenTask, 'title' | 'notes'> {
  const { person_name, person_title, event_name, from_name, from_address } = task
  const variables = variablesOf(
    { ...task, name: person_name ?? '', title: person_title },
    { ...task, name: event_name },
    { from_name: from_name ?? '', from_address: from_address ?? '' },
  )
  const said = (text: string) => {
    const rendered = templates.render(text, variables)
    return rendered.ok ? rendered.text : text
  }
  return { title: oneLine(said(task.title)), notes: task.notes === null ? null : said(task.notes) }
}
