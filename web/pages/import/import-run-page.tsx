import { LinkButton, PostButton } from '../../components/buttons.tsx'
import { Banner, Card, Facts, Stat, Stats } from '../../components/panels.tsx'
import { Progress } from '../../components/progress.tsx'
import { type Column, DataTable } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { formatNumber } from '../../format.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { type ImportLine, ImportStatusChip } from './import-page.tsx'

export type ImportRowLine = {
  readonly row_number: number
  readonly status: 'rejected' | 'duplicate'
  readonly reason: string | null
  readonly record_id: string | null
  /** The cells, joined. */
  readonly text: string
}

export type ImportRunPageProps = {
  run: ImportLine & {
    /** In the order of the file. */
    readonly columns: readonly string[]
    readonly mapping: Readonly<Record<string, string>>
  }
  /** The first of each outcome that a person may want to look at. */
  rejected: readonly ImportRowLine[]
  duplicates: readonly ImportRowLine[]
}

export function ImportRunPage(props: ImportRunPageProps) {
  const { run } = props
  return (
    <Layout
      title={run.file_name}
      crumbs={[{ href: paths.import(), label: 'Import' }]}
      subtitle={<ImportStatusChip status={run.status} />}
      actions={
        <>
          {run.status === 'completed' || run.status === 'running' ? null : (
            <PostButton action={paths.continueImport(run.id)} icon="play">
              Continue
            </PostButton>
          )}
          <LinkButton href={run.kind === 'people' ? paths.people() : paths.accounts()} kind="primary">
            {run.kind === 'people' ? 'See the people' : 'See the accounts'}
          </LinkButton>
        </>
      }
    >
      <ImportProgress run={run} />
      <div class="columns-side">
        <div class="stack-y">
          <RowsCard
            title="Rejected rows"
            kind={run.kind}
            total={run.rejected_count}
            rows={props.rejected}
            href={paths.importRows(run.id, { status: 'rejected' })}
            none="No row was rejected."
          />
          <RowsCard
            title="Duplicate rows"
            kind={run.kind}
            total={run.duplicate_count}
            rows={props.duplicates}
            href={paths.importRows(run.id, { status: 'duplicate' })}
            none="No row was a duplicate."
          />
        </div>
        <Card title="Columns" note="Field and header">
          <Facts
            facts={Object.entries(run.mapping)
              .sort(([, one], [, other]) => run.columns.indexOf(one) - run.columns.indexOf(other))
              .map(([field, column]) => ({ label: field.replaceAll('_', ' '), value: column }))}
          />
        </Card>
      </div>
    </Layout>
  )
}

/** Asks for itself until the import is over; without a script the page is reloaded by hand. */
export function ImportProgress({ run }: Pick<ImportRunPageProps, 'run'>) {
  const done = run.new_count + run.updated_count + run.duplicate_count + run.rejected_count
  const isOver = run.status === 'completed' || run.status === 'failed'
  const polling = isOver
    ? {}
    : { 'hx-get': paths.importProgress(run.id), 'hx-trigger': 'every 1s', 'hx-swap': 'outerHTML' }
  return (
    <div class="stack-y" id="import-progress" {...polling}>
      {run.error === null ? null : <Banner tone="bad">{run.error}</Banner>}
      {run.status === 'completed' ? (
        <p class="muted text-sm">
          Every row is accounted for: {formatNumber(run.total_rows)} read
          {run.finished_at === null ? null : (
            <>
              , done <Time at={run.finished_at} />
            </>
          )}
        </p>
      ) : (
        <>
          <Progress label="Rows" value={done} max={run.total_rows} noun="rows" />
          {isOver ? null : (
            <p class="text-sm">
              <a href={paths.importRun(run.id)}>Reload</a> <span class="muted">to see how far it is</span>
            </p>
          )}
        </>
      )}
      <Stats>
        <Stat label="Rows" value={formatNumber(run.total_rows)} />
        <Stat label="New" value={formatNumber(run.new_count)} />
        <Stat label="Updated" value={formatNumber(run.updated_count)} />
        <Stat label="Duplicate" value={formatNumber(run.duplicate_count)} />
        <Stat
          label="Rejected"
          value={formatNumber(run.rejected_count)}
          tone={run.rejected_count > 0 ? 'waiting' : 'neutral'}
        />
      </Stats>
    </div>
  )
}

type RowsCardProps = {
  title: string
  kind: ImportLine['kind']
  total: number
  rows: readonly ImportRowLine[]
  /** All of them as CSV. */
  href: string
  none: string
}

function RowsCard({ title, kind, total, rows, href, none }: RowsCardProps) {
  const columns: readonly Column<ImportRowLine>[] = [
    { key: 'row', label: 'Row', align: 'right', cell: (row) => formatNumber(row.row_number) },
    {
      key: 'text',
      label: 'What it said',
      cell: (row) =>
        row.record_id === null ? (
          row.text
        ) : (
          <a href={kind === 'people' ? paths.person(row.record_id) : paths.account(row.record_id)}>{row.text}</a>
        ),
    },
    { key: 'reason', label: 'Why', cell: (row) => row.reason },
  ]
  return (
    <Card
      title={title}
      note={total > rows.length ? `The first ${formatNumber(rows.length)} of ${formatNumber(total)}` : undefined}
      actions={total > 0 ? <a href={href}>Download as CSV</a> : undefined}
      flush={rows.length > 0}
    >
      {rows.length === 0 ? (
        <p class="muted text-sm">{none}</p>
      ) : (
        <DataTable caption={title} columns={columns} rows={rows} empty={null} />
      )}
    </Card>
  )
}
