import type { SimulatedDay } from '../../../functions/domain/simulation/summarise.ts'
import { type Column, DataTable } from '../../components/table.tsx'
import { formatDay, formatNumber } from '../../format.ts'

const HEIGHT = 120
const BAR = 12
const GAP = 4
/** The line with the dates. */
const DATES = 20
/** One date needs the width of so many bars. */
const DATE_BARS = 4
const LEAST_WIDTH = DATE_BARS * (BAR + GAP)

/** A bar a day; the table behind it has the figures, step by step. */
export function DayChart(props: {
  days: readonly SimulatedDay[]
  steps: readonly { readonly position: number; readonly is_mail: boolean }[]
}) {
  const days = withQuietDays(props.days)
  const most = Math.max(1, ...days.map(({ mails }) => mails))
  const width = Math.max(days.length * (BAR + GAP), LEAST_WIDTH)
  const mails = props.steps.map((step, index) => ({ ...step, index })).filter(({ is_mail }) => is_mail)
  return (
    <>
      <section class="chart-scroll" tabindex={0} aria-label="A bar for each day">
        <svg
          class="day-chart"
          width={width}
          height={HEIGHT + DATES}
          viewBox={`0 0 ${width} ${HEIGHT + DATES}`}
          aria-hidden="true"
        >
          {days.map((day, index) => {
            const height = Math.ceil((day.mails / most) * HEIGHT)
            return (
              <rect x={index * (BAR + GAP)} y={HEIGHT + 2 - height} width={BAR} height={height} rx="2">
                <title>
                  {weekday(day.on)} {formatDay(day.on)}: {formatNumber(day.mails)}
                </title>
              </rect>
            )
          })}
          {datesUnder(days).map(({ index, anchor }) => (
            <text x={index * (BAR + GAP) + (anchor === 'start' ? 0 : BAR)} y={HEIGHT + DATES - 4} text-anchor={anchor}>
              {shortDay(days[index]?.on ?? '')}
            </text>
          ))}
        </svg>
      </section>
      <details class="chart-table">
        <summary>The figures, day by day</summary>
        <DataTable caption="Mails a day and step" columns={columnsOf(mails)} rows={props.days} empty={null} />
      </details>
    </>
  )
}

function columnsOf(mails: readonly { position: number; index: number }[]): Column<SimulatedDay>[] {
  return [
    { key: 'on', label: 'Day', cell: (day) => `${weekday(day.on)} ${formatDay(day.on)}` },
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

/** Under the first bar, each Monday's and the last, where one does not run into the next. */
function datesUnder(days: readonly SimulatedDay[]): { index: number; anchor: 'start' | 'end' }[] {
  const last = days.length - 1
  if (last < 0) return []
  const dates: { index: number; anchor: 'start' | 'end' }[] = [{ index: 0, anchor: 'start' }]
  for (const [index, { on }] of days.entries()) {
    const before = dates.at(-1)?.index ?? 0
    const isMonday = new Date(`${on}T00:00:00Z`).getUTCDay() === 1
    if (isMonday && index - before >= DATE_BARS && last - index >= 2 * DATE_BARS) dates.push({ index, anchor: 'start' })
  }
  if (last - (dates.at(-1)?.index ?? 0) >= 2 * DATE_BARS - 1) dates.push({ index: last, anchor: 'end' })
  return dates
}

/** "22 Feb" */
const shortDay = (on: string) => formatDay(on).replace(/ \d{4}$/, '')

const weekday = (on: string) =>
  new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: 'UTC' }).format(new Date(`${on}T00:00:00Z`))
