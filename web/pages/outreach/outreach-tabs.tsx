import { Tabs } from '../../components/panels.tsx'
import { paths } from '../../paths.ts'
import { useView } from '../../view.ts'

export type OutreachTab = 'sequences' | 'tasks' | 'replies' | 'unconfirmed' | 'suppressions'

/** The places of outreach; what waits for somebody carries its count. */
export function OutreachTabs(props: { current: OutreachTab }) {
  const { waiting } = useView()
  const tab = (key: OutreachTab, label: string, href: string, count?: number) => ({
    href,
    label,
    current: props.current === key,
    ...(count ? { count } : {}),
  })
  return (
    <Tabs
      label="Outreach"
      tabs={[
        tab('sequences', 'Sequences', paths.outreach()),
        tab('tasks', 'Tasks', paths.tasks()),
        tab('replies', 'Replies', paths.replies(), waiting?.replies),
        tab('unconfirmed', 'Unconfirmed', paths.unconfirmed()),
        tab('suppressions', 'Suppressions', paths.suppressions()),
      ]}
    />
  )
}
