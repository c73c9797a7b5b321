import { Agent } from 'node:http'
import postgres from 'postgres'
import { composeMail } from '../../../functions/domain/email/compose-mail.ts'
import { type MailVariables, oneLine, openTemplates } from '../../../functions/domain/email/render.ts'
import { unsubscribeToken } from '../../../functions/domain/email/unsubscribe-token.ts'
import { type OutgoingMail, openEmailSender } from '../../../functions/ports/email.ts'
import { paths } from '../../../web/paths.ts'
import { atMost } from './at-most.ts'
import { APP_SECRET, BODY, FROM, POSTAL_ADDRESS, REASON, SUBJECT } from './text.ts'

/** What a peer's job carries: everything its mail is made of, so that it reads nothing more. */
export interface PeerJob {
  id: string
  to: string
  variables: MailVariables
}

interface Sent {
  id: string
  provider_message_id: string
}

/** What the three peers share: the text, the mail client, the bound on mails under way, and the row for each mail. */
export interface PeerMail {
  /** renders, posts and answers what is to be recorded; never more than `concurrency` at once */
  send(job: PeerJob): Promise<Sent>
  /** one statement for many */
  record(sent: readonly Sent[]): Promise<void>
  /** for a worker that ends its jobs one by one: what comes while a statement is under way shares the next one */
  recordSoon(sent: Sent): Promise<void>
}

export function openPeerMail(): PeerMail {
  const sql = postgres(process.env.DATABASE_URL ?? '', { max: 3, onnotice: () => {} })
  const client = openEmailSender(
    { mode: 'sendgrid', apiKey: 'SG.bench', baseUrl: process.env.SENDGRID_BASE_URL ?? '' },
    { httpAgent: new Agent({ keepAlive: true }) },
  )
  const templates = openTemplates()
  const inTurn = atMost(Number(process.env.CONCURRENCY))
  const record = async (sent: readonly Sent[]) => {
    await sql`insert into sent ${sql([...sent] as { id: string; provider_message_id: string }[], 'id', 'provider_message_id')}
      on conflict do nothing`
  }
  return {
    send: (job) =>
      inTurn(async () => {
        const outcome = await client.send(write(templates, job))
        if (outcome.outcome !== 'accepted') throw new Error(outcome.reason)
        return { id: job.id, provider_message_id: outcome.provider_message_id }
      }),
    record,
    recordSoon: together(record),
  }
}

function write(templates: ReturnType<typeof openTemplates>, { id, to, variables }: PeerJob): OutgoingMail {
  const subject = templates.render(SUBJECT, variables)
  const body = templates.render(BODY, variables)
  if (!subject.ok || !body.ok) throw new Error('The text could not be rendered')
  const url = `https://hitlist.example${paths.unsubscribe(unsubscribeToken(id, APP_SECRET))}`
  return {
    message_id: id,
    message_id_header: `${id}@yardflow.example`,
    from: FROM,
    reply_to: FROM.address,
    to: { address: to, name: variables.person.name ?? '' },
    subject: oneLine(subject.text),
    ...composeMail(body.text, { contact_reason: REASON, postal_address: POSTAL_ADDRESS, unsubscribe_url: url }),
    list_unsubscribe_url: url,
    track_opens: true,
    track_clicks: false,
  }
}

function together(record: (sent: readonly Sent[]) => Promise<void>): (sent: Sent) => Promise<void> {
  let group: Sent[] = []
  let next: Promise<void> | undefined
  let last: Promise<void> = Promise.resolve()
  return (sent) => {
    group.push(sent)
    next ??= last.then(() => {
      const some = group
      group = []
      next = undefined
      last = record(some)
      return last
    })
    return next
  }
}
