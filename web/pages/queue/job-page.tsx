import { LinkButton, PostButton } from '../../components/buttons.tsx'
import { Banner, Card, CopyableCode, Facts } from '../../components/panels.tsx'
import { Time } from '../../components/time.tsx'
import { formatDuration } from '../../format.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { JobState, type JobStatus } from './job-state.tsx'

export type JobPageProps = {
  job: {
    readonly id: string
    readonly name: string
    /** "Generate addresses" */
    readonly title: string
    readonly status: JobStatus
    readonly attempts: number
    readonly max_attempts: number
    readonly dispatches: number
    readonly queue_message_id: string | null
    readonly payload: Readonly<Record<string, unknown>>
    readonly result: Readonly<Record<string, unknown>> | null
    readonly error: string | null
    readonly created_at: Date
    readonly run_at: Date
    readonly started_at: Date | null
    readonly finished_at: Date | null
  }
  /** The record it works on, and the way back to it. */
  subject: { readonly href: string; readonly label: string } | null
  /** What came of it, in a sentence; null while it is open, and for jobs that speak for themselves. */
  outcome: string | null
  /** Oldest first. */
  log: readonly { readonly at: Date; readonly line: string; readonly detail: string | null }[]
}

export function JobPage(props: JobPageProps) {
  const { job, subject } = props
  return (
    <Layout
      title={job.title}
      crumbs={[{ href: paths.queue(), label: 'Queue' }]}
      subtitle={
        <>
          <JobState status={job.status} />
          {subject === null ? null : (
            <span>
              for <a href={subject.href}>{subject.label}</a>
            </span>
          )}
        </>
      }
      actions={
        <>
          {subject === null ? null : (
            <LinkButton href={subject.href} kind={job.status === 'completed' ? 'primary' : undefined}>
              Back to {subject.label}
            </LinkButton>
          )}
          {job.status === 'failed' ? (
            <PostButton action={paths.retryJob(job.id)} kind="primary" icon="retry">
              Retry job
            </PostButton>
          ) : null}
        </>
      }
      banner={<JobBanner {...props} />}
    >
      <div id="job" class="columns-side" {...polling(job)}>
        <Card title="What happened">
          {props.log.length === 0 ? (
            <p class="hint">Nothing yet: it was written down and waits to be handed to the queue.</p>
          ) : (
            <Log lines={props.log} />
          )}
        </Card>
        <div class="stack-y">
          <Card title="Job">
            <Facts
              facts={[
                { label: 'Name', value: <code>{job.name}</code> },
                { label: 'Id', value: <CopyableCode text={job.id} label="job id" /> },
                { label: 'Tries', value: `${job.attempts} of ${job.max_attempts}` },
                { label: 'Handed to the queue', value: `${job.dispatches} ×`, note: job.queue_message_id },
                { label: 'Enqueued', value: <Time at={job.created_at} /> },
                { label: 'Due', value: <Time at={job.run_at} /> },
                { label: 'Took', value: took(job.started_at, job.finished_at) },
              ]}
            />
          </Card>
          <Card title="Given">
            <Json value={job.payload} />
          </Card>
          {job.result === null ? null : (
            <Card title="Result">
              <Json value={job.result} />
            </Card>
          )}
        </div>
      </div>
    </Layout>
  )
}

/** Asks for itself until the job is over; when its state is another than the one seen, the whole page is loaded. */
function polling(job: JobPageProps['job']): Record<string, string> {
  if (job.status === 'completed' || job.status === 'failed') return {}
  return {
    'hx-get': paths.queueJob(job.id, { seen: job.status }),
    'hx-trigger': job.status === 'retrying' ? 'every 5s' : 'every 1s',
    'hx-select': '#job',
    'hx-swap': 'outerHTML',
  }
}

function JobBanner({ job, outcome }: JobPageProps) {
  if (job.error !== null) return <JobProblem status={job.status} error={job.error} />
  return outcome === null ? null : <Banner tone="info">{outcome}</Banner>
}

function JobProblem(props: { status: JobStatus; error: string }) {
  if (props.status === 'failed') return <Banner tone="bad">Failed: {props.error}</Banner>
  return <Banner tone="neutral">The last try failed: {props.error}</Banner>
}

function Log(props: { lines: JobPageProps['log'] }) {
  return (
    <ol class="log">
      {props.lines.map((entry) => (
        <li>
          <Time at={entry.at} show="second" />
          <span class="log-line">{entry.line}</span>
          {entry.detail === null ? null : <span class="log-detail">{entry.detail}</span>}
        </li>
      ))}
    </ol>
  )
}

function Json(props: { value: unknown }) {
  return (
    <pre class="json">
      <code>{JSON.stringify(props.value, null, 2)}</code>
    </pre>
  )
}

function took(started_at: Date | null, finished_at: Date | null): string | null {
  return started_at && finished_at ? formatDuration(finished_at.getTime() - started_at.getTime()) : null
}
