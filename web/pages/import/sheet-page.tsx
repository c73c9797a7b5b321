import { Button } from '../../components/buttons.tsx'
import { FormActions, FormErrors, SelectField } from '../../components/fields.tsx'
import { Banner, Card, EmptyState } from '../../components/panels.tsx'
import { type Column, DataTable } from '../../components/table.tsx'
import { formatNumber } from '../../format.ts'
import type { FormState } from '../../forms.ts'
import { paths } from '../../paths.ts'
import { type Draft, ImportStep } from './import-steps.tsx'

export type PreviewRow = { readonly row_number: number; readonly cells: readonly string[] }

export type SheetPageProps = {
  draft: Draft
  /** None in a CSV. */
  sheets: readonly { readonly name: string; readonly rows: number; readonly is_hidden: boolean }[]
  lines: readonly PreviewRow[]
  header_row: number | null
  /** Why it could not be read as it was. */
  error: string | null
  form: FormState
}

/** POSTs `sheet` and `header_row`. */
export function SheetPage(props: SheetPageProps) {
  const { draft, sheets, form } = props
  const columns: readonly Column<PreviewRow>[] = [
    {
      key: 'header',
      label: 'Header',
      cell: (line) => (
        <input
          type="radio"
          class="radio radio-sm"
          name="header_row"
          value={line.row_number}
          checked={line.row_number === props.header_row}
          aria-label={`Row ${line.row_number} is the header`}
        />
      ),
    },
    { key: 'row', label: 'Row', align: 'right', cell: (line) => formatNumber(line.row_number) },
    {
      key: 'cells',
      label: 'What it says',
      cell: (line) => shortened(line.cells.filter((cell) => cell !== '').join(' · ')),
    },
  ]
  return (
    <ImportStep draft={draft} step="sheet">
      {props.error === null ? null : <Banner tone="bad">{props.error}</Banner>}
      <form method="post" action={paths.importSheet(draft.id)} class="stack-y">
        <FormErrors form={form} labels={{ sheet: 'Sheet', header_row: 'Header' }} />
        {sheets.length < 2 ? null : (
          <Card title="Sheet">
            <SelectField
              form={form}
              name="sheet"
              label="Sheet of the workbook"
              options={sheets.map((sheet) => ({
                value: sheet.name,
                label: `${sheet.name} (${formatNumber(sheet.rows)} rows${sheet.is_hidden ? ', hidden' : ''})`,
              }))}
              hint="Another sheet shows its first rows once it has been read."
              required
            />
          </Card>
        )}
        <Card title="Which row holds the names of the columns?" note="Rows above it are left out" flush>
          <DataTable
            caption="First rows of the file"
            columns={columns}
            rows={props.lines}
            empty={<EmptyState icon="file" title="There are no rows" text="Choose another sheet, or another file." />}
          />
        </Card>
        <FormActions>
          <Button kind="primary">Read the rows</Button>
        </FormActions>
      </form>
    </ImportStep>
  )
}

const shortened = (text: string) => (text.length > 110 ? `${text.slice(0, 110).toWellFormed()}…` : text)
