import type { SuppressionKind, SuppressionReason } from '../../../db/tables/suppression.ts'
import { Button, LinkButton, PostButton } from '../../components/buttons.tsx'
import { Chip } from '../../components/chips.tsx'
import { describe, Field, FieldFrame, FormActions, FormErrors, SelectField } from '../../components/fields.tsx'
import { FilterBar } from '../../components/filter-bar.tsx'
import { Banner, Card, EmptyState } from '../../components/panels.tsx'
import { type Column, DataTable, Pager } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import type { FormState } from '../../forms.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { OutreachTabs } from './outreach-tabs.tsx'
import { suppressionReasons } from './words.ts'

export type SuppressionRow = {
  readonly id: string
  readonly kind: SuppressionKind
  readonly value: string
  readonly reason: SuppressionReason
  readonly source: string
  readonly created_at: Date
  readonly created_by_name: string | null
  /** null: everywhere */
  readonly event_name: string | null
}

export type SuppressionsPageProps = {
  rows: readonly SuppressionRow[]
  q: string
  form: FormState
  /** Of the file. */
  import_form: FormState
  /** The event one may be written to elsewhere of; null without one. */
  event: { readonly id: string; readonly name: string } | null
  /** Only an admin may take one away. */
  can_remove: boolean
  /** Asked to be taken away; waits for a second click. */
  removing: SuppressionRow | null
  previous_href: string | null
  next_href: string | null
}

const labels = { kind: 'What', value: 'Address or domain', event_id: 'Where', source: 'Why' }

const kinds = [
  { value: 'address', label: 'One address' },
  { value: 'domain', label: 'A whole domain' },
]

export function SuppressionsPage(props: SuppressionsPageProps) {
  return (
    <Layout
      title="Outreach"
      banner={props.removing && props.can_remove ? <RemoveBanner suppression={props.removing} /> : null}
    >
      <OutreachTabs current="suppressions" />
      <div class="columns-side">
        <div class="stack-y">
          <FilterBar
            action={paths.suppressions()}
            search={{ name: 'q', value: props.q, label: 'Search addresses and domains' }}
            clear_href={props.q === '' ? null : paths.suppressions()}
          />
          <DataTable
            caption="Addresses and domains nobody writes to"
            columns={columnsFor(props.can_remove)}
            rows={props.rows}
            empty={
              <div class="sheet">
                <EmptyState
                  icon="ban"
                  title={props.q === '' ? 'Nothing is suppressed' : 'Nothing matches'}
                  text="Whoever unsubscribes, complains or bounces appears here, for every event and every sequence."
                />
              </div>
            }
          />
          <Pager
            label="Pages of suppressions"
            shown={props.rows.length}
            previous_href={props.previous_href}
            next_href={props.next_href}
          />
        </div>
        <div class="stack-y">
          <AddCard form={props.form} event={props.event} />
          <ImportCard form={props.import_form} event={props.event} />
        </div>
      </div>
    </Layout>
  )
}

type ScopedForm = { form: FormState; event: SuppressionsPageProps['event'] }

function ScopeField({ form, event, prefix, hint }: ScopedForm & { prefix: string; hint?: string }) {
  const options = [
    { value: '', label: 'Everywhere' },
    ...(event ? [{ value: event.id, label: `Only ${event.name}` }] : []),
  ]
  return (
    <SelectField
      form={form}
      name="event_id"
      prefix={prefix}
      label={labels.event_id}
      options={options}
      hint={hint}
      required
    />
  )
}

function ImportCard({ form, event }: ScopedForm) {
  return (
    <Card title="Import a list" actions={<a href={paths.exportList('suppressions')}>Export all</a>}>
      <form method="post" action={paths.importSuppressions()} enctype="multipart/form-data" class="form">
        <FormErrors form={form} labels={{ file: 'File' }} prefix="import" />
        <FieldFrame
          form={form}
          name="file"
          prefix="import"
          label="CSV file"
          hint="An address or a domain a row; columns Reason, Source and Event are kept. A bad row is named, and nothing is taken then."
          required
        >
          <input
            type="file"
            accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values"
            required
            class="file-input"
            {...describe(form, 'file', 'hint', 'import')}
          />
        </FieldFrame>
        <ScopeField
          form={form}
          event={event}
          prefix="import"
          hint="Rows with an event of their own hold there alone."
        />
        <FormActions>
          <Button icon="upload">Import</Button>
        </FormActions>
      </form>
    </Card>
  )
}

function AddCard({ form, event }: ScopedForm) {
  return (
    <Card title="Never write to">
      <form method="post" action={paths.suppressions()} class="form">
        <FormErrors form={form} labels={labels} />
        <SelectField form={form} name="kind" label={labels.kind} options={kinds} required />
        <Field
          form={form}
          name="value"
          label={labels.value}
          required
          maxlength={254}
          hint="jo@acme.com, or acme.com for everybody there."
        />
        <ScopeField form={form} event={event} prefix="field" />
        <Field
          form={form}
          name="source"
          label={labels.source}
          maxlength={200}
          hint="Asked us by phone, a competitor…"
        />
        <FormActions>
          <Button kind="primary">Suppress</Button>
        </FormActions>
      </form>
    </Card>
  )
}

function columnsFor(can_remove: boolean): readonly Column<SuppressionRow>[] {
  const columns: Column<SuppressionRow>[] = [
    { key: 'value', label: 'Address or domain', cell: (row) => <ShownValue row={row} /> },
    { key: 'reason', label: 'Reason', cell: (row) => suppressionReasons[row.reason] },
    { key: 'source', label: 'Source', wide_only: true, cell: sourceOf },
    { key: 'at', label: 'Since', wide_only: true, cell: (row) => <Time at={row.created_at} /> },
  ]
  if (can_remove)
    columns.push({
      key: 'remove',
      label: 'Remove',
      cell: (row) =>
        row.kind === 'address_hash' && row.source === 'erased person' ? null : (
          <LinkButton
            href={paths.suppressions({ remove: row.id })}
            kind="quiet"
            small
            aria-label={`Remove ${row.value}`}
          >
            Remove
          </LinkButton>
        ),
    })
  return columns
}

/** Of whoever was erased nobody can say the address any more. */
function ShownValue({ row }: { row: SuppressionRow }) {
  if (row.kind === 'address_hash') return <span class="muted">an erased address, {row.value.slice(0, 8)}…</span>
  if (row.event_name === null) return <>{row.value}</>
  return (
    <span class="chips">
      {row.value} <Chip>only {row.event_name}</Chip>
    </span>
  )
}

const sources: Readonly<Record<string, string>> = { link: 'unsubscribe page', one_click: 'one-click unsubscribe' }

function sourceOf(row: SuppressionRow): string {
  const source = sources[row.source] ?? row.source
  return row.created_by_name === null || row.created_by_name === source ? source : `${source} (${row.created_by_name})`
}

function RemoveBanner({ suppression }: { suppression: SuppressionRow }) {
  const asked = suppression.reason === 'unsubscribed' || suppression.reason === 'complained'
  return (
    <Banner
      tone="waiting"
      action={
        <span class="inline-flex gap-1">
          <LinkButton href={paths.suppressions()} kind="quiet" small>
            Keep
          </LinkButton>
          <PostButton action={paths.removeSuppression(suppression.id)} small>
            Allow {suppression.value}
          </PostButton>
        </span>
      }
    >
      {asked
        ? `${suppression.value} asked not to be written to. Only go on if they have asked for it again.`
        : `Mail may be sent to ${suppression.value} again?`}
    </Banner>
  )
}
