import type { MoveChoice } from '../../../db/tables/sequence-version.ts'
import { Chip } from '../../components/chips.tsx'
import { Card } from '../../components/panels.tsx'
import { Time } from '../../components/time.tsx'
import { formatNumber, plural } from '../../format.ts'
import { SequenceFrame, type SequenceHead } from './sequence-frame.tsx'
import { type SaidChange, StepDiff } from './step-diff.tsx'
import { choiceWords, stepKinds } from './words.ts'

export type VersionRow = {
  readonly version: number
  readonly choice: MoveChoice
  readonly saved_by_name: string | null
  readonly saved_at: Date
  /** For a choice of `now`: null while people are still being moved. */
  readonly moved_at: Date | null
  /** On this version and still running. */
  readonly running: number
  /** Everybody whose last version it is. */
  readonly people: number
  /** Against the version before it; only what is different. */
  readonly changes: readonly SaidChange[]
  readonly steps: number
}

export type VersionsPageProps = { sequence: SequenceHead; rows: readonly VersionRow[] }

/** Every version of a sequence, the newest first: who saved it, what it changed, and who is on it. */
export function VersionsPage({ sequence, rows }: VersionsPageProps) {
  return (
    <SequenceFrame sequence={sequence} tab="versions">
      <div class="stack-y">
        {rows.map((row) => (
          <VersionCard row={row} newest={sequence.version} />
        ))}
      </div>
    </SequenceFrame>
  )
}

function VersionCard({ row, newest }: { row: VersionRow; newest: number }) {
  return (
    <Card
      title={`Version ${row.version}`}
      note={
        <>
          <Time at={row.saved_at} /> · {row.saved_by_name ?? 'before versions were recorded'}
        </>
      }
      actions={row.version === newest ? <Chip tone="good">newest</Chip> : undefined}
    >
      <div class="stack-y">
        <p class="text-sm">
          <b class="tabular-nums">{formatNumber(row.running)}</b> running on it
          <span class="muted"> · {formatNumber(row.people - row.running)} ended on it</span>
          {row.version > 1 ? <span class="muted"> · {whoMoved(row)}</span> : null}
        </p>
        <VersionChanges row={row} />
      </div>
    </Card>
  )
}

function whoMoved({ choice, moved_at }: VersionRow): string {
  if (choice === 'now' && moved_at === null) return 'people are being moved to it'
  return choiceWords[choice].done
}

function VersionChanges({ row }: { row: VersionRow }) {
  if (row.version === 1) return <p class="muted text-sm">The first: {plural(row.steps, 'step')}.</p>
  if (row.changes.length === 0) return <p class="muted text-sm">Nothing is different from the version before.</p>
  return (
    <details>
      <summary>{row.changes.map(summaryOf).join(' · ')}</summary>
      <div class="mt-3">
        <StepDiff changes={row.changes} />
      </div>
    </details>
  )
}

function summaryOf({ before, after, is_moved, is_text_changed, is_timing_changed }: SaidChange): string {
  const step = after ?? before
  if (step === null) return ''
  const name = `step ${step.position} (${stepKinds[step.kind].label.toLowerCase()})`
  if (before === null) return `${name} added`
  if (after === null) return `${name} removed`
  const parts = [is_moved ? 'moved' : '', is_text_changed ? 'text' : '', is_timing_changed ? 'timing' : '']
  return `${name}: ${parts.filter((part) => part !== '').join(', ')}`
}
