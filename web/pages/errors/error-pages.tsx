import type { Child } from 'hono/jsx'
import { LinkButton } from '../../components/buttons.tsx'
import type { IconName } from '../../components/icon.tsx'
import { CopyableCode, EmptyState } from '../../components/panels.tsx'
import { Layout, PublicLayout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { useView } from '../../view.ts'

/** 404. `what` when a record is meant: "account". */
export function NotFoundPage(props: { what?: string }) {
  const title = props.what ? `There is no such ${props.what}` : 'There is no such page'
  const text = props.what
    ? 'It may have been deleted or merged, or it belongs to another event.'
    : 'The address may be mistyped, or the page has moved.'
  return <Message title={title} icon="search" text={text} />
}

/** 403. */
export function ForbiddenPage(props: { text: string }) {
  return <Message title="You may not do this" icon="ban" text={props.text} />
}

/** 500 and 503. Shows the id that stands in the log beside the real error, which a stranger never sees. */
export function ErrorPage(props: { request_id: string; text?: string }) {
  return (
    <Message
      title="This did not work"
      icon="warning"
      text={props.text ?? 'Something failed on our side; nothing half-done was kept. Try again in a minute.'}
    >
      <span class="muted text-sm">
        If it goes on failing, tell your admin this id: <CopyableCode text={props.request_id} label="request id" />
      </span>
    </Message>
  )
}

/** In the shell for whoever is signed in, else on a sheet of its own. */
function Message(props: { title: string; icon: IconName; text: string; children?: Child }) {
  const view = useView()
  if (view.user === null) {
    return (
      <PublicLayout title={props.title}>
        <p>{props.text}</p>
        {props.children}
        <LinkButton href={paths.root()}>Go to the start</LinkButton>
      </PublicLayout>
    )
  }
  return (
    <Layout title={props.title} width="reading">
      <div class="sheet">
        <EmptyState icon={props.icon} title={props.text} text={props.children}>
          <LinkButton href={paths.dashboard()} icon="house">
            Dashboard
          </LinkButton>
        </EmptyState>
      </div>
    </Layout>
  )
}
