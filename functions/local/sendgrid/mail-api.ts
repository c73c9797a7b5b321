import { randomBytes } from 'node:crypto'
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { isSameSecret } from '../../auth/same-secret.ts'
import { answerWithFault, type Fault, takesTheMail } from './faults.ts'
import type { AcceptedMail, NewMail, Store } from './store.ts'
import { type MailError, type ValidMail, validateMail } from './validate-mail.ts'

const MAX_BODY_BYTES = 30 * 1024 * 1024

export interface MailApi {
  store: Store
  clock: { now(): Date }
  /** Asked once for each well-formed, authorised send. */
  nextFault(send: { custom_args: Record<string, string>; to: string }): Fault | undefined
  /** Called after the mail is stored and before the answer leaves. */
  onAccepted(mails: AcceptedMail[]): void
}

/** SendGrid's v3 API, as much of it as this app calls. */
export function createMailApi(api: MailApi) {
  const app = new Hono<{ Bindings: HttpBindings }>()

  app.use('/v3/*', async (c, next) => {
    const given = c.req.header('authorization') ?? ''
    if (!isSameSecret(given, `Bearer ${api.store.install.apiKey}`))
      return refuse(401, 'The provided authorization grant is invalid, expired, or revoked')
    await next()
  })

  app.get('/v3/scopes', (c) => c.json({ scopes: ['mail.send'] }))

  app.post('/v3/mail/send', async (c) => {
    if (!c.req.header('content-type')?.startsWith('application/json'))
      return refuse(415, 'Content-Type should be application/json.')
    if (Number(c.req.header('content-length') ?? 0) > MAX_BODY_BYTES) return refuse(413, 'Payload too large')
    const raw = await c.req.arrayBuffer()
    if (raw.byteLength > MAX_BODY_BYTES) return refuse(413, 'Payload too large')

    const now = api.clock.now()
    const judged = validateMail(parseJson(raw), now)
    if ('errors' in judged) return Response.json({ errors: judged.errors }, { status: 400 })

    const first = judged.mails[0]
    const fault = first && api.nextFault({ custom_args: first.custom_args, to: first.to.address })
    if (fault && !takesTheMail(fault))
      return (await answerWithFault(fault, c.env)) ?? refuse(500, 'Fault without an answer')
    if (first?.sandbox) return new Response(null, { status: 200 })

    const provider_message_id = randomBytes(16).toString('base64url')
    const mails = await api.store.insertMails(
      judged.mails.map((mail, index) => stampMail(mail, provider_message_id, index, now)),
    )
    api.onAccepted(mails)
    const answer = fault && (await answerWithFault(fault, c.env))
    return answer ?? new Response(null, { status: 202, headers: { 'X-Message-Id': provider_message_id } })
  })

  app.notFound(() => refuse(404, 'Not Found'))
  return app
}

function stampMail(mail: ValidMail, provider_message_id: string, index: number, accepted_at: Date): NewMail {
  const { sandbox: _, ...kept } = mail
  const ownId = Object.entries(mail.headers).find(([name]) => name.toLowerCase() === 'message-id')?.[1]
  return {
    ...kept,
    accepted_at,
    provider_message_id,
    // The shape events carry: comparing it with the X-Message-Id for equality never matches.
    sg_message_id: `${provider_message_id}.recvd-local-${index}-${randomBytes(4).toString('hex').toUpperCase()}-1.0`,
    message_id_header: ownId ?? `<${provider_message_id}@geopod-ismtpd-local>`,
  }
}

function refuse(status: number, message: string): Response {
  const errors: MailError[] = [{ message, field: null, help: null }]
  return Response.json({ errors }, { status })
}

function parseJson(raw: ArrayBuffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw))
  } catch {
    return undefined
  }
}
