import type { RecipientAction } from '../local/sendgrid/recipient.ts'
import type { AcceptedMail } from '../local/sendgrid/store.ts'
import type { RunningApp } from '../node.ts'
import type { Clock } from '../ports/clock.ts'

/** What somebody did that must end all mail to them, and from which moment. */
export interface Stop {
  kind: 'replied' | 'unsubscribed' | 'bounced' | 'complained'
  at: Date
}

/** Two hundred people at their desks. What each does follows from when they got their first mail, so a run can be told again. */
export class Recipients {
  received = 0
  /** by address */
  readonly stops = new Map<string, Stop>()
  readonly mails: AcceptedMail[] = []
  /** webhooks the app answered */
  events = 0
  private readonly order = new Map<string, number>()
  private seen = 0

  constructor(
    private readonly app: RunningApp,
    private readonly clock: Clock,
    private readonly sequence_id: string,
  ) {
    // Two mails are taken and the answer is lost: they must not be sent again by themselves.
    this.mail.injectFault({ kind: 'accept_then_reset' }, 2)
  }

  /** Everybody who got mail since the last call does what they do. */
  async react(): Promise<void> {
    await this.mail.deliverWaiting()
    const accepted = await this.mail.accepted()
    const fresh = accepted.slice(this.seen)
    this.seen = accepted.length
    const ours = await this.idsOf(fresh)
    for (const mail of fresh) {
      if (!ours.has(mail.custom_args.message_id ?? '')) continue
      this.received++
      this.mails.push(mail)
      const person = this.order.get(mail.to.address) ?? this.order.size
      this.order.set(mail.to.address, person)
      for (const action of actionsOf(person, mail)) await this.act(mail, action)
    }
  }

  private async act(mail: AcceptedMail, action: RecipientAction): Promise<void> {
    const answers = await this.mail.act(mail.provider_message_id, action)
    const refused = answers.filter((status) => status < 200 || status > 299)
    if (refused.length > 0) throw new Error(`The app answered ${refused.join(', ')} to ${action.kind}`)
    this.events += answers.length
    const kind = stopOf(action)
    if (kind !== undefined && !this.stops.has(mail.to.address))
      this.stops.set(mail.to.address, { kind, at: this.clock.now() })
  }

  private async idsOf(mails: readonly AcceptedMail[]): Promise<Set<string>> {
    const ids = mails.map((mail) => mail.custom_args.message_id).filter((id) => id !== undefined)
    if (ids.length === 0) return new Set()
    const rows = await this.app.ctx.db
      .selectFrom('message')
      .select('id')
      .where('sequence_id', '=', this.sequence_id)
      .where('id', 'in', ids)
      .execute()
    return new Set(rows.map((row) => row.id))
  }

  private get mail() {
    if (this.app.local.mail === null) throw new Error('The demo needs the local SendGrid: unset SENDGRID_API_KEY')
    return this.app.local.mail
  }
}

/** By the person's number, so that every kind of reaction occurs among two hundred. */
function actionsOf(person: number, mail: AcceptedMail): RecipientAction[] {
  const isFirst = mail.headers['In-Reply-To'] === undefined
  const opens: RecipientAction[] =
    person % 3 === 0 ? [{ kind: 'open' }] : person % 5 === 0 ? [{ kind: 'machine_open' }] : []
  if (isFirst) {
    // One of forty: at one of twenty the sequence would be paused by itself.
    if (person % 40 === 7) return [{ kind: 'bounce' }]
    if (person % 20 === 11) return [{ kind: 'scan' }, ...opens]
    if (person % 40 === 13) return [...opens, { kind: 'unsubscribe_one_click' }]
    if (person === 5) return [{ kind: 'out_of_office' }]
    if (person === 25) return [{ kind: 'spam' }]
    if (person % 12 === 1) return [...opens, { kind: 'reply', text: 'Sounds good. Tuesday at ten, your booth?' }]
    return opens
  }
  if (person % 30 === 17) return [...opens, { kind: 'unsubscribe_link' }]
  if (person % 30 === 19) return [{ kind: 'reply', text: 'Please unsubscribe me.' }]
  if (person % 15 === 2) return [{ kind: 'click' }, { kind: 'reply', text: 'Not now, try me after the show.' }]
  return opens
}

function stopOf(action: RecipientAction): Stop['kind'] | undefined {
  switch (action.kind) {
    case 'reply':
      return /unsubscribe/.test(action.text) ? 'unsubscribed' : 'replied'
    case 'unsubscribe_link':
    case 'unsubscribe_one_click':
      return 'unsubscribed'
    case 'bounce':
      return 'bounced'
    case 'spam':
      return 'complained'
    default:
      return undefined
  }
}
