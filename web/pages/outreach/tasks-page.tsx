import type { TaskKind } from '../../../db/tables/task.ts'
import { PostButton } from '../../components/buttons.tsx'
import { Icon } from '../../components/icon.tsx'
import { EmptyState } from '../../components/panels.tsx'
import { type Column, DataTable, Pager } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { useView } from '../../view.ts'
import { ChipNav } from './chip-nav.tsx'
import { OutreachTabs } from './outreach-tabs.tsx'
import { stepKinds } from './words.ts'

export type TaskRow = {
  readonly id: string
  readonly kind: TaskKind
  readonly title: string
  readonly notes: string | null
  readonly due_at: Date
  readonly person_id: string | null
  readonly person_name: string | null
  readonly account_name: string | null
  readonly phone: string | null
  readonly linkedin_url: string | null
  readonly address: string | null
  readonly owner_name: string | null
  readonly enrollment_id: string | null
  readonly sequence_id: string | null
  readonly sequence_name: string | null
}

export type TasksPageProps = {
  rows: readonly TaskRow[]
  whose: 'mine' | 'all'
  previous_href: string | null
  next_href: string | null
}

export function TasksPage(props: TasksPageProps) {
  return (
    <Layout title="Outreach">
      <OutreachTabs current="tasks" />
      <ChipNav
        label="Tasks"
        links={[
          { href: paths.tasks(), label: 'Mine', current: props.whose === 'mine' },
          { href: paths.tasks({ whose: 'all' }), label: 'Everybody’s', current: props.whose === 'all' },
        ]}
      />
      <DataTable
        caption="Open tasks"
        columns={columnsFor(props.whose)}
        rows={props.rows}
        fill
        empty={
          <div class="sheet">
            <EmptyState
              icon="circle-check"
              title="No open task"
              text="Steps that are not automatic emails become tasks; a sequence waits until its task is done or skipped."
            />
          </div>
        }
      />
      <Pager
        label="Pages of tasks"
        shown={props.rows.length}
        previous_href={props.previous_href}
        next_href={props.next_href}
      />
    </Layout>
  )
}

function columnsFor(whose: 'mine' | 'all'): readonly Column<TaskRow>[] {
  return [
    { key: 'title', label: 'Task', cell: (task) => <Title task={task} /> },
    {
      key: 'close',
      label: 'Close',
      cell: (task) => (
        <span class="inline-flex gap-1">
          <PostButton action={paths.completeTask(task.id)} small icon="check" label={`Done: ${task.title}`}>
            Done
          </PostButton>
          <PostButton action={paths.skipTask(task.id)} small kind="quiet" label={`Skip: ${task.title}`}>
            Skip
          </PostButton>
        </span>
      ),
    },
    { key: 'due', label: 'Due', wide_only: true, cell: (task) => <Due at={task.due_at} /> },
    {
      key: 'person',
      label: 'Person and account',
      wide_only: true,
      cell: (task) => (
        <>
          {task.person_id ? (
            <a href={paths.person(task.person_id)}>{task.person_name}</a>
          ) : (
            <span class="muted">–</span>
          )}
          {task.account_name === null ? null : <span class="under">{task.account_name}</span>}
        </>
      ),
    },
    { key: 'reach', label: 'Reach', wide_only: true, cell: (task) => <Reach task={task} /> },
    ...(whose === 'all' ? [owner] : []),
    {
      key: 'sequence',
      label: 'Sequence',
      very_wide_only: true,
      cell: (task) =>
        task.sequence_id && task.enrollment_id ? (
          <a href={paths.enrollment(task.sequence_id, task.enrollment_id)}>{task.sequence_name}</a>
        ) : (
          <span class="muted">–</span>
        ),
    },
  ]
}

const owner: Column<TaskRow> = {
  key: 'owner',
  label: 'Owner',
  wide_only: true,
  cell: (task) => task.owner_name ?? <span class="muted">–</span>,
}

/** With what there is to say; on a phone, with what the other columns hold. */
function Title({ task }: { task: TaskRow }) {
  return (
    <div class="task-cell">
      <span class="task-title">
        <Icon name={stepKinds[task.kind].icon} size={14} label={stepKinds[task.kind].label} />
        {task.title}
      </span>
      <span class="under narrow-only">
        <Due at={task.due_at} />
        {task.account_name ? ` · ${task.account_name}` : ''} · <Reach task={task} />
      </span>
      {task.notes === null ? null : (
        <details class="task-notes under">
          <summary>Script</summary>
          <p>{task.notes}</p>
        </details>
      )}
    </div>
  )
}

function Due(props: { at: Date }) {
  const { now } = useView()
  return (
    <span class={props.at < now ? 'task-late' : undefined}>
      <Time at={props.at} />
      {props.at < now ? ' · overdue' : ''}
    </span>
  )
}

function Reach({ task }: { task: TaskRow }) {
  if (task.kind === 'call')
    return task.phone ? <a href={`tel:${task.phone}`}>{task.phone}</a> : <Missing what="phone" />
  if (task.kind === 'linkedin') {
    const href = task.linkedin_url
    if (href === null) return <Missing what="profile" />
    return /^https:\/\//i.test(href) ? (
      <a href={href} rel="noreferrer noopener" target="_blank">
        Profile
      </a>
    ) : (
      href
    )
  }
  if (task.kind === 'manual_email') return task.address ?? <Missing what="address" />
  return <span class="muted">–</span>
}

function Missing(props: { what: string }) {
  return <span class="muted">no {props.what}</span>
}
