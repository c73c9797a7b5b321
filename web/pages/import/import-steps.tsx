import type { PropsWithChildren } from 'hono/jsx'
import { PostButton } from '../../components/buttons.tsx'
import { Chip } from '../../components/chips.tsx'
import { Tabs } from '../../components/panels.tsx'
import { formatNumber } from '../../format.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'

export type DraftStep = 'upload' | 'sheet' | 'columns' | 'check' | 'options'

/** An import that still waits for a person. */
export type Draft = {
  readonly id: string
  readonly file_name: string
  readonly kind: 'companies' | 'people'
  readonly step: DraftStep
  readonly source: string | null
  readonly total_rows: number
}

const order: readonly DraftStep[] = ['upload', 'sheet', 'columns', 'check', 'options']

/** The frame of every step: where one is, and the way past all that is left. */
export function ImportStep(props: PropsWithChildren<{ draft: Draft; step: DraftStep; wide?: boolean }>) {
  const { draft, step } = props
  const reached = (other: DraftStep) => order.indexOf(draft.step) >= order.indexOf(other)
  const tabs = [
    { step: 'sheet' as const, href: paths.importSheet(draft.id), label: 'Sheet and header' },
    { step: 'columns' as const, href: paths.importColumns(draft.id), label: 'Columns' },
    { step: 'check' as const, href: paths.importCheck(draft.id), label: 'Check' },
    { step: 'options' as const, href: paths.importOptions(draft.id), label: 'Options' },
  ]
  return (
    <Layout
      title={draft.file_name}
      crumbs={[{ href: paths.import(), label: 'Import' }]}
      subtitle={
        <span class="chips">
          <Chip tone="waiting">Waits for you</Chip>
          {draft.source === null ? null : <Chip>{draft.source}</Chip>}
          {draft.total_rows === 0 ? null : <span class="muted">{formatNumber(draft.total_rows)} rows</span>}
        </span>
      }
      actions={
        draft.total_rows === 0 ? undefined : (
          <PostButton action={paths.runImport(draft.id)} icon="play">
            Import now
          </PostButton>
        )
      }
    >
      {draft.step === 'upload' ? null : (
        <Tabs
          label="Steps of the import"
          tabs={tabs
            .filter((tab) => reached(tab.step) || tab.step === step)
            .map(({ href, label, step: of }) => ({ href, label, current: of === step }))}
        />
      )}
      {props.children}
    </Layout>
  )
}
