import { Chip } from '../../components/chips.tsx'
import { formatNumber, formatPercent } from '../../format.ts'
import type { Tone } from '../../view.ts'
import { type EnrichmentKind, enrichmentLabels } from './enrich-menu.tsx'

export type RunLine = {
  readonly id: string
  readonly kind: EnrichmentKind
  readonly subject_kind: 'account' | 'person'
  readonly status: 'running' | 'completed' | 'cancelled'
  readonly total: number
  readonly done_count: number
  readonly failed_count: number
  readonly cancelled_count: number
  readonly created_at: Date
  readonly finished_at: Date | null
}

export const subjectsOf = ({ subject_kind, total }: RunLine) => {
  const noun = subject_kind === 'account' ? ['account', 'accounts'] : ['person', 'people']
  return `${formatNumber(total)} ${noun[total === 1 ? 0 : 1]}`
}

export const titleOf = (run: RunLine) => `${enrichmentLabels[run.kind]}: ${subjectsOf(run)}`

export const settledOf = (run: RunLine) => run.done_count + run.failed_count + run.cancelled_count

const statuses: Readonly<Record<RunLine['status'], { label: string; tone: Tone }>> = {
  running: { label: 'Running', tone: 'info' },
  completed: { label: 'Done', tone: 'good' },
  cancelled: { label: 'Cancelled', tone: 'neutral' },
}

export function RunState({ run }: { run: RunLine }) {
  const { label, tone } = statuses[run.status]
  return (
    <span class="chips">
      <Chip tone={tone}>{label}</Chip>
      {run.status === 'running' ? (
        <span class="muted tabular-nums">{formatPercent(settledOf(run), run.total)}</span>
      ) : null}
    </span>
  )
}

/** What came of a subject, in words; each kind has its own. */
const outcomes: Readonly<Record<string, string>> = {
  saved: 'Website found and saved',
  kept: 'Domain was known, and is kept',
  taken: 'Found, but another account has it',
  not_found: 'No website found',
  inferred: 'Pattern worked out',
  generated: 'Addresses generated',
  no_domain: 'No domain is known: find the website first',
  freemail: 'A public mail provider has no pattern',
  not_enough_evidence: 'Not enough known addresses',
  no_address: 'No address to verify',
  valid: 'Valid',
  risky: 'Risky',
  unknown: 'Unknown',
  invalid: 'Invalid',
  bounced: 'Bounced before',
}

export const outcomeWords = (outcome: string) => outcomes[outcome] ?? outcome.replaceAll('_', ' ')
