import { LinkButton } from '../../components/buttons.tsx'
import { DayRange, Time } from '../../components/time.tsx'
import { daysUntil, plural } from '../../format.ts'
import { paths } from '../../paths.ts'
import { useView } from '../../view.ts'

export type DashboardEvent = {
  readonly id: string
  readonly name: string
  readonly venue: string | null
  readonly city: string | null
  readonly country: string | null
  readonly time_zone: string
  readonly booth: string | null
  readonly starts_on: string
  readonly ends_on: string
}

/** The active event as the head of the timetable: how long still, when, where, which booth, what time it is there. */
export function EventCard(props: { event: DashboardEvent }) {
  const { event } = props
  const { now } = useView()
  const place = [event.venue, event.city, event.country].filter(Boolean).join(', ')
  return (
    <section class="event-card">
      <p class="event-days">{countdown(event, now)}</p>
      <div class="event-what">
        <h2>{event.name}</h2>
        <p>
          <DayRange starts_on={event.starts_on} ends_on={event.ends_on} />
          {place === '' ? '' : ` · ${place}`}
        </p>
      </div>
      <dl class="event-where">
        <div>
          <dt>Booth</dt>
          <dd>{event.booth ?? '–'}</dd>
        </div>
        <div>
          <dt>Now there</dt>
          <dd>
            <Time at={now} show="clock" time_zone={event.time_zone} />
          </dd>
        </div>
      </dl>
      <LinkButton href={paths.event(event.id)} small kind="quiet" icon="pencil" aria-label={`Edit ${event.name}`}>
        Edit
      </LinkButton>
    </section>
  )
}

/** Days are counted where the event is. */
function countdown(event: DashboardEvent, now: Date): string {
  const start = daysUntil(event.starts_on, now, event.time_zone)
  const end = daysUntil(event.ends_on, now, event.time_zone)
  if (start > 1) return `in ${plural(start, 'day')}`
  if (start === 1) return 'tomorrow'
  if (end >= 0) return `day ${1 - start} of ${end - start + 1}`
  return `${plural(-end, 'day')} ago`
}
