import { Button } from '../../components/buttons.tsx'
import { Chip } from '../../components/chips.tsx'
import { describe, FieldFrame, FormActions, FormErrors } from '../../components/fields.tsx'
import { Card, EmptyState } from '../../components/panels.tsx'
import { type Column, DataTable } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { formatNumber, formatPercent } from '../../format.ts'
import type { FormState } from '../../forms.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import type { Tone } from '../../view.ts'

export type ImportLine = {
  readonly id: string
  readonly file_name: string
  readonly kind: 'companies' | 'people'
  readonly status: 'staged' | 'running' | 'completed' | 'failed'
  readonly total_rows: number
  readonly new_count: number
  readonly updated_count: number
  readonly duplicate_count: number
  readonly rejected_count: number
  readonly error: string | null
  readonly created_at: Date
  readonly finished_at: Date | null
}

const statuses: Readonly<Record<ImportLine['status'], { label: string; tone: Tone }>> = {
  staged: { label: 'Waiting', tone: 'neutral' },
  running: { label: 'Running', tone: 'info' },
  completed: { label: 'Done', tone: 'good' },
  failed: { label: 'Stopped', tone: 'bad' },
}

export function ImportStatusChip(props: { status: ImportLine['status'] }) {
  const { label, tone } = statuses[props.status]
  return <Chip tone={tone}>{label}</Chip>
}

function ImportState({ line }: { line: ImportLine }) {
  if (line.status !== 'running') return <ImportStatusChip status={line.status} />
  const done = line.new_count + line.updated_count + line.duplicate_count + line.rejected_count
  return (
    <span class="chips">
      <ImportStatusChip status="running" />
      <span class="muted tabular-nums">{formatPercent(done, line.total_rows)}</span>
    </span>
  )
}

const figure = (key: string, label: string, count: (row: ImportLine) => number): Column<ImportLine> => ({
  key,
  label,
  align: 'right',
  cell: (row) => formatNumber(count(row)),
})

const columns: readonly Column<ImportLine>[] = [
  { key: 'file', label: 'File', cell: (row) => <a href={paths.importRun(row.id)}>{row.file_name}</a> },
  { key: 'kind', label: 'Lists', cell: (row) => row.kind },
  { key: 'status', label: 'Status', cell: (row) => <ImportState line={row} /> },
  figure('rows', 'Rows', (row) => row.total_rows),
  figure('new', 'New', (row) => row.new_count),
  figure('updated', 'Updated', (row) => row.updated_count),
  figure('duplicate', 'Duplicate', (row) => row.duplicate_count),
  figure('rejected', 'Rejected', (row) => row.rejected_count),
  { key: 'at', label: 'Started', align: 'right', wide_only: true, cell: (row) => <Time at={row.created_at} /> },
]

/** POSTs `files`, multipart, once or several times. */
export function ImportPage(props: { imports: readonly ImportLine[]; form: FormState }) {
  const { form } = props
  return (
    <Layout title="Import">
      <Card title="Lists of the show" note="Companies or people, as CSV or as a workbook (XLSX)">
        <form method="post" action={paths.import()} enctype="multipart/form-data" class="form">
          <FormErrors form={form} labels={{ files: 'Files' }} />
          <FieldFrame
            form={form}
            name="files"
            label="CSV or XLSX files"
            hint="Up to 50 MB and 100,000 rows each; of a workbook the first sheet with rows. The columns are found by their headers; nothing that somebody typed is overwritten."
            required
          >
            <input
              type="file"
              accept=".csv,.tsv,.txt,.xlsx,text/csv,text/tab-separated-values,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
              multiple
              required
              class="file-input"
              {...describe(form, 'files', 'hint')}
            />
          </FieldFrame>
          <FormActions>
            <Button kind="primary" icon="upload">
              Import files
            </Button>
          </FormActions>
        </form>
      </Card>
      <ImportsSoFar imports={props.imports} />
    </Layout>
  )
}

/** Asks for itself while an import runs; without a script the page is reloaded by hand. */
function ImportsSoFar({ imports }: { imports: readonly ImportLine[] }) {
  const isRunning = imports.some((line) => line.status === 'staged' || line.status === 'running')
  const polling = isRunning
    ? { 'hx-get': paths.import(), 'hx-trigger': 'every 1s', 'hx-select': '#imports', 'hx-swap': 'outerHTML' }
    : {}
  return (
    <div id="imports" {...polling}>
      <Card title="Imports so far" flush>
        <DataTable
          caption="Imports"
          columns={columns}
          rows={imports}
          empty={
            <EmptyState
              icon="upload"
              title="Nothing imported yet"
              text="Export the exhibitor or attendee list of the show as CSV or XLSX, and choose the file above."
            />
          }
        />
      </Card>
    </div>
  )
}
