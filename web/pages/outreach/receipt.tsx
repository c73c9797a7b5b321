import { Chip } from '../../components/chips.tsx'
import { Card } from '../../components/panels.tsx'
import { Time } from '../../components/time.tsx'
import { Timeline, type TimelineItem } from '../../components/timeline.tsx'
import { receiptWords } from './receipt-words.ts'
import { reasonWords } from './words.ts'

export type ReceiptLine = {
  readonly line: number
  readonly at: Date
  readonly what: string
  readonly detail: Readonly<Record<string, unknown>>
  /** Null when it speaks of the whole sequence. */
  readonly step_key: string | null
  /** Of the step it speaks of. */
  readonly position: number | null
  readonly rotation: number | null
  /** Known since, of an open or a click. */
  readonly by_machine?: boolean
}

type Part = { step_key: string | null; position: number | null; lines: ReceiptLine[] }

/** The chain of one person, step by step, each oldest first; a card for what concerns the whole sequence stands on top. */
export function Receipt(props: {
  lines: readonly ReceiptLine[]
  is_whole: boolean
  steps: ReadonlyMap<string, string>
}) {
  return (
    <>
      {partsOf(props.lines).map((part) => (
        <Card
          id={part.step_key === null ? 'sequence' : `step-${part.position ?? part.step_key}`}
          title={titleOf(part, props.steps)}
          note={`${part.lines.length === 1 ? 'line' : 'lines'} ${linesOf(part)}`}
          actions={
            part.step_key === null ? (
              <Chip tone={props.is_whole ? 'good' : 'bad'} icon={props.is_whole ? 'check' : 'circle-x'}>
                {props.is_whole ? 'chain verified' : 'chain broken'}
              </Chip>
            ) : undefined
          }
        >
          <Timeline items={part.lines.map(toItem)} />
        </Card>
      ))}
    </>
  )
}

/** The whole sequence first, then the steps in the order in which they came up. */
function partsOf(lines: readonly ReceiptLine[]): Part[] {
  const parts = new Map<string | null, Part>([[null, { step_key: null, position: null, lines: [] }]])
  for (const line of lines) {
    // It names the first mail, and speaks of all.
    const step_key = line.what === 'enrolled' ? null : line.step_key
    const part = parts.get(step_key) ?? { step_key, position: line.position, lines: [] }
    part.lines.push(line)
    part.position = line.position ?? part.position
    parts.set(step_key, part)
  }
  return [...parts.values()].filter((part) => part.lines.length > 0)
}

function titleOf({ step_key, position }: Part, steps: ReadonlyMap<string, string>): string {
  if (step_key === null) return 'The sequence'
  const name = steps.get(step_key)
  const place = position === null ? 'A step that is gone' : `Step ${position}`
  return name === undefined ? place : `${place}: ${name}`
}

function linesOf({ lines }: Part): string {
  const numbers = lines.map(({ line }) => line)
  const [first, last] = [numbers[0], numbers.at(-1)]
  return first === last ? String(first) : `${first}–${last}`
}

function toItem(line: ReceiptLine): TimelineItem {
  const { title, icon, tone } = receiptWords(line.what, line.detail.type)
  const again = line.rotation ? ', sent again' : ''
  const machine = line.by_machine || line.detail.machine === true ? ', by a machine' : ''
  return { at: line.at, icon, tone, title: title + again + machine, body: <Detail detail={line.detail} /> }
}

function Detail(props: { detail: ReceiptLine['detail'] }) {
  const { due_at, time_zone, reason, rule, to, decision, detail, url, by, from, until_at, title } = props.detail
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null)
  const parts = [
    typeof from === 'number' && typeof to === 'number' ? `from version ${from} to version ${to}` : null,
    text(reason) && reasonWords(String(reason)),
    text(detail),
    text(title),
    text(to) && `to ${to}`,
    text(decision)?.replaceAll('_', ' '),
    text(rule),
    text(url),
    text(by) && byWords(String(by)),
  ].filter((part) => typeof part === 'string')
  const due = [due_at, until_at].find((moment) => typeof moment === 'string')
  if (parts.length === 0 && due === undefined) return null
  return (
    <>
      {due === undefined ? null : (
        <>
          {until_at === due ? 'until' : 'for'} <Time at={new Date(String(due))} theirs={text(time_zone)} />
          {parts.length > 0 ? ' · ' : ''}
        </>
      )}
      {parts.join(' · ')}
    </>
  )
}

const stoppers: Readonly<Record<string, string>> = {
  drain: 'by the last check before sending',
  provider: 'by the mail service’s answer',
  event: 'by an event of the mail service',
  reply: 'by a reply',
  unsubscribe: 'by an unsubscribe link',
  sweep: 'by the sweep',
  system: 'by the system',
}

/** Who it was: a part of the engine, or somebody who is named by their id and called a person here. */
const byWords = (by: string): string => stoppers[by] ?? (/^[0-9a-f-]{36}$/.test(by) ? 'by a person' : `by ${by}`)
