import { ConfirmButton, LinkButton, PostButton } from '../../components/buttons.tsx'
import { Card, Facts, Stat, Stats } from '../../components/panels.tsx'
import { Progress } from '../../components/progress.tsx'
import { type Column, DataTable } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { formatNumber } from '../../format.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { outcomeWords, type RunLine, RunState, settledOf, titleOf } from './run-words.tsx'

type FailedLine = {
  readonly subject_id: string
  /** null: gone */
  readonly name: string | null
  readonly reason: string | null
}

export type RunPageProps = {
  run: RunLine
  outcomes: readonly { readonly outcome: string; readonly count: number }[]
  /** The first of them. */
  failed: readonly FailedLine[]
}

export function RunPage(props: RunPageProps) {
  const { run } = props
  return (
    <Layout
      title={titleOf(run)}
      crumbs={[{ href: paths.enrichmentRuns(), label: 'Enrichment' }]}
      subtitle={<RunState run={run} />}
      actions={
        <>
          {run.status === 'running' ? (
            <ConfirmButton
              action={paths.cancelEnrichment(run.id)}
              label="Cancel"
              confirm_label="Cancel the rest"
              kind="danger"
            >
              Whoever still waits is left alone. What was found already stays.
            </ConfirmButton>
          ) : null}
          <LinkButton href={run.subject_kind === 'account' ? paths.accounts() : paths.people()}>
            {run.subject_kind === 'account' ? 'See the accounts' : 'See the people'}
          </LinkButton>
        </>
      }
    >
      <RunProgress run={run} />
      <div class="columns-side">
        <FailedCard {...props} />
        <Card title="What came of it">
          {props.outcomes.length === 0 ? (
            <p class="muted text-sm">{run.status === 'running' ? 'Nothing is done yet.' : 'Nothing was done.'}</p>
          ) : (
            <Facts
              facts={props.outcomes.map(({ outcome, count }) => ({
                label: outcomeWords(outcome),
                value: formatNumber(count),
              }))}
            />
          )}
        </Card>
      </div>
    </Layout>
  )
}

/** Asks for itself until the run is over; without a script the page is reloaded by hand. */
export function RunProgress({ run }: { run: RunLine }) {
  const isRunning = run.status === 'running'
  const polling = isRunning
    ? { 'hx-get': paths.enrichmentProgress(run.id), 'hx-trigger': 'every 2s', 'hx-swap': 'outerHTML' }
    : {}
  return (
    <div class="stack-y" id="run-progress" {...polling}>
      <Progress label="Worked on" value={settledOf(run)} max={run.total} />
      <p class="muted text-sm">
        {isRunning ? (
          <>
            It goes on when this page is closed. <a href={paths.enrichmentRun(run.id)}>Reload</a> to see how far it is.
          </>
        ) : (
          <>
            All are accounted for{run.finished_at === null ? null : ', since '}
            {run.finished_at === null ? null : <Time at={run.finished_at} />}
          </>
        )}
      </p>
      <Stats>
        <Stat label="Done" value={formatNumber(run.done_count)} />
        <Stat
          label="Failed"
          value={formatNumber(run.failed_count)}
          tone={run.failed_count > 0 ? 'waiting' : 'neutral'}
        />
        {run.cancelled_count > 0 ? <Stat label="Cancelled" value={formatNumber(run.cancelled_count)} /> : null}
        {isRunning ? <Stat label="Waiting" value={formatNumber(run.total - settledOf(run))} /> : null}
      </Stats>
    </div>
  )
}

function FailedCard({ run, failed }: Pick<RunPageProps, 'run' | 'failed'>) {
  const href = run.subject_kind === 'account' ? paths.account : paths.person
  const columns: readonly Column<FailedLine>[] = [
    {
      key: 'name',
      label: run.subject_kind === 'account' ? 'Account' : 'Person',
      cell: (row) =>
        row.name === null ? <span class="muted">gone</span> : <a href={href(row.subject_id)}>{row.name}</a>,
    },
    { key: 'reason', label: 'Why', cell: (row) => row.reason },
  ]
  return (
    <Card
      title="Failures"
      note={
        run.failed_count > failed.length
          ? `The first ${formatNumber(failed.length)} of ${formatNumber(run.failed_count)}`
          : undefined
      }
      actions={
        run.failed_count > 0 ? (
          <PostButton action={paths.retryEnrichment(run.id)} small icon="retry">
            Retry failures
          </PostButton>
        ) : undefined
      }
      flush={failed.length > 0}
    >
      {failed.length === 0 ? (
        <p class="muted text-sm">Nothing failed.</p>
      ) : (
        <DataTable caption="Failures" columns={columns} rows={failed} empty={null} />
      )}
    </Card>
  )
}
