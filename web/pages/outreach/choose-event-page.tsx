import { LinkButton } from '../../components/buttons.tsx'
import { EmptyState } from '../../components/panels.tsx'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'

export function ChooseEventPage() {
  return (
    <Layout title="Outreach">
      <div class="sheet">
        <EmptyState
          icon="calendar"
          title="Choose an event"
          text="Sequences, tasks and replies belong to an event. Activate one to see its outreach."
        >
          <LinkButton href={paths.events()} kind="primary">
            Choose an event
          </LinkButton>
        </EmptyState>
      </div>
    </Layout>
  )
}
