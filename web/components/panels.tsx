import type { Child, PropsWithChildren } from 'hono/jsx'
import type { Tone } from '../view.ts'
import { Icon, type IconName } from './icon.tsx'

/** A sheet of paper with a heading and, right of it, small actions. `flush` for a table that touches the edges. */
export function Card(
  props: PropsWithChildren<{ title?: Child; note?: Child; actions?: Child; flush?: boolean; id?: string }>,
) {
  return (
    <section class="sheet" id={props.id}>
      {props.title === undefined ? null : (
        <header class="sheet-head">
          <h2>{props.title}</h2>
          {props.note ? <span class="muted text-xs">{props.note}</span> : null}
          {props.actions ? <div class="sheet-actions">{props.actions}</div> : null}
        </header>
      )}
      <div class={props.flush ? 'sheet-flush' : 'sheet-body'}>{props.children}</div>
    </section>
  )
}

/** Figures in one row; children are `Stat`s. */
export function Stats(props: PropsWithChildren) {
  return <dl class="stats">{props.children}</dl>
}

/** One figure. `tone="waiting"` when somebody has to act on it. */
export function Stat(props: { label: string; value: Child; note?: Child; href?: string; tone?: Tone }) {
  return (
    <div class={`stat-item tone-${props.tone ?? 'neutral'}`}>
      <dt>{props.label}</dt>
      <dd>
        <span class="stat-value">{props.href ? <a href={props.href}>{props.value}</a> : props.value}</span>
        {props.note ? <span class="stat-note">{props.note}</span> : null}
      </dd>
    </div>
  )
}

export type Tab = { readonly href: string; readonly label: string; readonly count?: number; readonly current: boolean }

/** Links that look like tabs: each is a page of its own. */
export function Tabs(props: { label: string; tabs: readonly Tab[] }) {
  return (
    <nav class="tab-row" aria-label={props.label}>
      {props.tabs.map((tab) => (
        <a href={tab.href} aria-current={tab.current ? 'page' : undefined}>
          {tab.label} {tab.count === undefined ? null : <span class="count">{tab.count.toLocaleString('en-US')}</span>}
        </a>
      ))}
    </nav>
  )
}

/** An icon, one sentence, one action (children). A blocked thing names what is missing. */
export function EmptyState(props: PropsWithChildren<{ icon: IconName; title: string; text?: Child }>) {
  return (
    <div class="empty">
      <Icon name={props.icon} size={24} />
      <p class="empty-title">{props.title}</p>
      {props.text ? <p class="empty-text">{props.text}</p> : null}
      {props.children ? <div class="mt-3 flex flex-wrap justify-center gap-2">{props.children}</div> : null}
    </div>
  )
}

const toneIcons: Readonly<Record<Tone, IconName>> = {
  neutral: 'info',
  info: 'info',
  good: 'circle-check',
  bad: 'circle-x',
  waiting: 'clock',
}

/** A line across the content: why nothing is sending, what is degraded. `live` announces it (flash messages). */
export function Banner(props: PropsWithChildren<{ tone?: Tone; icon?: IconName; action?: Child; live?: boolean }>) {
  const tone = props.tone ?? 'neutral'
  return (
    <div class={`banner tone-${tone}`} role={props.live ? (tone === 'bad' ? 'alert' : 'status') : undefined}>
      <Icon name={props.icon ?? toneIcons[tone]} />
      <div class="banner-text">{props.children}</div>
      {props.action ? <div class="banner-action">{props.action}</div> : null}
    </div>
  )
}

export type Fact = { readonly label: string; readonly value: Child; readonly note?: Child }

/** Label and value pairs; an empty value shows a dash rather than nothing. */
export function Facts(props: { facts: readonly Fact[] }) {
  return (
    <dl class="facts">
      {props.facts.map((fact) => (
        <div>
          <dt>{fact.label}</dt>
          <dd>
            {fact.value === null || fact.value === undefined || fact.value === '' ? (
              <span class="muted">–</span>
            ) : (
              fact.value
            )}
            {fact.note ? <span class="fact-note">{fact.note}</span> : null}
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** Text to copy. Selecting it takes the whole; the button appears where there is a script. */
export function CopyableCode(props: { text: string; label: string }) {
  return (
    <span class="copyable">
      <code>{props.text}</code>
      <button
        type="button"
        class="btn btn-ghost btn-xs needs-script"
        data-copy={props.text}
        aria-label={`Copy ${props.label}`}
      >
        <Icon name="copy" size={14} />
      </button>
    </span>
  )
}
