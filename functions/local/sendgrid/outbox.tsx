import { Hono } from 'hono'
import { csrf } from 'hono/csrf'
import type { Child } from 'hono/jsx'
import { rewriteLinks } from './events.ts'
import { OUTBOX_CSS } from './outbox-css.ts'
import { MailList, MailView, NotFound } from './outbox-pages.tsx'
import type { RecipientAction } from './recipient.ts'
import type { AcceptedMail, Store } from './store.ts'

export interface OutboxServices {
  store: Store
  act(mail: AcceptedMail, action: RecipientAction): Promise<number[]>
}

const PAGE_SIZE = 25

/** Every mail as its recipient sees it, with buttons that act as the recipient. Works without JavaScript. */
export function createOutbox({ store, act }: OutboxServices) {
  const app = new Hono()

  app.use(async (c, next) => {
    // A name that an attacker points at 127.0.0.1 would make this page same-origin with theirs.
    const host = new URL(c.req.url).hostname
    if (host !== '127.0.0.1' && host !== 'localhost') return c.text('Wrong host', 421)
    await next()
    c.header('Content-Security-Policy', c.res.headers.get('Content-Security-Policy') ?? PAGE_POLICY)
    c.header('X-Content-Type-Options', 'nosniff')
    c.header('Referrer-Policy', 'no-referrer')
    c.header('Cache-Control', 'no-store')
  })
  app.use(csrf())

  app.get('/outbox.css', (c) => c.body(OUTBOX_CSS, 200, { 'Content-Type': 'text/css; charset=utf-8' }))

  app.get('/', async (c) => {
    const search = (c.req.query('q') ?? '').trim().slice(0, 200)
    const before = readNumber(c.req.query('before'))
    const mails = await store.pageOfMails({ search, before, limit: PAGE_SIZE + 1 })
    const shown = mails.slice(0, PAGE_SIZE)
    const older = mails.length > PAGE_SIZE ? shown.at(-1)?.accepted_no : undefined
    return c.html(
      document(
        <MailList mails={shown} total={await store.countMails()} search={search} before={before} older={older} />,
      ),
    )
  })

  app.get('/mails/:no', async (c) => {
    const mail = await findMail(c.req.param('no'))
    if (!mail) return c.html(document(<NotFound />), 404)
    const happenings = await store.listHappenings(mail.accepted_no)
    return c.html(document(<MailView mail={mail} happenings={happenings} />))
  })

  app.get('/mails/:no/body', async (c) => {
    const mail = await findMail(c.req.param('no'))
    if (!mail) return c.html(document(<NotFound />), 404)
    return c.body(showBody(mail), 200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': MAIL_POLICY,
    })
  })

  app.get('/mails/:no/links/:index', async (c) => {
    const mail = await findMail(c.req.param('no'))
    const url = mail && linkAt(mail, readNumber(c.req.param('index')))
    if (!mail || !url) return c.html(document(<NotFound />), 404)
    await act(mail, { kind: 'click', url })
    return c.redirect(url)
  })

  app.post('/mails/:no/actions', async (c) => {
    const mail = await findMail(c.req.param('no'))
    const action = readAction(await c.req.parseBody())
    if (!mail) return c.html(document(<NotFound />), 404)
    if (!action) return c.html(document(<NotFound />), 422)
    await act(mail, action)
    return c.redirect(`/mails/${mail.accepted_no}#happened`, 303)
  })

  app.notFound((c) => c.html(document(<NotFound />), 404))

  const findMail = async (no: string) => {
    const accepted_no = readNumber(no)
    return accepted_no === undefined ? undefined : store.findMail(accepted_no)
  }
  return app
}

const PAGE_POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'"
// The sandbox holds even when somebody opens the address by itself. No images: nothing may leave the machine.
const MAIL_POLICY =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"

function document(page: Child): string {
  return `<!doctype html>${String(page)}`
}

function showBody(mail: AcceptedMail): string {
  const linkTo = (index: number) => `/mails/${mail.accepted_no}/links/${index}`
  const html = mail.track_clicks ? rewriteLinks(mail.html, ({ index }) => linkTo(index)) : mail.html
  return `<!doctype html><base target="_blank"><style>body { font: 15px/1.5 sans-serif }</style>${html || String(<pre>{mail.text}</pre>)}`
}

const PLAIN_ACTIONS = [
  'deliver',
  'defer',
  'open',
  'machine_open',
  'bounce',
  'soft_bounce',
  'spam',
  'unsubscribe_link',
  'unsubscribe_one_click',
  'out_of_office',
  'click',
  'scan',
] as const

function readAction(form: Record<string, unknown>): RecipientAction | undefined {
  if (form.kind === 'reply')
    return typeof form.text === 'string' && form.text.trim() ? { kind: 'reply', text: form.text } : undefined
  const kind = PLAIN_ACTIONS.find((name) => name === form.kind)
  return kind && { kind }
}

function linkAt(mail: AcceptedMail, index: number | undefined): string | undefined {
  let found: string | undefined
  rewriteLinks(mail.html, (link) => {
    if (link.index === index) found = link.url
    return link.url
  })
  return found
}

/** Within Postgres' integer. */
function readNumber(text: string | undefined): number | undefined {
  return text && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}
