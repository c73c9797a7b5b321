import type { IconName } from '../../components/icon.tsx'
import { Card } from '../../components/panels.tsx'
import { Timeline } from '../../components/timeline.tsx'

export type ActivityItem = {
  readonly at: Date
  readonly kind: string
  readonly summary: string
  /** On the page of an account: which of its people it happened to. */
  readonly person_name?: string | null
}

/** What happened to an account or a person, newest first. */
export function RecordTimeline(props: { items: readonly ActivityItem[]; limit: number }) {
  const { items, limit } = props
  return (
    <Card title="Timeline" note={items.length === limit ? `The newest ${limit}` : undefined}>
      {items.length === 0 ? (
        <p class="muted text-sm">Nothing has happened since it was imported.</p>
      ) : (
        <Timeline
          items={items.map((item) => ({
            at: item.at,
            icon: iconOf(item.kind),
            title: <Happened summary={item.summary} subject_name={item.person_name ?? null} />,
          }))}
        />
      )}
    </Card>
  )
}

/** Names the subject unless the sentence does so itself, so that ten mails in a list are ten people. */
export function Happened(props: { summary: string; subject_name: string | null; href?: string }) {
  const { summary, subject_name, href } = props
  if (subject_name === null || summary.includes(subject_name))
    return href === undefined ? <span>{summary}</span> : <a href={href}>{summary}</a>
  return (
    <>
      {href === undefined ? <strong>{subject_name}</strong> : <a href={href}>{subject_name}</a>}: {summary}
    </>
  )
}

function iconOf(kind: string): IconName {
  if (kind.startsWith('import')) return 'upload'
  if (kind.includes('overrid')) return 'star'
  if (kind.includes('address')) return 'mail'
  if (kind.includes('reply') || kind.includes('replied')) return 'reply'
  if (kind.includes('sent') || kind.includes('message')) return 'send'
  if (kind.includes('enrich') || kind.includes('pattern') || kind.includes('website')) return 'sparkles'
  if (kind.includes('created')) return 'plus'
  if (kind.includes('updated')) return 'pencil'
  return 'activity'
}
