import type { PropsWithChildren } from 'hono/jsx'
import { Button } from './buttons.tsx'
import { type Option, Options } from './fields.tsx'
import { Icon } from './icon.tsx'

/**
 * A GET form over a list: a search box and selects (children). `keep` are parameters the form has no control for (the
 * sort), `clear_href` the list without any filter, given only while one is set.
 */
export function FilterBar(
  props: PropsWithChildren<{
    action: string
    search?: { name: string; value: string; label: string }
    keep?: Readonly<Record<string, string | undefined>>
    clear_href?: string | null
  }>,
) {
  return (
    <search>
      <form method="get" action={props.action} class="filter-bar">
        {props.search ? (
          <label class="filter-search">
            <Icon name="search" size={14} />
            <span class="sr-only">{props.search.label}</span>
            <input
              type="search"
              name={props.search.name}
              value={props.search.value}
              placeholder={props.search.label}
              autocomplete="off"
              data-search
            />
            <span class="key-hint" aria-hidden="true">
              /
            </span>
          </label>
        ) : null}
        {props.children}
        {Object.entries(props.keep ?? {}).map(([name, value]) =>
          value === undefined || value === '' ? null : <input type="hidden" name={name} value={value} />,
        )}
        <Button icon="sliders">Filter</Button>
        {props.clear_href ? (
          <a class="btn btn-ghost btn-sm" href={props.clear_href}>
            Clear
          </a>
        ) : null}
      </form>
    </search>
  )
}

/** One filter; `blank` is what no choice means: "Any tier". */
export function FilterSelect(props: {
  name: string
  label: string
  blank: string
  value: string
  options: readonly Option[]
}) {
  return (
    <label class={`filter-select ${props.value === '' ? '' : 'filter-set'}`}>
      <span class="sr-only">{props.label}</span>
      <select name={props.name} class="select select-sm">
        <option value="">{props.blank}</option>
        <Options options={props.options} selected={[props.value]} />
      </select>
    </label>
  )
}
