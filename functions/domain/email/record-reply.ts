import { createHash } from 'node:crypto'
import {
  listRunningEnrollmentIdsOfPerson,
  lockProgress,
  setEnrollmentsPaused,
  setResumption,
} from '../../../db/queries/enrollments.ts'
import {
  type AnsweredMessage,
  findAnsweredMessage,
  insertReply,
  recordReplyFacts,
} from '../../../db/queries/replies.ts'
import { listColleagueEnrollments } from '../../../db/queries/stop-rules.ts'
import type { ReplyClass } from '../../../db/tables/reply.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { assertNever } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { namedUuid } from '../../uuid.ts'
import { tellColleagues } from '../sequences/colleague-replied.ts'
import { stopAll } from '../sequences/stop-enrollment.ts'
import { classifyReply, ownText } from './classify-reply.ts'
import { recordReturnedMail } from './record-email-events.ts'
import { oneLine } from './render.ts'
import { readReplyAddress } from './reply-address.ts'
import { type ResumeMoment, resumeMoment } from './resume-moment.ts'
import { sanitiseHtml } from './sanitise-html.ts'
import { suppressAll } from './suppress.ts'

/** A mail as it came in. */
export interface InboundMail {
  from_address: string
  /** every address it was sent to, header and envelope */
  to_addresses: readonly string[]
  subject: string
  text: string
  /** as it came; null without */
  html: string | null
  /** of a returned mail what is attached: the delivery report and the headers of ours; else empty */
  returned: string
  /** lower-case names; the last of each name */
  headers: ReadonlyMap<string, string>
}

export interface RecordedReply {
  outcome: 'recorded' | 'repeated' | 'unmatched'
  class: ReplyClass
}

/** What a person writes is far shorter; a stranger's 25 MB are not searched, only cut off. */
const MOST_TEXT = 200_000
const MOST_LINE = 10_000
const MOST_ADDRESSES = 100

/** Keeps a mail that came back and does what it asks for: a human reply stops the sequence before its next mail. */
export async function recordReply(ctx: Ctx, given: InboundMail): Promise<RecordedReply> {
  const mail = cleanMail(given)
  const kind = classifyReply(mail)
  return transact(ctx, async (tx) => {
    const now = tx.clock.now()
    const message = await findAnsweredMessage(tx.db, {
      message_id_headers: kind === 'bounce' ? [...returnedIdsOf(mail), ...referencesOf(mail)] : referencesOf(mail),
      message_id: mail.to_addresses.map(readReplyAddress).find((id) => id !== undefined),
      from_address: mail.from_address,
    })
    const content_key = contentKey(mail)
    const back = kind === 'out_of_office' && message !== undefined ? resumption(mail, message, now) : undefined
    const reply = {
      id: namedUuid(`reply ${content_key}`),
      content_key,
      message_id: message?.id ?? null,
      enrollment_id: message?.enrollment_id ?? null,
      person_id: message?.person_id ?? null,
      event_id: message?.event_id ?? null,
      from_address: mail.from_address.slice(0, 320).toWellFormed(),
      to_address: mail.to_addresses[0]?.slice(0, 320).toWellFormed() ?? null,
      subject: oneLine(mail.subject).slice(0, 500),
      text: mail.text,
      html: mail.html === null ? null : sanitiseHtml(mail.html),
      resume_on: back?.resume_on ?? null,
      class: kind,
      received_at: now,
      read_at: null,
    }
    if (!(await insertReply(tx.db, reply))) return { outcome: 'repeated', class: kind }
    if (message === undefined) {
      // From an address we never wrote to, answering nothing we know: what it asks for can be done all the same.
      if (kind === 'unsubscribe') await suppressAll(tx, [{ ...optOut, value: reply.from_address.toLowerCase() }])
      return { outcome: 'unmatched', class: kind }
    }
    await obey(tx, message, { mail, kind, back })
    await recordReplyFacts(tx.db, { message, reply, now })
    return { outcome: 'recorded', class: kind }
  })
}

const optOut = { kind: 'address', reason: 'unsubscribed', source: 'reply', person_id: null } as const

interface Answer {
  mail: InboundMail
  kind: ReplyClass
  back: ResumeMoment | undefined
}

async function obey(tx: TxCtx, message: AnsweredMessage, { mail, kind, back }: Answer): Promise<void> {
  const { enrollment_id, person_id } = message
  switch (kind) {
    case 'human': {
      // Whoever answers an old mail does not want the next sequence either.
      const own = await listRunningEnrollmentIdsOfPerson(tx.db, person_id)
      // All at once and in one order: two colleagues who answer in the same second must not wait for each other.
      const colleagues = await listColleagueEnrollments(tx.db, {
        account_key: message.account_key,
        except_person_id: person_id,
      })
      await lockProgress(tx.db, [...own, enrollment_id, ...colleagues.map(({ id }) => id)])
      await stopAll(
        tx,
        own.map((id) => ({ enrollment_id: id, reason: 'replied', by: 'reply' })),
      )
      await tellColleagues(tx, { account_key: message.account_key, person_id, name: message.person_name })
      return
    }
    case 'unsubscribe': {
      // Whoever answers from another address than the one we wrote to means both.
      const values = new Set([message.to_address.toLowerCase(), mail.from_address.toLowerCase()])
      await suppressAll(
        tx,
        [...values].map((value) => ({ ...optOut, value, person_id: message.person_id })),
      )
      await stopAll(tx, [{ enrollment_id, reason: 'unsubscribed', by: 'reply' }])
      return
    }
    case 'out_of_office':
      await pauseUntilBack(tx, person_id, back)
      return
    case 'bounce':
      // RFC 3463: class 5 is permanent. 5.61.2.3 is the address of a server.
      if (/(?<![\d.])5\.\d{1,3}\.\d{1,3}(?!\.?\d)/.test(`${mail.text}\n${mail.returned}`))
        await recordReturnedMail(tx, { message_id: message.id, key: contentKey(mail), email: message.to_address })
      return
    case 'auto_reply':
      return
    default:
      assertNever(kind)
  }
}

function resumption(mail: InboundMail, { time_zone }: AnsweredMessage, now: Date): ResumeMoment | undefined {
  return resumeMoment(`${mail.subject}\n\n${ownText(mail.text)}`, time_zone, now)
}

/** Without a date until a person lets them go on, and the reason says so. A later answer with another date counts. */
async function pauseUntilBack(tx: TxCtx, person_id: string, back: ResumeMoment | undefined): Promise<void> {
  const ids = await listRunningEnrollmentIdsOfPerson(tx.db, person_id)
  const reason = back === undefined ? 'out_of_office_without_date' : 'out_of_office'
  const change = { ids, reason, resume_at: back?.resume_at ?? null, now: tx.clock.now() }
  await setEnrollmentsPaused(tx.db, { ...change, paused: true })
  if (back !== undefined) await setResumption(tx.db, { ...change, reason_like: 'out_of_office%' })
}

/** Message-IDs without brackets: In-Reply-To first, then References from the newest. */
function referencesOf({ headers }: InboundMail): string[] {
  const ids = (name: string) =>
    [...(headers.get(name) ?? '').matchAll(/<([^<>\s]{1,300})>/g)].map((match) => match[1] ?? '')
  return [...ids('in-reply-to'), ...ids('references').reverse()].slice(0, 50)
}

/** Of our own mail, as a returned mail quotes its headers. */
function returnedIdsOf(mail: InboundMail): string[] {
  const quoted = `${mail.returned}\n${mail.text}`
  return [...quoted.matchAll(/^[> \t]*message-id:\s*<([^<>\s]{1,300})>/gim)].map((match) => match[1] ?? '').slice(0, 20)
}

function contentKey(mail: InboundMail): string {
  const id = /<([^<>\s]+)>/.exec(mail.headers.get('message-id') ?? '')?.[1]
  const content = id ?? JSON.stringify([mail.from_address, mail.subject, mail.text, mail.headers.get('date') ?? ''])
  return createHash('sha256').update(content).digest('hex')
}

/** What a stranger sends goes into statements in more places than one. */
function cleanMail({ headers, ...mail }: InboundMail): InboundMail {
  return {
    from_address: clean(mail.from_address),
    to_addresses: mail.to_addresses.slice(0, MOST_ADDRESSES).map(clean),
    subject: clean(mail.subject.slice(0, MOST_LINE)),
    text: clean(mail.text.slice(0, MOST_TEXT)),
    html: mail.html === null ? null : clean(mail.html),
    returned: clean(mail.returned),
    headers: new Map([...headers].map(([name, value]) => [name, clean(value.slice(0, MOST_LINE))])),
  }
}

/** PostgreSQL refuses NUL in text, and halves of characters in JSON. */
const clean = (text: string) => text.replaceAll('\0', '').toWellFormed()
