import { Button, LinkButton } from '../../components/buttons.tsx'
import { Chip } from '../../components/chips.tsx'
import { Card, EmptyState, Stat, Stats, Tabs } from '../../components/panels.tsx'
import { Progress } from '../../components/progress.tsx'
import { type Column, DataTable, Pager } from '../../components/table.tsx'
import { formatNumber } from '../../format.ts'
import { paths } from '../../paths.ts'
import { fieldWord } from './field-words.ts'
import { type Draft, ImportStep } from './import-steps.tsx'

export type IssueLine = {
  readonly row_number: number
  readonly field: string
  readonly message: string
  /** The row cannot be taken; otherwise the cell is left out. */
  readonly rejects: boolean
  /** Header of the column; null when none is matched. */
  readonly column: string | null
  readonly value: string
  /** Other cells of the row, to tell it by. */
  readonly text: string
}

export type CheckPageProps = {
  draft: Draft & { readonly checked_rows: number }
  rejects: number
  remarks: number
  only_rejects: boolean
  issues: readonly IssueLine[]
  next_href: string | null
}

/** What is wrong, by row and column; a cell is put right in its line. */
export function CheckPage(props: CheckPageProps) {
  const { draft, rejects, remarks } = props
  return (
    <ImportStep draft={draft} step="check">
      <CheckProgress draft={draft} rejects={rejects} remarks={remarks} />
      <Tabs
        label="Which rows"
        tabs={[
          {
            href: paths.importCheck(draft.id),
            label: 'Everything found',
            count: rejects + remarks,
            current: !props.only_rejects,
          },
          {
            href: paths.importCheck(draft.id, { only: 'errors' }),
            label: 'Only errors',
            count: rejects,
            current: props.only_rejects,
          },
        ]}
      />
      <Card title="What was found" note="An error rejects the row; a remark leaves the cell out" flush>
        <DataTable
          caption="What was found in the rows"
          columns={issueColumns(props)}
          rows={props.issues}
          empty={
            <EmptyState
              icon="circle-check"
              title={draft.checked_rows < draft.total_rows ? 'Nothing found so far' : 'Every row can be imported'}
            />
          }
        />
      </Card>
      <Pager label="Pages of what was found" shown={props.issues.length} next_href={props.next_href} />
      <div>
        <LinkButton kind="primary" href={paths.importOptions(draft.id)}>
          Go on to the options
        </LinkButton>
      </div>
    </ImportStep>
  )
}

function issueColumns({ draft, only_rejects }: CheckPageProps): readonly Column<IssueLine>[] {
  return [
    { key: 'row', label: 'Row', align: 'right', cell: (line) => formatNumber(line.row_number) },
    { key: 'text', label: 'What it says', wide_only: true, flexible: true, cell: (line) => line.text },
    { key: 'column', label: 'Column', cell: (line) => line.column ?? fieldWord(line.field, draft.kind) },
    {
      key: 'message',
      label: 'What is wrong',
      cell: (line) => (
        <span class="chips">
          <Chip tone={line.rejects ? 'bad' : 'waiting'}>{line.rejects ? 'Error' : 'Remark'}</Chip> {line.message}
        </span>
      ),
    },
    {
      key: 'fix',
      label: 'Put it right',
      cell: (line) =>
        line.column === null ? (
          <span class="muted">no column is matched</span>
        ) : (
          <form method="post" action={paths.importCells(draft.id)} class="flex items-center gap-1">
            <input type="hidden" name="row_number" value={line.row_number} />
            <input type="hidden" name="field" value={line.field} />
            {only_rejects ? <input type="hidden" name="only" value="errors" /> : null}
            <input
              class="input input-sm"
              name="value"
              value={line.value}
              aria-label={`${line.column} of row ${line.row_number}`}
            />
            <Button small>Save</Button>
          </form>
        ),
    },
  ]
}

/** Asks for itself until every row was looked at; then the page is loaded for what was found. */
export function CheckProgress({ draft, rejects, remarks }: Pick<CheckPageProps, 'draft' | 'rejects' | 'remarks'>) {
  const isOver = draft.checked_rows >= draft.total_rows
  const polling = isOver
    ? {}
    : { 'hx-get': paths.importProgress(draft.id), 'hx-trigger': 'every 1s', 'hx-swap': 'outerHTML' }
  return (
    <div class="stack-y" id="check-progress" {...polling}>
      {isOver ? null : (
        <>
          <Progress label="Checked" value={draft.checked_rows} max={draft.total_rows} noun="rows" />
          <p class="text-sm">
            <a href={paths.importCheck(draft.id)}>Reload</a> <span class="muted">to see how far it is</span>
          </p>
        </>
      )}
      <Stats>
        <Stat label="Rows" value={formatNumber(draft.total_rows)} />
        <Stat label="Checked" value={formatNumber(draft.checked_rows)} />
        <Stat
          label="Rows that would be rejected"
          value={formatNumber(rejects)}
          tone={rejects > 0 ? 'waiting' : 'neutral'}
        />
        <Stat label="Cells that would be left out" value={formatNumber(remarks)} />
      </Stats>
    </div>
  )
}
