import { Chip } from '../../components/chips.tsx'
import type { Option } from '../../components/fields.tsx'
import type { Tone } from '../../view.ts'

export type AccountStatus = 'new' | 'researching' | 'contacted' | 'engaged' | 'meeting' | 'customer' | 'disqualified'

const statuses: Readonly<Record<AccountStatus, { label: string; tone: Tone }>> = {
  new: { label: 'New', tone: 'neutral' },
  researching: { label: 'Researching', tone: 'info' },
  contacted: { label: 'Contacted', tone: 'info' },
  engaged: { label: 'Engaged', tone: 'good' },
  meeting: { label: 'Meeting', tone: 'good' },
  customer: { label: 'Customer', tone: 'good' },
  disqualified: { label: 'Disqualified', tone: 'bad' },
}

export const statusOptions: readonly Option[] = Object.entries(statuses).map(([value, { label }]) => ({ value, label }))

export function AccountStatusChip(props: { status: AccountStatus }) {
  const { label, tone } = statuses[props.status]
  return <Chip tone={tone}>{label}</Chip>
}

export type ScoreLine = {
  readonly rule: string
  readonly points: number
  readonly max: number
  readonly reason: string
}

/** What a score is made of, on one line: "persona 15/40 · executives 5/20". */
export function scoreReason(score: {
  breakdown: readonly ScoreLine[] | null
  override_reason: string | null
}): string | undefined {
  if (score.override_reason !== null) return `Set by hand: ${score.override_reason}`
  return score.breakdown?.map((line) => `${line.rule} ${line.points}/${line.max}`).join(' · ')
}

const sources: Readonly<Record<string, string>> = {
  given: 'typed by a person',
  imported: 'from an imported list',
  found: 'found by enrichment',
  guessed: 'guessed',
}

export function sourceWords(source: string): string {
  return sources[source] ?? source
}
