import type { Child } from 'hono/jsx'
import type { AcceptedMail, Happening } from './store.ts'

function Page({ title, children }: { title: string; children: Child }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title} · Outbox</title>
        <link rel="stylesheet" href="/outbox.css" />
      </head>
      <body>
        <header>
          <a class="brand" href="/">
            Outbox
          </a>
          <span class="note">Local SendGrid. Nothing here leaves this machine.</span>
        </header>
        <main>{children}</main>
      </body>
    </html>
  )
}

interface MailListProps {
  mails: AcceptedMail[]
  total: number
  search: string
  before: number | undefined
  older: number | undefined
}

export function MailList({ mails, total, search, before, older }: MailListProps) {
  return (
    <Page title="Mails">
      <div class="title">
        <h1>
          Mails <span class="count">{total}</span>
        </h1>
        <form action="/" method="get" class="search">
          <label for="q">Search by address or subject</label>
          <input id="q" name="q" type="search" value={search} />
          <button type="submit">Search</button>
        </form>
      </div>
      {mails.length === 0 ? (
        <p class="empty">
          {search ? `No mail matches “${search}”.` : 'No mail yet. It appears here as soon as the app sends one.'}
        </p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">To</th>
              <th scope="col">Subject</th>
              <th scope="col">From</th>
              <th scope="col">Accepted</th>
            </tr>
          </thead>
          <tbody>
            {mails.map((mail) => (
              <tr>
                <td>
                  <strong>{mail.to.name || mail.to.address}</strong>
                  {mail.to.name && <span class="quiet">{mail.to.address}</span>}
                </td>
                <td>
                  <a href={`/mails/${mail.accepted_no}`}>{mail.subject}</a>
                </td>
                <td>{mail.from.name || mail.from.address}</td>
                <td>
                  <Time at={mail.accepted_at} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <nav class="pages" aria-label="Pages">
        {before !== undefined && <a href={listUrl(search)}>Newest</a>}
        {older !== undefined && <a href={listUrl(search, older)}>Older</a>}
      </nav>
    </Page>
  )
}

export function MailView({ mail, happenings }: { mail: AcceptedMail; happenings: Happening[] }) {
  return (
    <Page title={mail.subject}>
      <p>
        <a href="/">All mails</a>
      </p>
      <h1>{mail.subject}</h1>
      <dl class="envelope">
        <dt>From</dt>
        <dd>{formatAddress(mail.from)}</dd>
        <dt>To</dt>
        <dd>{formatAddress(mail.to)}</dd>
        <dt>Replies to</dt>
        <dd>{mail.reply_to}</dd>
        <dt>Accepted</dt>
        <dd>
          <Time at={mail.accepted_at} />
        </dd>
      </dl>
      <div class="columns">
        <div>
          <iframe
            title="The mail as the recipient sees it"
            src={`/mails/${mail.accepted_no}/body`}
            sandbox="allow-popups allow-popups-to-escape-sandbox"
          />
          <details open>
            <summary>Plain text</summary>
            <pre>{mail.text}</pre>
          </details>
          <details>
            <summary>Headers and ids</summary>
            <Headers mail={mail} />
          </details>
        </div>
        <aside>
          <Actions mail={mail} />
          <History happenings={happenings} />
        </aside>
      </div>
    </Page>
  )
}

function Headers({ mail }: { mail: AcceptedMail }) {
  const rows = {
    ...mail.headers,
    'X-Message-Id': mail.provider_message_id,
    sg_message_id: mail.sg_message_id,
    'smtp-id': mail.message_id_header,
    ...Object.fromEntries(Object.entries(mail.custom_args).map(([name, value]) => [`custom_args.${name}`, value])),
    'Open tracking': mail.track_opens ? 'on' : 'off',
    'Click tracking': mail.track_clicks ? 'on' : 'off',
  }
  return (
    <dl class="headers">
      {Object.entries(rows).map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </>
      ))}
    </dl>
  )
}

const BUTTONS = [
  { kind: 'open', label: 'Open' },
  { kind: 'machine_open', label: 'Machine open' },
  { kind: 'click', label: 'Click first link' },
  { kind: 'bounce', label: 'Bounce' },
  { kind: 'soft_bounce', label: 'Soft bounce' },
  { kind: 'spam', label: 'Mark as spam' },
  { kind: 'out_of_office', label: 'Out of office' },
  { kind: 'unsubscribe_link', label: 'Unsubscribe by link' },
  { kind: 'unsubscribe_one_click', label: 'One-click unsubscribe' },
  { kind: 'scan', label: 'Link scanner' },
]

function Actions({ mail }: { mail: AcceptedMail }) {
  const url = `/mails/${mail.accepted_no}/actions`
  return (
    <section aria-labelledby="act">
      <h2 id="act">Act as {mail.to.name || mail.to.address}</h2>
      <form method="post" action={url} class="buttons">
        {BUTTONS.map(({ kind, label }) => (
          <button type="submit" name="kind" value={kind}>
            {label}
          </button>
        ))}
      </form>
      <form method="post" action={url} class="reply">
        <label for="text">Reply</label>
        <textarea id="text" name="text" rows={5} required />
        <button type="submit" name="kind" value="reply" class="primary">
          Send reply
        </button>
      </form>
    </section>
  )
}

function History({ happenings }: { happenings: Happening[] }) {
  return (
    <section aria-labelledby="happened">
      <h2 id="happened">What happened</h2>
      {happenings.length === 0 && <p class="empty">Nothing yet.</p>}
      <ol class="history">
        {happenings.map((happening) => (
          <li>
            <span>
              <strong>{LABELS[happening.kind] ?? happening.kind}</strong> <Answer happening={happening} />
            </span>
            <Time at={happening.happened_at} />
            <details>
              <summary>Details</summary>
              <pre>{JSON.stringify(happening.detail, null, 2)}</pre>
            </details>
          </li>
        ))}
      </ol>
    </section>
  )
}

function Answer({ happening }: { happening: Happening }) {
  const { answers, posted_at } = happening
  if (answers.length === 0) return <span class="quiet">{posted_at ? 'the app is not told' : 'on its way'}</span>
  const good = (answers.at(-1) ?? 0) >= 200 && (answers.at(-1) ?? 0) < 400
  const words = answers.map((status) => (status === 0 ? 'no connection' : String(status))).join(', ')
  return <span class={good ? 'good' : 'bad'}>the app answered {words}</span>
}

const LABELS: Record<string, string> = {
  processed: 'Processed',
  delivered: 'Delivered',
  deferred: 'Deferred',
  dropped: 'Dropped',
  bounce: 'Bounced',
  blocked: 'Soft bounce',
  open: 'Opened',
  open_untracked: 'Opened, tracking is off',
  machine_open: 'Opened by a machine',
  machine_open_untracked: 'Opened by a machine, tracking is off',
  click: 'Clicked',
  click_untracked: 'Clicked, not tracked',
  scanner_click: 'Clicked by a link scanner',
  spamreport: 'Marked as spam',
  reply: 'Replied',
  out_of_office: 'Out of office',
  unsubscribe_link: 'Unsubscribed by link',
  unsubscribe_looked_at: 'Unsubscribe page fetched by a scanner',
  unsubscribe_one_click: 'Unsubscribed in one click',
}

export function NotFound() {
  return (
    <Page title="Not found">
      <h1>Nothing here</h1>
      <p>
        No mail has this address. <a href="/">All mails</a>
      </p>
    </Page>
  )
}

function Time({ at }: { at: Date }) {
  const iso = at.toISOString()
  return <time datetime={iso}>{`${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`}</time>
}

function listUrl(search: string, before?: number): string {
  const query = new URLSearchParams()
  if (search) query.set('q', search)
  if (before !== undefined) query.set('before', String(before))
  return query.size > 0 ? `/?${query}` : '/'
}

function formatAddress({ address, name }: { address: string; name: string }): string {
  return name ? `${name} <${address}>` : address
}
