import { Button } from '../../components/buttons.tsx'
import { describe, FormActions, FormErrors, type Option, Options } from '../../components/fields.tsx'
import { Banner, Card, Tabs } from '../../components/panels.tsx'
import { type Column, DataTable } from '../../components/table.tsx'
import { type FormState, keptValues } from '../../forms.ts'
import { paths } from '../../paths.ts'
import { type Draft, ImportStep } from './import-steps.tsx'

export type ColumnLine = {
  readonly place: number
  readonly name: string
  /** The first different values. */
  readonly samples: readonly string[]
}

export type ColumnsPageProps = {
  draft: Draft
  kind: 'companies' | 'people'
  columns: readonly ColumnLine[]
  fields: readonly Option[]
  /** `column_0`, `column_1`, … hold the field of each column. */
  form: FormState
  is_remembered: boolean
}

/** POSTs `kind` and a field for each column. */
export function ColumnsPage(props: ColumnsPageProps) {
  const { draft, kind, form, fields } = props
  const columns: readonly Column<ColumnLine>[] = [
    { key: 'name', label: 'Column', cell: (line) => <label for={`field-column_${line.place}`}>{line.name}</label> },
    {
      key: 'field',
      label: 'Imported as',
      cell: (line) => {
        const name = `column_${line.place}`
        return (
          <>
            <select class="select select-sm" {...describe(form, name, undefined)}>
              <option value="">Not imported</option>
              <Options options={fields} selected={keptValues(form, name)} />
            </select>
            {form.errors[name] === undefined ? null : (
              <p class="field-error" id={`field-${name}-error`}>
                {form.errors[name]}
              </p>
            )}
          </>
        )
      },
    },
    {
      key: 'samples',
      label: 'First values',
      cell: (line) => (line.samples.length === 0 ? <span class="muted">empty</span> : line.samples.join(' · ')),
    },
  ]
  return (
    <ImportStep draft={draft} step="columns">
      <Tabs
        label="What the file lists"
        tabs={(['people', 'companies'] as const).map((of) => ({
          href: paths.importColumns(draft.id, { kind: of }),
          label: of === 'people' ? 'It lists people' : 'It lists companies',
          current: of === kind,
        }))}
      />
      {props.is_remembered ? <Banner tone="info">Matched as the last file with these headers was.</Banner> : null}
      <form method="post" action={paths.importColumns(draft.id)} class="stack-y">
        <FormErrors
          form={form}
          labels={Object.fromEntries(props.columns.map(({ place, name }) => [`column_${place}`, name]))}
        />
        <input type="hidden" name="kind" value={kind} />
        <Card title="Columns" note="Guessed from their names and values" flush>
          <DataTable caption="Columns of the file" columns={columns} rows={props.columns} empty={null} />
        </Card>
        <FormActions>
          <Button kind="primary">Check the rows</Button>
        </FormActions>
      </form>
    </ImportStep>
  )
}
