import type { Child } from 'hono/jsx'
import { emptyForm } from '../../web/forms.ts'
import { CheckPage } from '../../web/pages/import/check-page.tsx'
import { ColumnsPage } from '../../web/pages/import/columns-page.tsx'
import { fieldOptions } from '../../web/pages/import/field-words.ts'
import { ImportRunPage } from '../../web/pages/import/import-run-page.tsx'
import type { Draft } from '../../web/pages/import/import-steps.tsx'
import { OptionsPage } from '../../web/pages/import/options-page.tsx'
import { SheetPage } from '../../web/pages/import/sheet-page.tsx'
import { UploadPage } from '../../web/pages/import/upload-page.tsx'

const at = new Date('2027-03-01T14:00:00Z')

/** The steps of an import and one that was undone, with `typed` wherever people or lists write. */
export function sampleImportStepPages(typed: string): readonly (readonly [name: string, page: Child])[] {
  const draft: Draft = {
    id: 'i1',
    file_name: typed,
    kind: 'people',
    step: 'options',
    source: 'HubSpot',
    total_rows: 5409,
  }
  const issue = { row_number: 7, field: 'email', message: typed, column: typed, value: typed, text: typed }
  const lines = [
    { row_number: 1, cells: [typed, ''] },
    { row_number: 3, cells: ['Name', 'Company'] },
  ]
  return [
    [
      'import-upload',
      <UploadPage
        draft={{ ...draft, step: 'upload', total_rows: 0 }}
        received_bytes={4_194_304}
        size_bytes={9_000_000}
      />,
    ],
    [
      'import-reading',
      <UploadPage draft={{ ...draft, step: 'upload', total_rows: 0 }} received_bytes={9} size_bytes={9} />,
    ],
    [
      'import-sheet',
      <SheetPage
        draft={{ ...draft, step: 'sheet' }}
        sheets={[
          { name: typed, rows: 5410, is_hidden: false },
          { name: 'Notes', rows: 3, is_hidden: true },
        ]}
        lines={lines}
        header_row={3}
        error={typed}
        form={{ values: { sheet: typed }, errors: { header_row: 'Choose the row' } }}
      />,
    ],
    [
      'import-columns',
      <ColumnsPage
        draft={{ ...draft, step: 'columns' }}
        kind="people"
        columns={[
          { place: 0, name: 'Name', samples: [typed, 'Ann Lee'] },
          { place: 1, name: typed, samples: [] },
        ]}
        fields={fieldOptions(['name', 'company', 'email'], 'people')}
        form={{ values: { column_0: 'name', column_1: 'name' }, errors: { column_1: typed } }}
        is_remembered
      />,
    ],
    [
      'import-check',
      <CheckPage
        draft={{ ...draft, checked_rows: 2000 }}
        rejects={1}
        remarks={3}
        only_rejects={false}
        issues={[
          { ...issue, rejects: false },
          { ...issue, row_number: 9, field: 'name', rejects: true, column: null },
        ]}
        next_href="/dashboard/import/i1/check?after=9"
      />,
    ],
    [
      'import-check-clean',
      <CheckPage
        draft={{ ...draft, checked_rows: 5409 }}
        rejects={0}
        remarks={0}
        only_rejects
        issues={[]}
        next_href={null}
      />,
    ],
    [
      'import-options',
      <OptionsPage
        draft={draft}
        fields={fieldOptions(['title', 'email', 'list_score'], 'people')}
        owners={[{ value: 'u1', label: typed }]}
        form={{ ...emptyForm, values: { policy: 'fill' }, errors: { owner_id: typed } }}
      />,
    ],
    [
      'import-undone',
      <ImportRunPage
        run={{
          ...draft,
          status: 'completed',
          new_count: 5000,
          updated_count: 309,
          duplicate_count: 90,
          rejected_count: 10,
          error: null,
          created_at: at,
          finished_at: at,
          columns: ['Name'],
          mapping: { name: 'Name' },
          rows_per_second: null,
          seconds_left: null,
          undo_asked_at: at,
          undone_at: at,
          undone_rows: 5409,
          removed_count: 5000,
          restored_count: 300,
          kept_count: 9,
        }}
        rejected={[]}
        duplicates={[]}
        kept={[
          { row_number: 4, text: typed, why: 'was edited since', href: '/dashboard/people/p1' },
          { row_number: null, text: typed, why: 'has people', href: '/dashboard/accounts/a1' },
        ]}
      />,
    ],
  ]
}
