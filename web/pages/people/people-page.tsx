import { Button, LinkButton } from '../../components/buttons.tsx'
import { Chip, PersonaChips, TierChip, tierOptions } from '../../components/chips.tsx'
import type { Option } from '../../components/fields.tsx'
import { FilterBar, FilterSelect } from '../../components/filter-bar.tsx'
import { Banner, Card, EmptyState } from '../../components/panels.tsx'
import { type Column, DataTable, Pager } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { formatNumber } from '../../format.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { AddressChip, categoryOptions, labelOf, personaOptions, seniorityOptions } from './person-words.tsx'

type PeoplePageRow = {
  readonly id: string
  readonly name: string
  readonly title: string | null
  readonly personas: readonly string[]
  readonly category: string | null
  readonly account_id: string | null
  readonly account_name: string | null
  readonly list_tier: number | null
  readonly address: string | null
  readonly address_source: string | null
  readonly address_confidence: number | null
  readonly address_status: string | null
  readonly list_score: number | null
  readonly owner_name: string | null
  readonly replied_at: Date | null
  readonly updated_at: Date
}

/** As they stand in the address; empty is "any". */
type PeopleFilterValues = {
  readonly q: string
  readonly persona: string
  readonly category: string
  readonly seniority: string
  readonly account: string
  readonly tier: string
  readonly address: string
  readonly owner: string
}

export type PeoplePageProps = {
  rows: readonly PeoplePageRow[]
  /** "5,409", or "10,000+" where counting stopped */
  total: string
  filter: PeopleFilterValues
  /** of the account filtered by */
  account_name: string | null
  sort: string
  direction: 'asc' | 'desc'
  owners: readonly Option[]
  previous_href: string | null
  next_href: string | null
}

const columns: readonly Column<PeoplePageRow>[] = [
  { key: 'name', label: 'Person', sort: 'name', cell: (row) => <a href={paths.person(row.id)}>{row.name}</a> },
  {
    key: 'title',
    label: 'Title',
    flexible: true,
    cell: (row) => (row.title === null ? <span class="muted">–</span> : <span title={row.title}>{row.title}</span>),
  },
  { key: 'personas', label: 'Personas', cell: (row) => <PersonaChips personas={row.personas} /> },
  {
    key: 'account',
    label: 'Account',
    flexible: true,
    cell: (row) =>
      row.account_id === null ? (
        <span class="muted">–</span>
      ) : (
        <a href={paths.account(row.account_id)}>{row.account_name}</a>
      ),
  },
  { key: 'tier', label: 'Tier', wide_only: true, cell: (row) => <TierChip tier={row.list_tier} /> },
  { key: 'address', label: 'Address', flexible: true, cell: (row) => <AddressCell row={row} /> },
  {
    key: 'category',
    label: 'Category',
    wide_only: true,
    very_wide_only: true,
    cell: (row) => labelOf(categoryOptions, row.category) ?? <span class="muted">–</span>,
  },
  {
    key: 'list_score',
    label: 'List score',
    sort: 'list_score',
    align: 'right',
    cell: (row) => (row.list_score === null ? <span class="muted">–</span> : formatNumber(row.list_score)),
  },
  {
    key: 'owner',
    label: 'Owner',
    wide_only: true,
    very_wide_only: true,
    cell: (row) => row.owner_name ?? <span class="muted">–</span>,
  },
  {
    key: 'updated',
    label: 'Updated',
    sort: 'updated',
    align: 'right',
    wide_only: true,
    very_wide_only: true,
    cell: (row) => <Time at={row.updated_at} show="relative" />,
  },
]

function AddressCell({ row }: { row: PeoplePageRow }) {
  if (row.address === null) return <span class="muted">–</span>
  return (
    <span class="chips">
      <span class="cut" title={row.address}>
        {row.address}
      </span>
      <AddressChip
        source={row.address_source ?? ''}
        confidence={row.address_confidence ?? 0}
        status={row.address_status ?? 'unknown'}
      />
      {row.replied_at === null ? null : <Chip tone="good">replied</Chip>}
    </span>
  )
}

export function PeoplePage(props: PeoplePageProps) {
  const { filter, sort, direction } = props
  const isFiltered = Object.values(filter).some((value) => value !== '')
  return (
    <Layout
      title="People"
      count={props.total}
      banner={
        filter.account === '' ? null : (
          <Banner icon="building" action={<a href={paths.people({ ...filter, account: '' })}>All accounts</a>}>
            Only people at {props.account_name ?? 'an account that is not on this list'}
          </Banner>
        )
      }
      actions={
        <>
          <LinkButton href={paths.exportList('people')} icon="download" kind="quiet">
            Export
          </LinkButton>
          <LinkButton href={paths.import()} icon="upload">
            Import
          </LinkButton>
          <LinkButton
            href={paths.newPerson(filter.account === '' ? {} : { account_id: filter.account })}
            kind="primary"
            icon="plus"
          >
            New person
          </LinkButton>
        </>
      }
    >
      <FilterBar
        action={paths.people()}
        search={{ name: 'q', value: filter.q, label: 'Search names and titles' }}
        keep={{ sort, direction, account: filter.account }}
        clear_href={isFiltered ? paths.people() : null}
      >
        <FilterSelect
          name="persona"
          label="Persona"
          blank="Any persona"
          value={filter.persona}
          options={personaOptions}
        />
        <FilterSelect
          name="tier"
          label="Tier of the account"
          blank="Any tier"
          value={filter.tier}
          options={tierOptions}
        />
        <FilterSelect
          name="category"
          label="Category"
          blank="Any category"
          value={filter.category}
          options={categoryOptions}
        />
        <FilterSelect
          name="seniority"
          label="Seniority"
          blank="Any seniority"
          value={filter.seniority}
          options={seniorityOptions}
        />
        <FilterSelect
          name="address"
          label="Address"
          blank="Any address"
          value={filter.address}
          options={[
            { value: 'yes', label: 'With address' },
            { value: 'no', label: 'Without address' },
          ]}
        />
        <FilterSelect
          name="owner"
          label="Owner"
          blank="Any owner"
          value={filter.owner}
          options={[{ value: 'none', label: 'Nobody' }, ...props.owners]}
        />
      </FilterBar>
      <DataTable
        caption="People"
        columns={columns}
        rows={props.rows}
        fill
        sorting={{
          key: sort,
          direction,
          href: (key, towards) => paths.people({ ...filter, sort: key, direction: towards }),
        }}
        bulk={{
          action: paths.chooseSequence(),
          name: 'person',
          value: (row) => row.id,
          label: (row) => row.name,
          buttons: (
            <Button kind="quiet" small icon="send">
              Enrol in a sequence
            </Button>
          ),
        }}
        empty={<Card>{isFiltered ? <NothingFound /> : <Nobody />}</Card>}
      />
      <Pager
        label="Pages of people"
        shown={props.rows.length}
        previous_href={props.previous_href}
        next_href={props.next_href}
      />
    </Layout>
  )
}

function NothingFound() {
  return (
    <EmptyState icon="search" title="Nobody matches" text="Take a filter away, or search for less.">
      <LinkButton href={paths.people()}>All people</LinkButton>
    </EmptyState>
  )
}

function Nobody() {
  return (
    <EmptyState icon="users" title="Nobody is on the list yet" text="Import the list of the show, or add a person.">
      <LinkButton href={paths.import()} icon="upload">
        Import a list
      </LinkButton>
      <LinkButton href={paths.newPerson()}>New person</LinkButton>
    </EmptyState>
  )
}
