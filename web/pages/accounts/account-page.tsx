import { LinkButton, PostButton } from '../../components/buttons.tsx'
import { PersonaChips, TierChip } from '../../components/chips.tsx'
import { Card, EmptyState, type Fact, Facts, Stat, Stats } from '../../components/panels.tsx'
import { type Column, DataTable } from '../../components/table.tsx'
import { formatNumber, formatPercent } from '../../format.ts'
import type { FormState } from '../../forms.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { AddressChip } from '../people/person-words.tsx'
import { OverrideCard, ScoreCard } from './account-score.tsx'
import { type AccountStatus, AccountStatusChip, type ScoreLine, sourceWords } from './account-words.tsx'
import { ParentCard } from './parent-card.tsx'
import { type ActivityItem, RecordTimeline } from './record-timeline.tsx'

type AccountPageAccount = {
  readonly id: string
  readonly name: string
  readonly domain: string | null
  readonly domain_source: string | null
  readonly domain_confidence: number | null
  readonly website: string | null
  readonly industry: string | null
  readonly country: string | null
  readonly revenue_text: string | null
  readonly employees: number | null
  readonly facilities: number | null
  readonly status: AccountStatus
  readonly owner_name: string | null
  readonly notes: string | null
  readonly list_score: number | null
  readonly list_tier: number | null
  readonly list_figures: Readonly<Record<string, number | null>> | null
  readonly recommended_targets: string | null
  readonly top_titles: string | null
  readonly icp_score: number | null
  readonly icp_breakdown: readonly ScoreLine[] | null
  readonly score_override: number | null
  readonly score_override_reason: string | null
  readonly score_override_at: Date | null
  readonly override_by_name: string | null
  readonly people_count: number
  readonly parent_id: string | null
  readonly parent_name: string | null
}

type AccountPagePerson = {
  readonly id: string
  readonly name: string
  readonly title: string | null
  readonly personas: readonly string[]
  readonly address: string | null
  readonly address_source: string | null
  readonly address_confidence: number | null
  readonly address_status: string | null
}

export type AccountPageProps = {
  account: AccountPageAccount
  /** The first of them, by list score. */
  people: readonly AccountPagePerson[]
  patterns: readonly {
    /** the address of `example_name` by this habit, before the @ */
    readonly example: string
    readonly weight: number
  }[]
  example_name: string
  history: readonly {
    readonly at: Date
    readonly score: number | null
    readonly previous_score: number | null
    readonly is_override: boolean
    readonly reason: string
    readonly actor_name: string | null
  }[]
  activities: readonly ActivityItem[]
  activity_limit: number
  /** Of the override. */
  form: FormState
  /** Of the account this one belongs to. */
  parent_form: FormState
  subsidiaries: readonly { readonly id: string; readonly name: string }[]
}

export function AccountPage(props: AccountPageProps) {
  const { account } = props
  return (
    <Layout
      title={account.name}
      crumbs={[{ href: paths.accounts(), label: 'Accounts' }]}
      subtitle={
        <span class="chips">
          <AccountStatusChip status={account.status} />
          <TierChip tier={account.list_tier} />
          {account.owner_name === null ? 'No owner' : `Owner: ${account.owner_name}`}
        </span>
      }
      actions={
        <>
          <EnrichButtons id={account.id} />
          <LinkButton href={paths.editAccount(account.id)} icon="pencil">
            Edit
          </LinkButton>
          <LinkButton href={paths.newPerson({ account_id: account.id })} kind="primary" icon="plus">
            Add person
          </LinkButton>
        </>
      }
    >
      <Stats>
        <Stat
          label="ICP score"
          value={account.score_override ?? account.icp_score ?? '–'}
          note={account.score_override === null ? 'of 100' : `by hand; computed ${account.icp_score ?? '–'}`}
        />
        <Stat label="List score" value={account.list_score ?? '–'} note="of the imported list" />
        <Stat label="People" value={formatNumber(account.people_count)} href={paths.people({ account: account.id })} />
      </Stats>
      <div class="columns-side">
        <div class="stack-y">
          <PeopleCard {...props} />
          <ScoreCard {...props} />
          <RecordTimeline items={props.activities} limit={props.activity_limit} />
        </div>
        <div class="stack-y">
          <Card title="Company">
            <Facts facts={factsOf(account)} />
            <ListFigures figures={account.list_figures} />
          </Card>
          <PatternCard account={account} patterns={props.patterns} example_name={props.example_name} />
          <ParentCard {...props} />
          <OverrideCard account={account} form={props.form} />
        </div>
      </div>
    </Layout>
  )
}

function EnrichButtons({ id }: { id: string }) {
  const action = paths.enrichAccount(id)
  return (
    <>
      <PostButton action={action} fields={{ job_type: 'website' }} icon="globe">
        Find website
      </PostButton>
      <PostButton action={action} fields={{ job_type: 'email-pattern' }} icon="search">
        Find pattern
      </PostButton>
      <PostButton action={action} fields={{ job_type: 'generate-emails' }} icon="sparkles">
        Generate addresses
      </PostButton>
    </>
  )
}

const peopleColumns: readonly Column<AccountPagePerson>[] = [
  { key: 'name', label: 'Person', cell: (row) => <a href={paths.person(row.id)}>{row.name}</a> },
  {
    key: 'title',
    label: 'Title',
    flexible: true,
    cell: (row) => (row.title === null ? <span class="muted">–</span> : <span title={row.title}>{row.title}</span>),
  },
  { key: 'personas', label: 'Personas', cell: (row) => <PersonaChips personas={row.personas} /> },
  {
    key: 'address',
    label: 'Address',
    flexible: true,
    cell: (row) =>
      row.address === null ? (
        <span class="muted">–</span>
      ) : (
        <span class="chips">
          <span class="cut" title={row.address}>
            {row.address}
          </span>
          <AddressChip
            source={row.address_source ?? ''}
            confidence={row.address_confidence ?? 0}
            status={row.address_status ?? 'unknown'}
          />
        </span>
      ),
  },
]

function PeopleCard({ account, people }: AccountPageProps) {
  const more = account.people_count - people.length
  return (
    <Card
      title="People"
      flush
      actions={
        people.length === 0 ? undefined : (
          <>
            {more > 0 ? (
              <a href={paths.people({ account: account.id })}>All {formatNumber(account.people_count)}</a>
            ) : null}
            <a href={paths.chooseSequence({ account: [account.id] })}>Enrol in a sequence</a>
          </>
        )
      }
    >
      <DataTable
        caption={`People at ${account.name}`}
        columns={peopleColumns}
        rows={people}
        empty={<EmptyState icon="users" title="Nobody here yet" text="Add the people you know of." />}
      />
    </Card>
  )
}

function PatternCard(props: Pick<AccountPageProps, 'account' | 'patterns' | 'example_name'>) {
  const { account, patterns, example_name } = props
  return (
    <Card title="How addresses are made" note={patterns.length === 0 ? undefined : `for ${example_name}`}>
      {patterns.length === 0 ? (
        <p class="muted text-sm">
          {account.domain === null
            ? 'No domain is known: find the website first.'
            : `No habit is known at ${account.domain}: find the pattern.`}
        </p>
      ) : (
        <ul class="habits">
          {patterns.map((pattern) => (
            <li>
              <span class="cut" title={`${pattern.example}@${account.domain}`}>
                {pattern.example}
                <span class="muted">@{account.domain}</span>
              </span>
              <span class="tabular-nums">{formatPercent(pattern.weight, 1)}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

function ListFigures({ figures }: { figures: AccountPageAccount['list_figures'] }) {
  const known = Object.entries(figures ?? {}).flatMap(([name, value]) => (value === null ? [] : [{ name, value }]))
  if (known.length === 0) return null
  return (
    <details class="mt-3">
      <summary class="text-sm">Figures of the list</summary>
      <ul class="mt-2 grid gap-1 text-sm">
        {known.map(({ name, value }) => (
          <li>
            <span class="muted">{name.replaceAll('_', ' ')}</span>{' '}
            <span class="tabular-nums">{value.toLocaleString('en-US')}</span>
          </li>
        ))}
      </ul>
    </details>
  )
}

function factsOf(account: AccountPageAccount): Fact[] {
  const confidence = account.domain_confidence === null ? '' : `, ${formatPercent(account.domain_confidence, 1)} sure`
  const source = account.domain_source === null ? undefined : sourceWords(account.domain_source)
  return [
    {
      label: 'Domain',
      value: account.domain,
      note: source === undefined ? undefined : source + (account.domain_source === 'guessed' ? confidence : ''),
    },
    { label: 'Website', value: account.website },
    { label: 'Industry', value: account.industry },
    { label: 'Country', value: account.country },
    { label: 'Revenue', value: account.revenue_text },
    { label: 'Employees', value: account.employees === null ? null : formatNumber(account.employees) },
    { label: 'Facilities', value: account.facilities === null ? null : formatNumber(account.facilities) },
    { label: 'Recommended targets', value: account.recommended_targets },
    { label: 'Top titles', value: account.top_titles },
    { label: 'Notes', value: account.notes },
  ]
}
