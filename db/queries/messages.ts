import { sql } from 'kysely'
import type { Db } from '../schema.ts'
import type { MessageState } from '../tables/message.ts'
import { checked, oneOf } from './by-id.ts'
import { may } from './message-transitions.ts'

/** The mail as it will leave. */
export interface SealedMessage {
  id: string
  to_address: string
  to_domain: string
  from_address: string
  subject: string
  body_text: string
  body_html: string
  in_reply_to: string | null
}

/**
 * The last gate: freezes the mails and notes that their bytes leave now. Sequence and enrollment are asked once more, and
 * held, and the sender with them: a pause that committed while a claim was under way could not see that claim. Sequences
 * before senders before enrollments before mails, like everybody.
 *
 * @returns the ids that may leave; the others have been taken out of our hands, or wait for their lease to be swept
 */
export async function handOverMessages(
  db: Db,
  { claim_token, mails, now }: { claim_token: string; mails: readonly SealedMessage[]; now: Date },
): Promise<Set<string>> {
  // `senders`: asked of the row as it is once it is held: the snapshot may be older than a pause.
  // `logged`: the claim’s own line is written here; a claim that comes to nothing says so when it is given back.
  const { rows } = await sql<{ id: string }>`
    with sealed as (
      select * from json_to_recordset(${JSON.stringify(mails)}::json) as t(id uuid, to_address text, to_domain text,
        from_address text, subject text, body_text text, body_html text, in_reply_to text)
    ), running as materialized (
      select s.id, lower(s.from_address) as sender from sequence s where s.status = 'active'
        and s.id in (select m.sequence_id from message m where m.id in (select id from sealed))
      order by s.id for share
    ), senders as materialized (
      select address, paused_at from sender where address in (select sender from running)
      order by address for share
    ), going as materialized (
      select e.id from enrollment e where e.status = 'active' and e.sequence_id in (
          select id from running where sender not in (select address from senders where paused_at is not null))
        and e.id in (select m.enrollment_id from message m where m.id in (select id from sealed))
      order by e.id for no key update
    ), handed as (
      update message m set handed_at = ${now}::timestamptz, to_address = sealed.to_address,
        to_domain = sealed.to_domain, from_address = sealed.from_address, subject = sealed.subject,
        body_text = sealed.body_text, body_html = sealed.body_html, in_reply_to = sealed.in_reply_to
      from sealed, going
      where m.id = sealed.id and m.enrollment_id = going.id
        and ${checked(sql`m.claim_token = ${claim_token}::uuid and m.lease_until > ${now}::timestamptz and ${may('hand_over')}`)}
      returning m.id, m.enrollment_id, m.to_address, m.claimed_at
    ), logged as (
      insert into receipt (enrollment_id, message_id, at, what, detail)
      select enrollment_id, id, line.at, line.what, line.detail
      from handed cross join lateral (values (handed.claimed_at, 'claimed', '{}'::jsonb),
        (${now}::timestamptz, 'handed', jsonb_build_object('to', handed.to_address))) line(at, what, detail)
    )
    select id from handed`.execute(db)
  return new Set(rows.map((row) => row.id))
}

/** What became of one mail. */
export interface Settlement {
  id: string
  state: Extract<MessageState, 'sent' | 'failed' | 'planned' | 'unconfirmed'>
  reason: string | null
  /** for `planned`: when to try again */
  due_at: Date | null
  provider_message_id: string | null
}

/**
 * Writes what became of handed-over mails, in one statement, by claim token. A yes of the provider counts whoever holds
 * the mail now; a no counts for its own sender even after the lease has run out. A mail that would be planned again is
 * cancelled when its enrollment has been stopped.
 *
 * The caller holds the enrollments' rows (`lockProgress`).
 * @returns what was changed, with the state it has now
 */
export async function settleMessages(
  db: Db,
  { claim_token, settlements, now }: { claim_token: string; settlements: readonly Settlement[]; now: Date },
): Promise<{ id: string; enrollment_id: string; state: MessageState }[]> {
  const at = sql`${now}::timestamptz`
  const { rows } = await sql<{ id: string; enrollment_id: string; state: MessageState }>`
    with outcome as (
      select * from json_to_recordset(${JSON.stringify(settlements)}::json) as t(id uuid, state text, reason text,
        due_at timestamptz, provider_message_id text)
    ), settled as (
      update message m set
        state = case when o.state = 'planned' and e.status in ('stopped', 'finished') then 'cancelled' else o.state end,
        reason = case when o.state = 'planned' and e.status in ('stopped', 'finished')
          then coalesce(e.stop_reason, 'finished') else o.reason end,
        claim_token = null, lease_until = null,
        settled_at = case when o.state = 'planned' and e.status in ('active', 'paused') then null else ${at} end,
        sent_at = case when o.state = 'sent' then ${at} end,
        handed_at = case when o.state = 'planned' then null else m.handed_at end,
        due_at = coalesce(o.due_at, m.due_at),
        provider_message_id = coalesce(nullif(o.provider_message_id, ''), m.provider_message_id)
      from outcome o, enrollment e
      where m.id = o.id and e.id = m.enrollment_id and case o.state
        when 'sent' then ${may('accept')}
        when 'failed' then m.claim_token = ${claim_token}::uuid and ${may('refuse')}
        when 'planned' then m.claim_token = ${claim_token}::uuid and ${may('defer')}
        when 'unconfirmed' then m.claim_token = ${claim_token}::uuid and ${may('lose')}
      end
      returning m.id, m.enrollment_id, m.person_id, e.account_id, m.event_id, m.state, m.reason, m.due_at, m.subject
    ), logged as (
      insert into receipt (enrollment_id, message_id, at, what, detail)
      select enrollment_id, id, ${at}, case state when 'sent' then 'accepted' when 'failed' then 'refused'
          when 'planned' then 'deferred' else state end,
        jsonb_strip_nulls(jsonb_build_object('reason', reason, 'due_at', case when state = 'planned' then due_at end))
      from settled
    ), told as (
      insert into activity (id, event_id, account_id, person_id, actor_id, kind, summary, detail, at)
      select gen_random_uuid(), event_id, account_id, person_id, null, 'message_sent', 'Mail sent: ' || subject,
        jsonb_build_object('message_id', id), ${at}
      from settled where state = 'sent'
    )
    select id, enrollment_id, state from settled`.execute(db)
  return rows
}

/** Gives claimed mails back whose bytes have not left; they stay due. */
export async function releaseMessages(
  db: Db,
  release: { claim_token: string; ids: readonly string[]; reason: string; now: Date },
): Promise<void> {
  if (release.ids.length === 0) return
  await sql`
    with held as materialized (
      select m.id, e.id as enrollment_id from message m join enrollment e on e.id = m.enrollment_id
      where m.id = ${oneOf(release.ids)}
      order by e.id for no key update of e
    ), released as (
      update message m set state = 'planned', claim_token = null, lease_until = null, reason = ${release.reason}::text
      from held where m.id = held.id and m.claim_token = ${release.claim_token}::uuid and ${may('release')}
      returning m.id, m.enrollment_id
    )
    insert into receipt (enrollment_id, message_id, at, what, detail)
    select enrollment_id, id, ${release.now}::timestamptz, 'released', jsonb_build_object('reason', ${release.reason}::text)
    from released`.execute(db)
}

/**
 * Keeps the mails of a claim in the hands of a process that lives. It holds no enrollment, so it must not wait for a mail:
 * the same process may be handing these over in another order. What is held just now is renewed at the next turn.
 */
export async function renewLeases(
  db: Db,
  { claim_token, lease_until }: { claim_token: string; lease_until: Date },
): Promise<void> {
  await sql`
    with free as (
      select id from message where state = 'claimed' and claim_token = ${claim_token}::uuid
      for no key update skip locked
    )
    update message m set lease_until = ${lease_until}::timestamptz from free where m.id = free.id`.execute(db)
}
