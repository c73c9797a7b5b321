import {
  clockIn,
  clockWithSeconds,
  formatDay,
  formatDayRange,
  formatExact,
  formatMoment,
  formatRelative,
  formatThere,
  zoneName,
} from '../format.ts'
import { useView } from '../view.ts'

type TimeWords = 'moment' | 'relative' | 'clock' | 'second'

/**
 * An instant in the viewer's zone. `moment` (default): "tomorrow 08:02"; `relative`: "4 min ago"; `clock`: "08:02"; `second`:
 * "08:02:17".
 * `theirs` adds the clock of whom it concerns: "tomorrow 03:40 · 09:10 there". `time_zone` shows it on the clock of a place
 * alone, with the zone's name after it.
 */
export function Time(props: { at: Date; show?: TimeWords; theirs?: string | null; time_zone?: string }) {
  const view = useView()
  const time_zone = props.time_zone ?? view.time_zone
  const there = props.theirs ? formatThere(props.at, time_zone, props.theirs) : null
  const exact = [formatExact(props.at, time_zone), there && props.theirs && formatExact(props.at, props.theirs)]
  return (
    <time datetime={props.at.toISOString()} title={exact.filter(Boolean).join(' · ')}>
      {wordsFor(props.at, props.show ?? 'moment', view.now, time_zone)}
      {props.time_zone === undefined ? '' : ` ${zoneName(props.at, time_zone)}`}
      {there === null ? '' : ` · ${there}`}
    </time>
  )
}

function wordsFor(at: Date, show: TimeWords, now: Date, time_zone: string): string {
  switch (show) {
    case 'moment':
      return formatMoment(at, now, time_zone)
    case 'relative':
      return formatRelative(at, now)
    case 'clock':
      return clockIn(at, time_zone)
    case 'second':
      return clockWithSeconds(at, time_zone)
  }
}

/** A calendar day (`YYYY-MM-DD`), which has no zone. */
export function Day(props: { on: string }) {
  return <time datetime={props.on}>{formatDay(props.on)}</time>
}

/** Calendar days (`YYYY-MM-DD`), which have no zone. */
export function DayRange(props: { starts_on: string; ends_on: string }) {
  return <time datetime={props.starts_on}>{formatDayRange(props.starts_on, props.ends_on)}</time>
}
