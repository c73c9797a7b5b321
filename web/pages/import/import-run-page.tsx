import { ConfirmButton, LinkButton, PostButton } from '../../components/buttons.tsx'
import { Chip } from '../../components/chips.tsx'
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

/** What undoing left as it is. */
export type KeptLine = {
  /** Null for a company that came along with people. */
  readonly row_number: number | null
  readonly text: string
  readonly why: string
  readonly href: string | null
}

export type ImportRunPageProps = {
  run: ImportLine & {
    readonly source: string | null
    readonly rows_per_second: number | null
    readonly seconds_left: number | null
    readonly undo_asked_at: Date | null
    readonly undone_at: Date | null
    readonly undone_rows: number
    readonly removed_count: number
    readonly restored_count: number
    readonly kept_count: number

    /** In the order of the file. */
    readonly columns: readonly string[]
    readonly mapping: Readonly<Record<string, string>>
  }
  /** The first of each outcome that a person may want to look at. */
  rejected: readonly ImportRowLine[]
  duplicates: readonly ImportRowLine[]
  kept: readonly KeptLine[]
}

export function ImportRunPage(props: ImportRunPageProps) {
  const { run } = props
  return (
    <Layout
      title={run.file_name}
      crumbs={[{ href: paths.import(), label: 'Import' }]}
      subtitle={
        <span class="chips">
          {run.undo_asked_at === null ? <ImportStatusChip status={run.status} /> : <UndoChip run={run} />}
          {run.source === null ? null : <Chip>{run.source}</Chip>}
        </span>
      }
      actions={
        <>
          {run.status === 'completed' || run.status === 'running' ? null : (
            <PostButton action={paths.continueImport(run.id)} icon="play">
              Continue
            </PostButton>
          )}
          {run.status === 'completed' && run.undo_asked_at === null ? (
            <ConfirmButton
              action={paths.undoImport(run.id)}
              icon="undo"
              label="Undo"
              confirm_label="Undo the import"
              kind="danger"
            >
              Removes what this import added and puts back what it changed. What somebody edited, mailed or put into a
              sequence since stays, and is listed.
            </ConfirmButton>
          ) : null}
          <LinkButton href={run.kind === 'people' ? paths.people() : paths.accounts()} kind="primary">
            {run.kind === 'people' ? 'See the people' : 'See the accounts'}
          </LinkButton>
        </>
      }
    >
      <ImportProgress run={run} />
      <div class="columns-side">
        <div class="stack-y">
          {run.kept_count === 0 ? null : <KeptCard total={run.kept_count} rows={props.kept} />}
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
  const isUndoing = run.undo_asked_at !== null && run.undone_at === null
  const isOver = !isUndoing && (run.status === 'completed' || run.status === 'failed')
  const polling = isOver
    ? {}
    : { 'hx-get': paths.importProgress(run.id), 'hx-trigger': 'every 1s', 'hx-swap': 'outerHTML' }
  return (
    <div class="stack-y" id="import-progress" {...polling}>
      {run.error === null ? null : <Banner tone="bad">{run.error}</Banner>}
      {run.undo_asked_at === null ? null : <UndoProgress run={run} />}
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
          {run.rows_per_second === null ? null : (
            <p class="muted text-sm tabular-nums">
              {formatNumber(run.rows_per_second)} rows a second, about {formatSeconds(run.seconds_left ?? 0)} left
            </p>
          )}
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

function formatSeconds(seconds: number): string {
  return seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
}

function UndoChip({ run }: Pick<ImportRunPageProps, 'run'>) {
  return run.undone_at === null ? <Chip tone="info">Being undone</Chip> : <Chip tone="neutral">Undone</Chip>
}

function UndoProgress({ run }: Pick<ImportRunPageProps, 'run'>) {
  return (
    <>
      {run.undone_at === null ? (
        <Progress label="Undone" value={run.undone_rows} max={run.total_rows} noun="rows" />
      ) : (
        <p class="text-sm">
          Undone <Time at={run.undone_at} />
        </p>
      )}
      <Stats>
        <Stat label="Removed" value={formatNumber(run.removed_count)} />
        <Stat label="Put back" value={formatNumber(run.restored_count)} />
        <Stat label="Kept" value={formatNumber(run.kept_count)} tone={run.kept_count > 0 ? 'waiting' : 'neutral'} />
      </Stats>
    </>
  )
}

function KeptCard({ total, rows }: { total: number; rows: readonly KeptLine[] }) {
  const columns: readonly Column<KeptLine>[] = [
    { key: 'text', label: 'Kept', cell: (row) => (row.href === null ? row.text : <a href={row.href}>{row.text}</a>) },
    {
      key: 'row',
      label: 'Row',
      align: 'right',
      cell: (row) => (row.row_number === null ? '' : formatNumber(row.row_number)),
    },
    { key: 'why', label: 'Why', cell: (row) => row.why },
  ]
  return (
    <Card
      title="Kept when the import was undone"
      note={total > rows.length ? `The first ${formatNumber(rows.length)} of ${formatNumber(total)}` : undefined}
      flush
    >
      <DataTable caption="Kept" columns={columns} rows={rows} empty={null} />
    </Card>
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
