import { Card, Stat, Stats } from '../../components/panels.tsx'
import { type Column, DataTable } from '../../components/table.tsx'
import { formatNumber, formatPercent } from '../../format.ts'
import { paths } from '../../paths.ts'

type Moved = { readonly id: string; readonly name: string; readonly before: number | null; readonly after: number }

export type Preview = {
  readonly accounts: number
  readonly changed: number
  readonly commonest: { readonly score: number; readonly accounts: number } | null
  /** Accounts in each range of five points. */
  readonly before: readonly number[]
  readonly after: readonly number[]
  readonly up: readonly Moved[]
  readonly down: readonly Moved[]
}

const HEIGHT = 96
const BAR = 14
const GAP = 3
const NUMBERS = 18

/** What applying the rules would do; nothing has been written. */
export function ScoringPreview({ preview }: { preview: Preview }) {
  const { accounts, changed, commonest } = preview
  return (
    <>
      <Stats>
        <Stat label="Would change" value={formatNumber(changed)} note={`of ${formatNumber(accounts)} accounts`} />
        <Stat
          label="Most on one score"
          value={commonest === null ? '–' : formatPercent(commonest.accounts / accounts, 1)}
          note={commonest === null ? undefined : `${formatNumber(commonest.accounts)} on ${commonest.score}`}
        />
      </Stats>
      <Card
        title="Scores after"
        note="Accounts in each range of five points, all of them counted; nothing is saved yet"
      >
        <Histogram {...preview} />
      </Card>
      <Card title="Furthest up" flush>
        <MovedTable caption="Accounts that move up most" rows={preview.up} />
      </Card>
      <Card title="Furthest down" flush>
        <MovedTable caption="Accounts that move down most" rows={preview.down} />
      </Card>
    </>
  )
}

function Histogram({ before, after }: Pick<Preview, 'before' | 'after'>) {
  const most = Math.max(1, ...after)
  const width = after.length * (BAR + GAP)
  const ranges = after.map((count, index) => ({
    id: String(index),
    range: `${index * 5} to ${index === after.length - 1 ? '100' : `below ${(index + 1) * 5}`}`,
    before: before[index] ?? 0,
    after: count,
  }))
  return (
    <>
      <svg
        class="day-chart"
        width={width}
        height={HEIGHT + NUMBERS}
        viewBox={`0 0 ${width} ${HEIGHT + NUMBERS}`}
        aria-hidden="true"
      >
        {ranges.map(({ range, after: count }, index) => {
          const height = Math.ceil((count / most) * HEIGHT)
          return (
            <rect x={index * (BAR + GAP)} y={HEIGHT - height} width={BAR} height={height} rx="2">
              <title>
                {range}: {formatNumber(count)}
              </title>
            </rect>
          )
        })}
        {[0, 5, 10, 15].map((index) => (
          <text x={index * (BAR + GAP)} y={HEIGHT + NUMBERS - 4} text-anchor="start">
            {index * 5}
          </text>
        ))}
      </svg>
      <details class="chart-table">
        <summary>The figures, range by range</summary>
        <DataTable caption="Accounts by score" columns={rangeColumns} rows={ranges} empty={null} />
      </details>
    </>
  )
}

const rangeColumns: readonly Column<{ id: string; range: string; before: number; after: number }>[] = [
  { key: 'range', label: 'Score', cell: (row) => row.range },
  { key: 'before', label: 'Now', align: 'right', cell: (row) => formatNumber(row.before) },
  { key: 'after', label: 'After', align: 'right', cell: (row) => formatNumber(row.after) },
]

const movedColumns: readonly Column<Moved>[] = [
  { key: 'name', label: 'Account', flexible: true, cell: (row) => <a href={paths.account(row.id)}>{row.name}</a> },
  { key: 'before', label: 'Now', align: 'right', cell: (row) => row.before ?? '–' },
  { key: 'after', label: 'After', align: 'right', cell: (row) => row.after },
  { key: 'by', label: 'Moves', align: 'right', cell: (row) => signed(row.after - (row.before ?? 0)) },
]

function MovedTable({ caption, rows }: { caption: string; rows: readonly Moved[] }) {
  return (
    <DataTable caption={caption} columns={movedColumns} rows={rows} empty={<p class="muted p-4 text-sm">None.</p>} />
  )
}

const signed = (by: number) =>
  `${by > 0 ? '+' : '−'}${Math.abs(by).toLocaleString('en-US', { maximumFractionDigits: 2 })}`
