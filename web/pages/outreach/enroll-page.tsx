import { Button, PostButton } from '../../components/buttons.tsx'
import { Chip, PersonaChips, personaLabel, ScoreChip, TierChip, tierOptions } from '../../components/chips.tsx'
import { FilterBar, FilterSelect } from '../../components/filter-bar.tsx'
import { EmptyState } from '../../components/panels.tsx'
import { type Column, DataTable, Pager } from '../../components/table.tsx'
import { formatNumber } from '../../format.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'

export type EnrollRow = {
  readonly id: string
  readonly name: string
  readonly title: string | null
  readonly personas: readonly string[]
  readonly account_name: string | null
  readonly list_tier: number | null
  readonly effective_score: number | null
  readonly address: string | null
  readonly address_source: string | null
  readonly active_in: string | null
  /** Is, or was, in this sequence. */
  readonly in_this: boolean
}

/** As it stands in the address; empty means no filter. */
export type EnrollFilters = {
  readonly q: string
  readonly persona: string
  readonly tier: string
  readonly min_score: string
  readonly address: string
}

export type EnrollPageProps = {
  sequence: { readonly id: string; readonly name: string }
  rows: readonly EnrollRow[]
  filters: EnrollFilters
  total: number
  /** The count stopped there: there are at least so many. */
  most: number
  personas: readonly string[]
  previous_href: string | null
  next_href: string | null
}

/** Whom to enrol: ticked ones, or all that match. The next page says who is left out, before anything happens. */
export function EnrollPage(props: EnrollPageProps) {
  const { sequence, filters, total } = props
  const filtered = Object.values(filters).some((value) => value !== '')
  const count = total >= props.most ? `${formatNumber(props.most)}+` : formatNumber(total)
  return (
    <Layout
      title="Enrol people"
      count={count}
      crumbs={[
        { href: paths.outreach(), label: 'Outreach' },
        { href: paths.sequence(sequence.id), label: sequence.name },
      ]}
      actions={
        <PostButton action={paths.preflight(sequence.id)} fields={{ all: 'yes', ...filters }} disabled={total === 0}>
          Check all {count} {filtered ? 'that match' : 'people'}
        </PostButton>
      }
    >
      <Filters {...props} filtered={filtered} />
      <DataTable
        caption="People to choose from"
        columns={columns}
        rows={props.rows}
        fill
        bulk={{
          action: paths.preflight(sequence.id),
          name: 'person',
          value: (row) => row.id,
          label: (row) => row.name,
          buttons: (
            <Button kind="primary" small>
              Check the chosen
            </Button>
          ),
        }}
        empty={
          <div class="sheet">
            <EmptyState
              icon="users"
              title={filtered ? 'Nobody matches' : 'Nobody is on the list'}
              text={filtered ? 'Take a filter away.' : 'Import the list of the show first.'}
            />
          </div>
        }
      />
      <Pager
        label="Pages of people"
        shown={props.rows.length}
        total={total >= props.most ? undefined : total}
        previous_href={props.previous_href}
        next_href={props.next_href}
      />
    </Layout>
  )
}

function Filters(props: EnrollPageProps & { filtered: boolean }) {
  const { sequence, filters } = props
  return (
    <FilterBar
      action={paths.enrollPeople(sequence.id)}
      search={{ name: 'q', value: filters.q, label: 'Search people and accounts' }}
      clear_href={props.filtered ? paths.enrollPeople(sequence.id) : null}
    >
      <FilterSelect
        name="address"
        label="Address"
        blank="With or without address"
        value={filters.address}
        options={[
          { value: 'yes', label: 'Has an address' },
          { value: 'no', label: 'Has no address' },
        ]}
      />
      <FilterSelect
        name="persona"
        label="Persona"
        blank="Any persona"
        value={filters.persona}
        options={props.personas.map((value) => ({ value, label: personaLabel(value) }))}
      />
      <FilterSelect name="tier" label="Tier" blank="Any tier" value={filters.tier} options={tierOptions} />
      <FilterSelect
        name="min_score"
        label="Least score"
        blank="Any score"
        value={filters.min_score}
        options={['20', '40', '60', '80'].map((value) => ({ value, label: `Score ${value} and more` }))}
      />
    </FilterBar>
  )
}

/** Who is in a sequence already would be left out. */
function Who({ row }: { row: EnrollRow }) {
  const link = <a href={paths.person(row.id)}>{row.name}</a>
  if (!row.in_this && row.active_in === null) return link
  return (
    <span class="chips">
      {link} <Chip look="outline">{row.in_this ? 'in this sequence' : 'in another sequence'}</Chip>
    </span>
  )
}

const columns: readonly Column<EnrollRow>[] = [
  { key: 'name', label: 'Person', cell: (row) => <Who row={row} /> },
  {
    key: 'title',
    label: 'Title',
    wide_only: true,
    flexible: true,
    cell: (row) => (row.title === null ? <span class="muted">–</span> : <span title={row.title}>{row.title}</span>),
  },
  {
    key: 'account',
    label: 'Account',
    flexible: true,
    cell: (row) => row.account_name ?? <span class="muted">–</span>,
  },
  { key: 'personas', label: 'Personas', wide_only: true, cell: (row) => <PersonaChips personas={row.personas} /> },
  { key: 'tier', label: 'Tier', wide_only: true, cell: (row) => <TierChip tier={row.list_tier} /> },
  {
    key: 'score',
    label: 'Score',
    align: 'right',
    wide_only: true,
    cell: (row) => <ScoreChip score={row.effective_score} />,
  },
  {
    key: 'address',
    label: 'Address',
    flexible: true,
    cell: (row) =>
      row.address === null ? (
        <span class="muted">none</span>
      ) : (
        <span class="chips">
          <span class="cut" title={row.address}>
            {row.address}
          </span>
          {row.address_source === 'guessed' ? <Chip look="outline">guess</Chip> : null}
        </span>
      ),
  },
  {
    key: 'active',
    label: 'Now in',
    wide_only: true,
    very_wide_only: true,
    cell: (row) => row.active_in ?? <span class="muted">–</span>,
  },
]
