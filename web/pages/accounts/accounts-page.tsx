import { Button, LinkButton } from '../../components/buttons.tsx'
import { ScoreChip, TierChip } from '../../components/chips.tsx'
import type { Option } from '../../components/fields.tsx'
import { FilterBar, FilterSelect } from '../../components/filter-bar.tsx'
import { Card, EmptyState } from '../../components/panels.tsx'
import { type Column, DataTable, Pager } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { formatNumber } from '../../format.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { type AccountStatus, AccountStatusChip, type ScoreLine, scoreReason, statusOptions } from './account-words.tsx'

type AccountsPageRow = {
  readonly id: string
  readonly name: string
  readonly domain: string | null
  readonly domain_source: string | null
  readonly industry: string | null
  readonly list_tier: number | null
  readonly list_score: number | null
  readonly effective_score: number | null
  readonly icp_breakdown: readonly ScoreLine[] | null
  readonly score_override: number | null
  readonly score_override_reason: string | null
  readonly people_count: number
  readonly status: AccountStatus
  readonly owner_name: string | null
  readonly updated_at: Date
}

/** As they stand in the address; empty is "any". */
type AccountsFilterValues = {
  readonly q: string
  readonly industry: string
  readonly tier: string
  readonly score: string
  readonly status: string
  readonly owner: string
}

export type AccountsPageProps = {
  rows: readonly AccountsPageRow[]
  /** "2,653", or "10,000+" where counting stopped */
  total: string
  filter: AccountsFilterValues
  sort: string
  direction: 'asc' | 'desc'
  industries: readonly string[]
  owners: readonly Option[]
  previous_href: string | null
  next_href: string | null
}

const tiers = ['1', '2', '3', '4'].map((tier) => ({ value: tier, label: `Tier ${tier}` }))
const scores = ['80', '60', '40', '20'].map((score) => ({ value: score, label: `${score} and above` }))

const columns: readonly Column<AccountsPageRow>[] = [
  { key: 'name', label: 'Account', sort: 'name', cell: (row) => <a href={paths.account(row.id)}>{row.name}</a> },
  {
    key: 'score',
    label: 'ICP score',
    sort: 'score',
    align: 'right',
    cell: (row) => (
      <ScoreChip
        score={row.effective_score}
        overridden={row.score_override !== null}
        reason={scoreReason({ breakdown: row.icp_breakdown, override_reason: row.score_override_reason })}
      />
    ),
  },
  { key: 'tier', label: 'Tier', cell: (row) => <TierChip tier={row.list_tier} /> },
  {
    key: 'list_score',
    label: 'List score',
    sort: 'list_score',
    align: 'right',
    cell: (row) => (row.list_score === null ? <span class="muted">–</span> : formatNumber(row.list_score)),
  },
  {
    key: 'people',
    label: 'People',
    sort: 'people',
    align: 'right',
    cell: (row) => <a href={paths.people({ account: row.id })}>{formatNumber(row.people_count)}</a>,
  },
  {
    key: 'domain',
    label: 'Domain',
    flexible: true,
    wide_only: true,
    cell: (row) => (row.domain === null ? <span class="muted">–</span> : row.domain),
  },
  {
    key: 'industry',
    label: 'Industry',
    flexible: true,
    wide_only: true,
    cell: (row) => row.industry ?? <span class="muted">–</span>,
  },
  { key: 'status', label: 'Status', cell: (row) => <AccountStatusChip status={row.status} /> },
  { key: 'owner', label: 'Owner', wide_only: true, cell: (row) => row.owner_name ?? <span class="muted">–</span> },
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

/** What may be done to ticked accounts by the queue, a job each. */
const enrichments = [
  { job_type: 'website', label: 'Find websites', icon: 'globe' },
  { job_type: 'email-pattern', label: 'Find patterns', icon: 'search' },
  { job_type: 'generate-emails', label: 'Generate addresses', icon: 'sparkles' },
] as const

export function AccountsPage(props: AccountsPageProps) {
  const { filter, sort, direction } = props
  const isFiltered = Object.values(filter).some((value) => value !== '')
  return (
    <Layout
      title="Accounts"
      count={props.total}
      actions={
        <>
          <LinkButton href={paths.exportList('accounts')} icon="download" kind="quiet">
            Export
          </LinkButton>
          <LinkButton href={paths.import()} icon="upload">
            Import
          </LinkButton>
          <LinkButton href={paths.newAccount()} kind="primary" icon="plus">
            New account
          </LinkButton>
        </>
      }
    >
      <FilterBar
        action={paths.accounts()}
        search={{ name: 'q', value: filter.q, label: 'Search accounts' }}
        keep={{ sort, direction }}
        clear_href={isFiltered ? paths.accounts() : null}
      >
        <FilterSelect
          name="industry"
          label="Industry"
          blank="Any industry"
          value={filter.industry}
          options={props.industries.map((industry) => ({ value: industry, label: industry }))}
        />
        <FilterSelect
          name="tier"
          label="Tier"
          blank="Any tier"
          value={filter.tier}
          options={[...tiers, { value: '0', label: 'No tier' }]}
        />
        <FilterSelect name="score" label="ICP score" blank="Any score" value={filter.score} options={scores} />
        <FilterSelect name="status" label="Status" blank="Any status" value={filter.status} options={statusOptions} />
        <FilterSelect
          name="owner"
          label="Owner"
          blank="Any owner"
          value={filter.owner}
          options={[{ value: 'none', label: 'Nobody' }, ...props.owners]}
        />
      </FilterBar>
      <DataTable
        caption="Accounts"
        columns={columns}
        rows={props.rows}
        fill
        sorting={{
          key: sort,
          direction,
          href: (key, towards) => paths.accounts({ ...filter, sort: key, direction: towards }),
        }}
        bulk={{
          action: paths.chooseSequence(),
          name: 'account',
          value: (row) => row.id,
          label: (row) => row.name,
          buttons: (
            <>
              <Button kind="quiet" small icon="send">
                Enrol their people
              </Button>
              {enrichments.map(({ job_type, label, icon }) => (
                <Button
                  kind="quiet"
                  small
                  icon={icon}
                  formaction={paths.enrichAccounts()}
                  name="job_type"
                  value={job_type}
                >
                  {label}
                </Button>
              ))}
            </>
          ),
        }}
        empty={<Card>{isFiltered ? <NothingFound /> : <NoAccounts />}</Card>}
      />
      <Pager
        label="Pages of accounts"
        shown={props.rows.length}
        previous_href={props.previous_href}
        next_href={props.next_href}
      />
    </Layout>
  )
}

function NothingFound() {
  return (
    <EmptyState icon="search" title="No account matches" text="Take a filter away, or search for less.">
      <LinkButton href={paths.accounts()}>All accounts</LinkButton>
    </EmptyState>
  )
}

function NoAccounts() {
  return (
    <EmptyState icon="building" title="No account yet" text="Import the list of the show, or add a company by hand.">
      <LinkButton href={paths.import()} icon="upload">
        Import a list
      </LinkButton>
      <LinkButton href={paths.newAccount()}>New account</LinkButton>
    </EmptyState>
  )
}
