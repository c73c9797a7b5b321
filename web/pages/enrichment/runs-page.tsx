import { LinkButton } from '../../components/buttons.tsx'
import { Card, EmptyState } from '../../components/panels.tsx'
import { type Column, DataTable, Pager } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { formatNumber } from '../../format.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { enrichmentLabels } from './enrich-menu.tsx'
import { type RunLine, RunState, subjectsOf } from './run-words.tsx'

type RunsPageRow = RunLine & { readonly user_name: string | null }

export type RunsPageProps = {
  runs: readonly RunsPageRow[]
  previous_href: string | null
  next_href: string | null
}

const columns: readonly Column<RunsPageRow>[] = [
  { key: 'kind', label: 'What', cell: (run) => <a href={paths.enrichmentRun(run.id)}>{enrichmentLabels[run.kind]}</a> },
  { key: 'status', label: 'Status', cell: (run) => <RunState run={run} /> },
  { key: 'of', label: 'For', cell: subjectsOf },
  { key: 'done', label: 'Done', align: 'right', cell: (run) => formatNumber(run.done_count) },
  { key: 'failed', label: 'Failed', align: 'right', cell: (run) => formatNumber(run.failed_count) },
  { key: 'by', label: 'By', wide_only: true, cell: (run) => run.user_name ?? <span class="muted">–</span> },
  { key: 'at', label: 'Started', align: 'right', wide_only: true, cell: (run) => <Time at={run.created_at} /> },
]

export function RunsPage(props: RunsPageProps) {
  return (
    <Layout title="Enrichment" subtitle="What was looked up for many accounts or people at once">
      <Card title="Runs" flush>
        <DataTable
          caption="Runs of enrichment"
          columns={columns}
          rows={props.runs}
          empty={
            <EmptyState
              icon="sparkles"
              title="Nothing was enriched yet"
              text="Tick accounts or people on their lists, or take all that match a filter."
            >
              <LinkButton href={paths.accounts()}>Accounts</LinkButton>
              <LinkButton href={paths.people()}>People</LinkButton>
            </EmptyState>
          }
        />
      </Card>
      <Pager
        label="Pages of runs"
        shown={props.runs.length}
        previous_href={props.previous_href}
        next_href={props.next_href}
      />
    </Layout>
  )
}
