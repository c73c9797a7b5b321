import type { Child } from 'hono/jsx'
import type { Tone } from '../view.ts'
import { Icon, type IconName } from './icon.tsx'
import { Time } from './time.tsx'

export type TimelineItem = {
  readonly at: Date
  readonly icon: IconName
  readonly title: Child
  readonly body?: Child
  readonly tone?: Tone
}

/** What happened, newest first as the query orders it. */
export function Timeline(props: { items: readonly TimelineItem[] }) {
  return (
    <ol class="timeline-list">
      {props.items.map((item) => (
        <li class={`tone-${item.tone ?? 'neutral'}`}>
          <span class="timeline-mark">
            <Icon name={item.icon} size={14} />
          </span>
          <div>
            <p class="timeline-title">
              {item.title} <Time at={item.at} />
            </p>
            {item.body ? <div class="timeline-body">{item.body}</div> : null}
          </div>
        </li>
      ))}
    </ol>
  )
}
