import { formatNumber } from '../../format.ts'

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const LEVELS = 5

/** Mails by weekday and hour of the recipient: only the hours in which something arrives. */
export function HeatMap({ heat }: { heat: readonly (readonly number[])[] }) {
  const busy = [...Array(24).keys()].filter((hour) => heat.some((day) => (day[hour] ?? 0) > 0))
  const [first = 0, last = 0] = [busy[0], busy.at(-1)]
  const hours = Array.from({ length: last - first + 1 }, (_, index) => first + index)
  const most = Math.max(1, ...heat.flat())
  return (
    <section class="table-region" tabindex={0} aria-label="Mails by weekday and hour">
      <table class="heat-map">
        <caption class="sr-only">Mails by weekday and hour</caption>
        <thead>
          <tr>
            <td />
            {hours.map((hour) => (
              <th scope="col">{String(hour).padStart(2, '0')}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {heat.map((day, index) => (
            <tr>
              <th scope="row">{weekdays[index]}</th>
              {hours.map((hour) => {
                const mails = day[hour] ?? 0
                return (
                  <td class={`heat-${Math.ceil((mails / most) * LEVELS)}`}>{mails === 0 ? '' : formatNumber(mails)}</td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
