import { formatNumber } from '../../format.ts'

export type ChipLink = {
  readonly href: string
  readonly label: string
  readonly count?: number
  readonly current: boolean
}

/** Which part of a list is shown, below the tabs of a page. */
export function ChipNav(props: { label: string; links: readonly ChipLink[] }) {
  return (
    <nav class="chip-nav" aria-label={props.label}>
      {props.links.map((link) => (
        <a
          href={link.href}
          aria-current={link.current ? 'page' : undefined}
          class={`btn btn-xs ${link.current ? 'btn-current' : 'btn-plain'}`}
        >
          {link.label}
          {link.count === undefined ? null : <span class="tabular-nums">{formatNumber(link.count)}</span>}
        </a>
      ))}
    </nav>
  )
}
