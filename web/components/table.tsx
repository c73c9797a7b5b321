import type { Child } from 'hono/jsx'
import { formatNumber } from '../format.ts'
import { Icon } from './icon.tsx'

export type Column<Row> = {
  readonly key: string
  readonly label: string
  readonly cell: (row: Row) => Child
  /** Set when the query can order by it: the key that goes into `?sort=`. */
  readonly sort?: string
  /** `right` for figures, so that digits line up. */
  readonly align?: 'right'
  /** Left out on a phone; what is left must be enough to choose a row. */
  readonly wide_only?: boolean
  /** Left out where the page is narrower than a large screen: a fact that the record's own page has too. */
  readonly very_wide_only?: boolean
  /** For long text: takes what the other columns leave and is cut off there, so that the table fits the page. */
  readonly flexible?: boolean
}

export type Sorting = {
  readonly key: string
  readonly direction: 'asc' | 'desc'
  /** The address of this list ordered so, from its first page, filters kept. */
  readonly href: (key: string, direction: 'asc' | 'desc') => string
}

/** Ticked rows are posted as repeated `name` fields to `action`; `buttons` choose what happens to them. */
export type Bulk<Row> = {
  readonly action: string
  readonly name: string
  readonly value: (row: Row) => string
  readonly label: (row: Row) => string
  readonly buttons: Child
}

export type DataTableProps<Row> = {
  /** Names the table aloud: "Accounts of ProMat 2027". */
  caption: string
  /** The first column names the row, stays in place when the table moves sideways, and carries the link. */
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  sorting?: Sorting
  bulk?: Bulk<Row>
  /** An EmptyState; shown instead of an empty table. */
  empty: Child
  /** For the main list of a page: takes the height that is left, with its own scrolling. */
  fill?: boolean
}

export function DataTable<Row>(props: DataTableProps<Row>) {
  if (props.rows.length === 0) return <>{props.empty}</>
  const { bulk } = props
  return (
    <div class="data-table">
      {bulk ? <BulkBar bulk={bulk} /> : null}
      <section class={`table-region ${props.fill ? 'table-fill' : ''}`} tabindex={0} aria-label={props.caption}>
        <table>
          <caption class="sr-only">{props.caption}</caption>
          <thead>
            <tr>
              {bulk ? (
                <th scope="col" class="select-cell">
                  <input
                    type="checkbox"
                    class="checkbox checkbox-xs needs-script"
                    data-select-all
                    aria-label="Select all rows shown"
                  />
                  <span class="sr-only">Select</span>
                </th>
              ) : null}
              {props.columns.map((column) => (
                <HeaderCell column={column} sorting={props.sorting} />
              ))}
            </tr>
          </thead>
          <tbody>
            {props.rows.map((row) => (
              <tr>
                {bulk ? (
                  <td class="select-cell">
                    <input
                      type="checkbox"
                      class="checkbox checkbox-xs"
                      form={bulkFormId}
                      name={bulk.name}
                      value={bulk.value(row)}
                      aria-label={`Select ${bulk.label(row)}`}
                    />
                  </td>
                ) : null}
                {props.columns.map((column, index) => (
                  <BodyCell column={column} row={row} first={index === 0} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  )
}

// One bulk form a page: the checkboxes stand outside it and name it.
const bulkFormId = 'bulk'

function BulkBar<Row>(props: { bulk: Bulk<Row> }) {
  return (
    <form id={bulkFormId} method="post" action={props.bulk.action} class="bulk-bar">
      <span class="bulk-count" data-selected-count>
        Selected rows
      </span>
      {props.bulk.buttons}
    </form>
  )
}

function HeaderCell<Row>(props: { column: Column<Row>; sorting?: Sorting }) {
  const { column, sorting } = props
  const sorted = column.sort !== undefined && sorting?.key === column.sort ? sorting.direction : undefined
  return (
    <th
      scope="col"
      class={cellClass(column)}
      aria-sort={sorted === undefined ? undefined : sorted === 'asc' ? 'ascending' : 'descending'}
    >
      {column.sort === undefined || sorting === undefined ? (
        column.label
      ) : (
        <a href={sorting.href(column.sort, nextDirection(column, sorted))} class="sort-link">
          {column.label}
          <Icon
            name={sorted === undefined ? 'chevrons-up-down' : sorted === 'asc' ? 'arrow-up' : 'arrow-down'}
            size={12}
          />
        </a>
      )}
    </th>
  )
}

/** Names begin at A, figures at the largest: what people look for first. */
function nextDirection<Row>(column: Column<Row>, sorted: 'asc' | 'desc' | undefined): 'asc' | 'desc' {
  if (sorted === undefined) return column.align === 'right' ? 'desc' : 'asc'
  return sorted === 'asc' ? 'desc' : 'asc'
}

function BodyCell<Row>(props: { column: Column<Row>; row: Row; first: boolean }) {
  const { column, row } = props
  if (props.first) {
    return (
      <th scope="row" class={cellClass(column)}>
        {column.cell(row)}
      </th>
    )
  }
  return <td class={cellClass(column)}>{column.cell(row)}</td>
}

function cellClass<Row>(column: Column<Row>): string | undefined {
  const classes = [
    column.align === 'right' ? 'num' : '',
    column.wide_only ? 'wide-only' : '',
    column.very_wide_only ? 'very-wide-only' : '',
    column.flexible ? 'flexible' : '',
  ].filter(Boolean)
  return classes.length === 0 ? undefined : classes.join(' ')
}

/** Keyset pages have no numbers: only what comes before and after. `total` may be left out where counting is dear. */
export function Pager(props: {
  label: string
  shown: number
  total?: number
  previous_href?: string | null
  next_href?: string | null
}) {
  if (!props.previous_href && !props.next_href && props.shown === 0) return null
  return (
    <nav class="pager" aria-label={props.label}>
      <span class="muted tabular-nums">
        {formatNumber(props.shown)} shown
        {props.total === undefined ? '' : ` of ${formatNumber(props.total)}`}
      </span>
      <span class="pager-links">
        <PagerLink href={props.previous_href} rel="prev" text="Previous" />
        <PagerLink href={props.next_href} rel="next" text="Next" />
      </span>
    </nav>
  )
}

function PagerLink(props: { href?: string | null; rel: 'prev' | 'next'; text: string }) {
  const before = props.rel === 'prev' ? <Icon name="chevron-left" size={14} /> : null
  const after = props.rel === 'next' ? <Icon name="chevron-right" size={14} /> : null
  if (!props.href) {
    return (
      <span class="btn btn-plain btn-sm btn-disabled" aria-disabled="true">
        {before}
        {props.text}
        {after}
      </span>
    )
  }
  return (
    <a class="btn btn-plain btn-sm" href={props.href} rel={props.rel}>
      {before}
      {props.text}
      {after}
    </a>
  )
}
