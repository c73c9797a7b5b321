import type { Db } from '../../db/schema.ts'
import type { MessageState } from '../../db/tables/message.ts'
import type { ImportCounts } from '../domain/imports/apply-import.ts'
import type { Recipients, Stop } from './demo-recipients.ts'

export async function readImportCounts(
  db: Db,
  event_id: string,
): Promise<Record<'companies' | 'people', ImportCounts>> {
  const counts = {
    companies: { read: 0, new: 0, updated: 0, duplicate: 0, rejected: 0 },
    people: { read: 0, new: 0, updated: 0, duplicate: 0, rejected: 0 },
  }
  for (const run of await db.selectFrom('import').selectAll().where('event_id', '=', event_id).execute()) {
    if (run.status !== 'completed')
      throw new Error(`The import of ${run.file_name} is ${run.status}: ${run.error ?? 'no reason'}`)
    const sum = counts[run.kind]
    sum.read += run.total_rows
    sum.new += run.new_count
    sum.updated += run.updated_count
    sum.duplicate += run.duplicate_count
    sum.rejected += run.rejected_count
  }
  return counts
}

/** What the app did on the way: accounts scored, candidates worked out. */
export async function readStory(db: Db, event_id: string): Promise<{ scored: number; candidates: number }> {
  const { scored } = await db
    .selectFrom('account')
    .select((of) => of.fn.count<number>('icp_score').as('scored'))
    .where('event_id', '=', event_id)
    .executeTakeFirstOrThrow()
  const { candidates } = await db
    .selectFrom('email_address')
    .innerJoin('person', 'person.id', 'email_address.person_id')
    .select((of) => of.fn.countAll<number>().as('candidates'))
    .where('person.event_id', '=', event_id)
    .where('email_address.source', '=', 'guessed')
    .executeTakeFirstOrThrow()
  return { scored, candidates }
}

export interface Ledger {
  messages: Record<MessageState, number>
  /** webhooks that the app answered with 2xx */
  events: number
  replied: number
  unsubscribed: number
  bounced: number
  /** mails accepted by SendGrid after the recipient had stopped us */
  mailedAfterStop: number
  /** mails of one step to one person beyond the first */
  duplicates: number
  /** mails that are missing: said to be sent and not at SendGrid, or due to somebody who never stopped us and never sent */
  lost: number
}

const STEPS = 3

/**
 * Counted from the record of the SendGrid server and from what the recipients did, not from our tables; those are only
 * asked what they claim, to find where the two differ.
 */
export async function readLedger(db: Db, sequence_id: string, recipients: Recipients): Promise<Ledger> {
  const rows = await db
    .selectFrom('message')
    .select(['id', 'enrollment_id', 'step_key', 'state'])
    .where('sequence_id', '=', sequence_id)
    .execute()
  const messages: Ledger['messages'] = {
    planned: 0,
    claimed: 0,
    sent: 0,
    skipped: 0,
    failed: 0,
    unconfirmed: 0,
    cancelled: 0,
  }
  for (const row of rows) messages[row.state]++

  const stepOf = new Map(rows.map((row) => [row.id, `${row.enrollment_id} ${row.step_key}`]))
  const mails = new Set<string>()
  const steps = new Map<string, Set<string>>()
  let duplicates = 0
  for (const mail of recipients.mails) {
    const id = mail.custom_args.message_id ?? ''
    const known = steps.get(mail.to.address) ?? new Set()
    const step = stepOf.get(id) ?? id
    if (known.has(step)) duplicates++
    mails.add(id)
    steps.set(mail.to.address, known.add(step))
  }
  const stopped = [...recipients.stops.values()]
  const claimed = rows.filter((row) => row.state === 'sent' && !mails.has(row.id))
  const enrolled = await db
    .selectFrom('enrollment')
    .innerJoin('email_address', 'email_address.person_id', 'enrollment.person_id')
    .select('email_address.address')
    .where('enrollment.sequence_id', '=', sequence_id)
    .where('email_address.is_primary', '=', true)
    .execute()
  const short = enrolled.filter(
    ({ address }) => !recipients.stops.has(address) && (steps.get(address)?.size ?? 0) < STEPS,
  )
  const count = (kind: Stop['kind']) => stopped.filter((stop) => stop.kind === kind).length
  return {
    messages,
    events: recipients.events,
    replied: count('replied'),
    unsubscribed: count('unsubscribed'),
    bounced: count('bounced'),
    mailedAfterStop: recipients.mails.filter((mail) => {
      const stop = recipients.stops.get(mail.to.address)
      return stop !== undefined && mail.accepted_at > stop.at
    }).length,
    duplicates,
    lost: claimed.length + short.length,
  }
}
