import type { SimulatedDay } from '../../../functions/domain/simulation/summarise.ts'
import { type Column, DataTable } from '../../components/table.tsx'
import { formatNumber } from '../../format.ts'

const HEIGHT = 120
const BAR = 12
const GAP = 4

/** A bar a day; the table behind it has the figures, step by step. */
export function DayChart(props: {
  days: readonly SimulatedDay[]
  steps: readonly { readonly position: number; readonly is_mail: boolean }[]
}) {
  const days = withQuietDays(props.days)
  const most = Math.max(1, ...days.map(({ mails }) => mails))
  const width = days.length * (BAR + GAP)
  const mails = props.steps.map((step, index) => ({ ...step, index })).filter(({ is_mail }) => is_mail)
  return (
    <>
      <div class="chart-scroll">
        <svg
          class="day-chart"
          width={width}
          height={HEIGHT + 4}
          viewBox={`0 0 ${width} ${HEIGHT + 4}`}
          aria-hidden="true"
        >
          {days.map((day, index) => {
            const height = Math.ceil((day.mails / most) * HEIGHT)
            return (
              <rect x={index * (BAR + GAP)} y={HEIGHT + 2 - height} width={BAR} height={height || 1} rx="2">
                <title>
                  {day.on}: {formatNumber(day.mails)}
                </title>
              </rect>
            )
          })}
        </svg>
      </div>
      <details class="chart-table">
        <summary>The figures, day by day</summary>
        <DataTable caption="Mails a day and step" columns={columnsOf(mails)} rows={props.days} empty={null} />
      </details>
    </>
  )
}

function columnsOf(mails: readonly { position: number; index: number }[]): Column<SimulatedDay>[] {
  return [
    { key: 'on', label: 'Day', cell: (day) => `${weekday(day.on)} ${day.on}` },
    { key: 'mails', label: 'Mails', align: 'right', cell: (day) => formatNumber(day.mails) },
    ...mails.map(
      ({ position, index }): Column<SimulatedDay> => ({
        key: `step-${position}`,
        label: `Step ${position}`,
        align: 'right',
        cell: (day) => formatNumber(day.by_step[index] ?? 0),
      }),
    ),
  ]
}

/** Farther apart than this, days without a mail would only push the bars off the page. */
const MOST_DAYS = 200

function withQuietDays(days: readonly SimulatedDay[]): SimulatedDay[] {
  const [first, last] = [days[0], days.at(-1)]
  if (first === undefined || last === undefined) return []
  const count = (Date.parse(last.on) - Date.parse(first.on)) / 86_400_000 + 1
  if (count > MOST_DAYS) return [...days]
  const known = new Map(days.map((day) => [day.on, day]))
  return Array.from({ length: count }, (_, index) => {
    const on = new Date(Date.parse(first.on) + index * 86_400_000).toISOString().slice(0, 10)
    return known.get(on) ?? { on, mails: 0, by_step: [] }
  })
}

const weekday = (on: string) =>
  new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: 'UTC' }).format(new Date(`${on}T00:00:00Z`))
