import { formatNumber, formatPercent } from '../format.ts'

/** Work in the background. `max` unknown (null) shows an endless bar and the count alone. */
export function Progress(props: { label: string; value: number; max: number | null; noun?: string }) {
  const { value, max } = props
  return (
    <div class="progress-block">
      <div class="progress-words">
        <span>{props.label}</span>
        <span class="tabular-nums">
          {formatNumber(value)}
          {max === null ? '' : ` of ${formatNumber(max)}`} {props.noun ?? ''}
          {max === null ? '' : ` · ${formatPercent(value, max)}`}
        </span>
      </div>
      <progress
        class="progress"
        aria-label={props.label}
        value={max === null ? undefined : value}
        max={max ?? undefined}
      >
        {max === null ? formatNumber(value) : formatPercent(value, max)}
      </progress>
    </div>
  )
}
