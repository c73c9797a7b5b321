import type { Child } from 'hono/jsx'
import { RunPage } from '../../web/pages/enrichment/run-page.tsx'
import type { RunLine } from '../../web/pages/enrichment/run-words.tsx'
import { RunsPage } from '../../web/pages/enrichment/runs-page.tsx'

const at = new Date('2027-03-01T14:00:00Z')

/** Runs of enrichment, with `typed` wherever people or lists write. */
export function sampleEnrichmentPages(typed: string): readonly (readonly [name: string, page: Child])[] {
  const run: RunLine = {
    id: 'r1',
    kind: 'verify',
    subject_kind: 'person',
    status: 'running',
    total: 10_000,
    done_count: 6200,
    failed_count: 3,
    cancelled_count: 0,
    created_at: at,
    finished_at: null,
  }
  const over: RunLine = { ...run, kind: 'website', subject_kind: 'account', status: 'completed', finished_at: at }
  const cancelled: RunLine = { ...over, status: 'cancelled', done_count: 9000, failed_count: 0, cancelled_count: 1000 }
  const failed = [
    { subject_id: 'p1', name: typed, reason: typed },
    { subject_id: 'p2', name: null, reason: 'It is no longer there.' },
  ]
  return [
    [
      'enrichment',
      <RunsPage
        runs={[
          { ...run, user_name: typed },
          { ...cancelled, id: 'r2', user_name: null },
        ]}
        previous_href={null}
        next_href={typed}
      />,
    ],
    ['enrichment-empty', <RunsPage runs={[]} previous_href={null} next_href={null} />],
    [
      'enrichment-run',
      <RunPage
        run={run}
        failed={failed}
        outcomes={[
          { outcome: 'valid', count: 6000 },
          { outcome: typed, count: 200 },
        ]}
      />,
    ],
    ['enrichment-run-over', <RunPage run={cancelled} failed={[]} outcomes={[]} />],
  ]
}
