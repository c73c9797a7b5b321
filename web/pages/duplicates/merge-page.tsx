import { LinkButton, PostButton } from '../../components/buttons.tsx'
import { Chip, personaLabel } from '../../components/chips.tsx'
import { FilterBar } from '../../components/filter-bar.tsx'
import { Banner, Card, EmptyState } from '../../components/panels.tsx'
import { type Column, DataTable } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { formatNumber } from '../../format.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import type { DuplicateKind } from './duplicate-tabs.tsx'
import { fieldWords } from './duplicate-words.ts'

type Line = {
  readonly name: string
  readonly survivor: unknown
  readonly lost: unknown
  readonly after: unknown
  readonly outcome: 'same' | 'stays' | 'filled' | 'both' | 'other'
}
type Record = { readonly id: string; readonly name: string }

export type MergePageProps = {
  kind: DuplicateKind
  survivor: Record
  lost: Record
  lines: readonly Line[]
  addresses: readonly {
    readonly address: string
    readonly source: string
    readonly is_primary: boolean
    readonly is_from_lost: boolean
  }[]
  sequences: readonly {
    readonly name: string
    readonly is_from_lost: boolean
    readonly becomes: 'goes_on' | 'stops' | 'ended'
  }[]
  moves: readonly { readonly label: string; readonly count: number }[]
}

/** Both records side by side, and what the one that stays will have. */
export function MergePage(props: MergePageProps) {
  const { kind, survivor, lost } = props
  const merge = mergePath(kind)
  return (
    <Layout
      title={`Merge ${lost.name} into ${survivor.name}`}
      crumbs={crumbsOf(kind, survivor)}
      actions={
        <>
          <LinkButton href={merge(lost.id, { with: survivor.id })} icon="undo">
            Keep the other one
          </LinkButton>
          <PostButton action={merge(survivor.id)} fields={{ with: lost.id }} kind="primary" icon="check">
            Merge
          </PostButton>
        </>
      }
      banner={
        <Banner tone="info">
          {survivor.name} stays. What belongs to {lost.name} goes there: {movesOf(props)}. You can undo it for 30 days.
        </Banner>
      }
    >
      <Card title="Field by field" flush>
        <DataTable
          caption="Fields of both records"
          columns={columnsOf(props)}
          rows={props.lines}
          empty={<EmptyState icon="copy" title="Neither record says anything" />}
        />
      </Card>
      {kind === 'person' ? <Addresses {...props} /> : null}
      {props.sequences.length === 0 ? null : <Sequences {...props} />}
    </Layout>
  )
}

const mergePath = (kind: DuplicateKind) => (kind === 'person' ? paths.mergePerson : paths.mergeAccount)

const crumbsOf = (kind: DuplicateKind, { id, name }: Record) =>
  kind === 'person'
    ? [
        { href: paths.people(), label: 'People' },
        { href: paths.person(id), label: name },
      ]
    : [
        { href: paths.accounts(), label: 'Accounts' },
        { href: paths.account(id), label: name },
      ]

function movesOf({ kind, moves }: MergePageProps): string {
  const some = moves.filter(({ count }) => count > 0).map(({ label, count }) => `${formatNumber(count)} ${label}`)
  return [...some, kind === 'person' ? 'their timeline' : 'its timeline'].join(', ')
}

const outcomes: Readonly<{ [Outcome in Line['outcome']]: string }> = {
  same: 'the same',
  stays: 'stays',
  filled: 'filled',
  both: 'both',
  other: 'taken over',
}

const columnsOf = ({ survivor, lost }: MergePageProps): readonly Column<Line>[] => [
  { key: 'field', label: 'Field', cell: (line) => fieldWords(line.name) },
  {
    key: 'survivor',
    label: `${survivor.name} (stays)`,
    flexible: true,
    cell: (line) => <Value value={line.survivor} />,
  },
  { key: 'lost', label: `${lost.name} (goes)`, flexible: true, cell: (line) => <Value value={line.lost} /> },
  { key: 'after', label: 'Afterwards', flexible: true, cell: (line) => <Value value={line.after} /> },
  {
    key: 'outcome',
    label: 'What happens',
    cell: ({ outcome }) => (
      <Chip look={outcome === 'same' || outcome === 'stays' ? 'outline' : 'solid'}>{outcomes[outcome]}</Chip>
    ),
  },
]

/** A status or a seniority, as the database has it. */
const CODES =
  /^(?:c_level|vp|director|manager|individual|attendee|sponsor|speaker|new|researching|contacted|engaged|meeting|customer|disqualified)$/

function Value({ value }: { value: unknown }) {
  if (value === null || value === undefined || value === '') return <span class="muted">–</span>
  if (value instanceof Date) return <Time at={value} />
  if (Array.isArray(value)) return <>{value.map((one) => personaLabel(String(one))).join(', ')}</>
  const text = typeof value === 'string' && CODES.test(value) ? fieldWords(value) : String(value)
  return <span title={text}>{text}</span>
}

function Addresses({ addresses, lost }: MergePageProps) {
  return (
    <Card title="Addresses" note="All are kept. Mail goes to the primary one.">
      {addresses.length === 0 ? (
        <p class="muted text-sm">Neither has an address.</p>
      ) : (
        <ul class="grid gap-2">
          {addresses.map(({ address, source, is_primary, is_from_lost }) => (
            <li class="chips text-sm">
              <strong>{address}</strong>
              <Chip look="outline">{source}</Chip>
              {is_primary ? <Chip look="solid">primary</Chip> : null}
              {is_from_lost ? <span class="muted">from {lost.name}</span> : null}
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

const becoming = {
  goes_on: 'goes on',
  stops: 'stops: no step is sent a second time',
  ended: 'has ended, and is kept',
} as const

function Sequences({ sequences, survivor, lost }: MergePageProps) {
  return (
    <Card title="Sequences">
      <ul class="grid gap-1 text-sm">
        {sequences.map(({ name, is_from_lost, becomes }) => (
          <li>
            {name} of {is_from_lost ? lost.name : survivor.name}: {becoming[becomes]}
          </li>
        ))}
      </ul>
    </Card>
  )
}

export type ChooseMergePageProps = {
  kind: DuplicateKind
  record: Record
  q: string
  found: readonly { readonly id: string; readonly name: string; readonly facts: readonly string[] }[]
}

/** Which other record it is the same as. */
export function ChooseMergePage({ kind, record, q, found }: ChooseMergePageProps) {
  const merge = mergePath(kind)
  const what = kind === 'person' ? 'people' : 'accounts'
  return (
    <Layout title={`Merge ${record.name} with…`} crumbs={crumbsOf(kind, record)}>
      <FilterBar action={merge(record.id)} search={{ name: 'q', value: q, label: `Search ${what}` }} />
      <DataTable
        caption={`Found ${what}`}
        columns={[
          {
            key: 'name',
            label: kind === 'person' ? 'Person' : 'Account',
            cell: (row) => <a href={merge(record.id, { with: row.id })}>{row.name}</a>,
          },
          { key: 'facts', label: 'Known', flexible: true, cell: (row) => row.facts.join(' · ') },
        ]}
        rows={found}
        empty={
          <Card>
            <EmptyState
              icon="search"
              title={q === '' ? 'Search for the other record' : 'Nothing matches'}
              text="Choose a record to see both side by side. Nothing changes before you say so."
            />
          </Card>
        }
      />
    </Layout>
  )
}
