import { LinkButton } from '../../components/buttons.tsx'
import { Card, EmptyState } from '../../components/panels.tsx'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'

/** In place of a list while no event is active: everything belongs to one. */
export function NoEventPage(props: { title: string }) {
  return (
    <Layout title={props.title}>
      <Card>
        <EmptyState
          icon="calendar"
          title="Choose an event"
          text="Accounts, people and imports belong to a trade show. Choose the one you are preparing for."
        >
          <LinkButton href={paths.events()} kind="primary">
            All events
          </LinkButton>
          <LinkButton href={paths.newEvent()} icon="plus">
            New event
          </LinkButton>
        </EmptyState>
      </Card>
    </Layout>
  )
}
