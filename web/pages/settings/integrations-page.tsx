import type { Child } from 'hono/jsx'
import { StatusDot } from '../../components/chips.tsx'
import { Icon, type IconName } from '../../components/icon.tsx'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'

export type PortName = 'database' | 'queue' | 'redis' | 'mail' | 'mail_events' | 'inbound' | 'ai'

export type PortStatus = {
  readonly port: PortName
  /** `local` is a stand-in on this machine that speaks the same protocol. */
  readonly mode: 'real' | 'local' | 'off'
  /** Who answers: "Neon", "QStash", "gpt-5-mini". */
  readonly provider: string
  /** Variables that are not set while it is off. */
  readonly missing: readonly string[]
  /** What a check found: null when it was not asked. */
  readonly check: { readonly ok: boolean; readonly text: string } | null
  /** The outbox of the local mail stand-in, the webhook address to enter at the provider. */
  readonly link?: { readonly href: string; readonly text: string }
}

export type IntegrationsPageProps = {
  ports: readonly PortStatus[]
  /** Addresses to enter at SendGrid, absolute. */
  webhook_urls: readonly { readonly label: string; readonly url: string }[]
}

const descriptions: Readonly<Record<PortName, { name: string; icon: IconName; does: string; without: string }>> = {
  database: {
    name: 'Database',
    icon: 'database',
    does: 'Keeps everything.',
    without: 'Without it an embedded database on this machine is used.',
  },
  queue: {
    name: 'Queue',
    icon: 'activity',
    does: 'Calls the app back for imports, enrichment and every email.',
    without: 'Without it work is written down and waits; nothing leaves.',
  },
  redis: {
    name: 'Redis',
    icon: 'list',
    does: 'Counts sign-ins and requests, holds progress of long work.',
    without: 'Without it the database counts instead.',
  },
  mail: {
    name: 'Mail',
    icon: 'mail',
    does: 'Sends the emails of sequences.',
    without: 'Without it sequences can be built, not sent.',
  },
  mail_events: {
    name: 'Mail events',
    icon: 'mail-check',
    does: 'Tells what became of an email: delivered, bounced, opened.',
    without: 'Without it bounces stay unknown, because unsigned events are refused.',
  },
  inbound: {
    name: 'Replies',
    icon: 'reply',
    does: 'Brings replies in, which stops the sequence of whoever answered.',
    without: 'Without it replies reach only the mailbox of the sender.',
  },
  ai: {
    name: 'Drafts',
    icon: 'sparkles',
    does: 'Drafts the text of a step for a person.',
    without: 'Without it texts are written by hand.',
  },
}

export function IntegrationsPage(props: IntegrationsPageProps) {
  const off = props.ports.filter((port) => port.mode === 'off').length
  return (
    <Layout
      title="Integrations"
      width="reading"
      subtitle={off === 0 ? 'Everything is connected.' : `${off} of ${props.ports.length} not configured`}
    >
      <ul class="port-list">
        {props.ports.map((status) => (
          <Port status={status} />
        ))}
      </ul>
      {props.webhook_urls.length === 0 ? null : (
        <section class="sheet">
          <header class="sheet-head">
            <h2>Addresses to enter at the provider</h2>
          </header>
          <dl class="sheet-body stack-y">
            {props.webhook_urls.map((webhook) => (
              <div>
                <dt class="hint">{webhook.label}</dt>
                <dd>
                  <code class="break-all select-all">{webhook.url}</code>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      <p class="hint">
        Variables are set where the app runs, never here, so no key is ever shown in a page.{' '}
        <a href={paths.health()}>Health</a> has the same as JSON.
      </p>
    </Layout>
  )
}

function Port(props: { status: PortStatus }) {
  const { status } = props
  const description = descriptions[status.port]
  return (
    <li class="sheet port">
      <Icon name={description.icon} size={18} class="port-icon" />
      <div class="port-what">
        <h2>
          {description.name} <span class="muted font-normal">{status.provider}</span>
        </h2>
        <p class="muted text-sm">
          {description.does} {status.mode === 'off' ? description.without : ''}
        </p>
        <Missing status={status} />
        {status.check && !status.check.ok ? <p class="field-error">{status.check.text}</p> : null}
        {status.link ? (
          <p class="text-sm">
            <a href={status.link.href}>{status.link.text}</a>
          </p>
        ) : null}
      </div>
      <div class="port-state">{stateOf(status)}</div>
    </li>
  )
}

function Missing(props: { status: PortStatus }) {
  const { missing } = props.status
  if (missing.length === 0) return null
  return (
    <p class="text-sm">
      Not configured:{' '}
      {missing.map((name, index) => (
        <>
          {index > 0 ? ', ' : ''}
          <code>{name}</code>
        </>
      ))}
    </p>
  )
}

function stateOf(status: PortStatus): Child {
  if (status.mode === 'off') return <StatusDot tone="neutral">Off</StatusDot>
  if (status.check && !status.check.ok) return <StatusDot tone="bad">Not answering</StatusDot>
  const title = status.check?.text
  if (status.mode === 'local')
    return (
      <StatusDot tone="info" title={title}>
        Local
      </StatusDot>
    )
  return (
    <StatusDot tone="good" title={title}>
      Connected
    </StatusDot>
  )
}
