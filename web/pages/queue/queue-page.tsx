import { LinkButton, PostButton } from '../../components/buttons.tsx'
import type { Option } from '../../components/fields.tsx'
import { FilterBar, FilterSelect } from '../../components/filter-bar.tsx'
import { Banner, EmptyState, Stat, Stats, Tabs } from '../../components/panels.tsx'
import { type Column, DataTable, Pager } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { formatNumber, formatRelative } from '../../format.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { useView } from '../../view.ts'
import { JobState, type JobStatus, jobStatuses, statusLabel } from './job-state.tsx'
import { LedgerCard, type LedgerState } from './ledger-card.tsx'

export type JobRow = {
  readonly id: string
  readonly name: string
  /** "Generate addresses" */
  readonly title: string
  readonly status: JobStatus
  readonly attempts: number
  readonly max_attempts: number
  readonly created_at: Date
  readonly run_at: Date
  readonly finished_at: Date | null
  readonly error: string | null
}

export type QueuePageProps = {
  rows: readonly JobRow[]
  counts: Readonly<Record<JobStatus, number>>
  /** When the job that has been due longest was due; null when none is. */
  oldest_due_at: Date | null
  filter: { readonly status: JobStatus | ''; readonly name: string }
  /** The jobs there are. */
  names: readonly Option[]
  previous_href: string | null
  next_href: string | null
  /** The queue cannot be reached or is not configured: the sentence to show, else null. */
  problem: string | null
  ledger: LedgerState
}

/** Later than this, a due job tells that the queue is stuck. */
const lateAfterMilliseconds = 5 * 60_000

export function QueuePage(props: QueuePageProps) {
  const { counts, filter } = props
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const shownTotal = filter.status === '' ? total : counts[filter.status]
  return (
    <Layout
      title="Queue"
      count={formatNumber(total)}
      actions={
        <LinkButton href={paths.queue(filter)} icon="retry">
          Refresh
        </LinkButton>
      }
      banner={props.problem ? <Banner tone="bad">{props.problem}</Banner> : null}
    >
      <QueueFigures counts={counts} oldest_due_at={props.oldest_due_at} />
      <LedgerCard ledger={props.ledger} />
      <Tabs
        label="Jobs by status"
        tabs={[
          { href: paths.queue({ name: filter.name }), label: 'All', count: total, current: filter.status === '' },
          ...jobStatuses.map((status) => ({
            href: paths.queue({ status, name: filter.name }),
            label: statusLabel(status),
            count: counts[status],
            current: filter.status === status,
          })),
        ]}
      />
      <FilterBar
        action={paths.queue()}
        keep={{ status: filter.status }}
        clear_href={filter.name === '' ? null : paths.queue({ status: filter.status })}
      >
        <FilterSelect name="name" label="Job" blank="Every job" value={filter.name} options={props.names} />
      </FilterBar>
      <DataTable
        caption="Jobs"
        columns={columns}
        rows={props.rows}
        fill
        empty={<NoJobs filtered={filter.status !== '' || filter.name !== ''} />}
      />
      <Pager
        label="Pages of jobs"
        shown={props.rows.length}
        total={filter.name === '' ? shownTotal : undefined}
        previous_href={props.previous_href}
        next_href={props.next_href}
      />
    </Layout>
  )
}

function QueueFigures(props: { counts: QueuePageProps['counts']; oldest_due_at: Date | null }) {
  const { now } = useView()
  const { counts, oldest_due_at } = props
  const late = oldest_due_at !== null && now.getTime() - oldest_due_at.getTime() > lateAfterMilliseconds
  return (
    <Stats>
      <Stat label="Depth" value={formatNumber(counts.waiting + counts.retrying)} note="waiting and retrying" />
      <Stat label="Running" value={formatNumber(counts.active)} />
      <Stat
        label="Oldest due"
        value={oldest_due_at === null ? '–' : formatRelative(oldest_due_at, now)}
        note={oldest_due_at === null ? 'nothing is overdue' : late ? 'the queue does not keep up' : undefined}
        tone={late ? 'waiting' : 'neutral'}
      />
      <Stat
        label="Failed"
        value={formatNumber(counts.failed)}
        note={counts.failed > 0 ? 'a person decides' : undefined}
        href={paths.queue({ status: 'failed' })}
        tone={counts.failed > 0 ? 'bad' : 'neutral'}
      />
      <Stat label="Completed" value={formatNumber(counts.completed)} />
    </Stats>
  )
}

const columns: readonly Column<JobRow>[] = [
  {
    key: 'name',
    label: 'Job',
    cell: (job) => (
      <>
        <a href={paths.queueJob(job.id)}>{job.title}</a>
        <span class="under narrow-only">
          <Time at={job.finished_at ?? job.run_at} />
        </span>
        {job.error === null ? null : <span class="under narrow-only">{job.error}</span>}
      </>
    ),
  },
  { key: 'status', label: 'Status', cell: (job) => <JobState status={job.status} /> },
  {
    key: 'attempts',
    label: 'Tries',
    align: 'right',
    wide_only: true,
    cell: (job) => `${job.attempts} of ${job.max_attempts}`,
  },
  { key: 'created', label: 'Enqueued', wide_only: true, cell: (job) => <Time at={job.created_at} /> },
  {
    key: 'when',
    label: 'Due or finished',
    wide_only: true,
    cell: (job) => <Time at={job.finished_at ?? job.run_at} />,
  },
  {
    key: 'error',
    label: 'Reason',
    wide_only: true,
    cell: (job) => (job.error === null ? <span class="muted">–</span> : <span title={job.error}>{job.error}</span>),
  },
  {
    key: 'retry',
    label: 'Action',
    cell: (job) =>
      job.status === 'failed' ? (
        <PostButton action={paths.retryJob(job.id)} small icon="retry" label={`Retry ${job.title}`}>
          Retry
        </PostButton>
      ) : (
        <span class="muted">–</span>
      ),
  },
]

function NoJobs(props: { filtered: boolean }) {
  return (
    <div class="sheet">
      <EmptyState
        icon="activity"
        title={props.filtered ? 'No job like this' : 'The queue has done nothing yet'}
        text={
          props.filtered
            ? 'No job has this status and name.'
            : 'Imports, enrichment and emails run as jobs; each appears here with what happened to it.'
        }
      >
        {props.filtered ? <LinkButton href={paths.queue()}>Show every job</LinkButton> : null}
      </EmptyState>
    </div>
  )
}
