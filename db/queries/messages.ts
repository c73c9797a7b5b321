import { sql } from 'kysely'
import type { Db } from '../schema.ts'
import type { MessageState } from '../tables/message.ts'
import type { SendWindow } from '../tables/sequence.ts'
import type { StepThread } from '../tables/step.ts'
import { may } from './message-transitions.ts'
import { type DayOffNow, windowIsOpen } from './send-windows.ts'
import { conditionNotMet } from './step-conditions.ts'

/** `claim`: ours now. `stop`: nobody may be written to here. `pass`: not this step. `shut` and `capped`: to be moved. */
type ClaimVerdict = 'claim' | 'stop' | 'pass' | 'shut' | 'capped'

/** A due mail with everything that rendering it needs, read in the statement that judged it. */
export interface JudgedMessage {
  id: string
  enrollment_id: string
  sequence_id: string
  person_id: string
  account_id: string | null
  event_id: string
  step_key: string
  version: number
  due_at: Date
  attempts: number
  time_zone: string
  message_id_header: string
  verdict: ClaimVerdict
  stop_reason: string | null
  address: string | null
  domain: string | null
  person_name: string
  given_name: string | null
  family_name: string | null
  title: string | null
  country: string | null
  account_name: string | null
  industry: string | null
  event_name: string
  venue: string | null
  city: string | null
  booth: string | null
  starts_on: string
  ends_on: string
  from_name: string
  from_address: string
  reply_to: string | null
  contact_reason: string
  track_opens: boolean
  track_clicks: boolean
  windows: SendWindow[]
  skip_holidays: boolean
  /** of the recipient, ISO 3166 alpha-2 */
  country_code: string | null
  priority: number
  sequence_time_zone: string
  thread: StepThread
  step_subject: string
  step_body: string
  /** earlier mails of the enrollment that left, oldest first */
  earlier: { message_id_header: string; subject: string }[]
}

/**
 * Claims what is due, at most `limit` rows, and judges each at this instant: sequence, campaign and enrollment active, no
 * reply, address usable, not suppressed, window open, the day's cap free. One statement; rows in another's hands are
 * passed over. Rows that may not leave come back with their verdict and unchanged. What is due is looked up sequence by
 * sequence, so that the backlog of a paused one costs nothing.
 *
 * Run it under `lockClaims`: two claims at once would each count the other's mails as not yet sent.
 */
export async function claimDueMessages(
  db: Db,
  claim: { claim_token: string; now: Date; lease_until: Date; limit: number; days_off: readonly DayOffNow[] },
): Promise<JudgedMessage[]> {
  const now = sql`${claim.now}::timestamptz`
  const { rows } = await sql<JudgedMessage>`
    with ahead as materialized (
      select m.id from sequence s
        left join campaign c on c.id = s.campaign_id
        cross join lateral (
          select m.id, m.due_at from message m
            join enrollment e on e.id = m.enrollment_id and e.status = 'active'
          where m.sequence_id = s.id and ${may('claim')} and m.due_at <= ${now}
          order by m.due_at, m.id
          limit ${claim.limit}
        ) m
      where s.status = 'active' and (c.id is null or c.status not in ('paused', 'ended'))
      order by m.due_at, m.id
      limit ${claim.limit}
    ), due as materialized (
      select m.id from message m
      where m.id in (select id from ahead) and ${may('claim')} and m.due_at <= ${now}
      for no key update of m skip locked
    ), judged as materialized (
      select m.id, m.enrollment_id, m.sequence_id, m.person_id, m.account_id, m.event_id, m.step_key, m.version,
        m.due_at, m.attempts + 1 as attempts, m.time_zone, m.message_id_header,
        a.address, a.domain, p.name as person_name, p.given_name, p.family_name, p.title, p.country,
        account.name as account_name, account.industry,
        ev.name as event_name, ev.venue, ev.city, ev.booth, ev.starts_on, ev.ends_on,
        s.from_name, s.from_address, s.reply_to, s.contact_reason, s.track_opens, s.track_clicks,
        s.windows, s.skip_holidays, m.country as country_code, m.priority, s.time_zone as sequence_time_zone, s.daily_cap,
        step.thread, step.subject as step_subject, step.body as step_body,
        case
          when p.replied_at is not null then 'replied'
          when a.id is null then 'no_address'
          when a.status = 'bounced' then 'bounced'
          when a.status = 'invalid' then 'invalid_address'
          when a.source = 'guessed' and a.status <> 'valid' and a.confidence < s.min_confidence then 'low_confidence'
          when exists (select from suppression x where x.kind = 'address' and x.value = a.address_key)
            or exists (select from suppression x where x.kind = 'domain' and x.value = any(parent_domains(a.domain)))
            or exists (select from suppression x where x.person_id = p.id and x.reason in ('unsubscribed', 'complained'))
            then 'suppressed'
          -- Two people behind one mailbox, whose address became the same after they were enrolled.
          when exists (select from email_address other join message x on x.person_id = other.person_id
            where other.address_key = a.address_key and other.person_id <> p.id and x.sequence_id = m.sequence_id
              and x.step_key = m.step_key and x.state in ('claimed', 'sent', 'unconfirmed') and x.handed_at is not null
              and lower(x.to_address) = a.address_key) then 'same_address'
          when step.kind is distinct from 'email' then 'step_gone'
          when ${conditionNotMet({ condition: 'step.condition', enrollment_id: 'm.enrollment_id', person: 'p', account: 'account' })}
            then 'condition_not_met'
        end as stop_reason,
        ${windowIsOpen(claim.days_off)} as is_open
      from due
        join message m on m.id = due.id
        join sequence s on s.id = m.sequence_id
        join person p on p.id = m.person_id
        join event ev on ev.id = m.event_id
        left join account on account.id = p.account_id
        left join email_address a on a.person_id = p.id and a.is_primary
        left join step on step.sequence_id = m.sequence_id and step.version = m.version and step.step_key = m.step_key
        cross join lateral (
          select coalesce(local_at(${now}, m.time_zone), local_at(${now}, s.time_zone), ${now} at time zone 'UTC') as at
        ) here
    ), used as materialized (
      select s.id as sequence_id, (
          select count(*) from message m where m.sequence_id = s.id
            -- No day has 26 hours: the planner can estimate this bound, and not the next one.
            and m.handed_at >= ${now} - interval '26 hours'
            and m.handed_at >= date_trunc('day', ${now} at time zone here.zone) at time zone here.zone
        ) + (
          select count(*) from message m where m.sequence_id = s.id and m.state = 'claimed' and m.handed_at is null
        ) as mails
      from sequence s
        cross join lateral (
          select case when local_at(${now}, s.time_zone) is null then 'UTC' else s.time_zone end as zone
        ) here
      where s.id in (select sequence_id from judged)
    ), ranked as materialized (
      select judged.*,
        case
          when stop_reason = 'condition_not_met' then 'pass'
          when stop_reason is not null then 'stop'
          when not is_open then 'shut'
          when row_number() over (
            partition by judged.sequence_id, stop_reason is null and is_open order by due_at, id
          ) > daily_cap - used.mails then 'capped'
          else 'claim'
        end as verdict
      from judged join used using (sequence_id)
    ), claimed as (
      update message m set state = 'claimed', reason = null, claim_token = ${claim.claim_token}::uuid,
        claimed_at = ${now}, lease_until = ${claim.lease_until}::timestamptz, attempts = m.attempts + 1
      from ranked where m.id = ranked.id and ranked.verdict = 'claim' and ${may('claim')}
      returning m.id, m.enrollment_id
    ), logged as (
      insert into receipt (enrollment_id, message_id, at, what, detail)
      select enrollment_id, id, ${now}, 'claimed', '{}' from claimed
    )
    select ranked.*, coalesce(thread.earlier, '[]'::json) as earlier
    from ranked left join lateral (
      select json_agg(json_build_object('message_id_header', m.message_id_header, 'subject', m.subject)
        order by m.position, m.rotation) as earlier
      from message m
      where m.enrollment_id = ranked.enrollment_id and m.handed_at is not null and m.subject is not null
        and m.state in ('sent', 'unconfirmed', 'skipped') and m.id <> ranked.id
    ) thread on ranked.verdict = 'claim'
    order by ranked.due_at, ranked.id`.execute(db)
  return rows
}

/** Serialises claims until the transaction ends, so that the caps are counted exactly. */
export async function lockClaims(db: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(77002301)`.execute(db)
}

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
 * held: a pause that committed while a claim was under way could not see that claim. Sequences before enrollments before
 * mails, like everybody.
 *
 * @returns the ids that may leave; the others have been taken out of our hands, or wait for their lease to be swept
 */
export async function handOverMessages(
  db: Db,
  { claim_token, mails, now }: { claim_token: string; mails: readonly SealedMessage[]; now: Date },
): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    with sealed as (
      select * from json_to_recordset(${JSON.stringify(mails)}::json) as t(id uuid, to_address text, to_domain text,
        from_address text, subject text, body_text text, body_html text, in_reply_to text)
    ), running as materialized (
      select s.id from sequence s where s.status = 'active'
        and s.id in (select m.sequence_id from message m where m.id in (select id from sealed))
      order by s.id for share
    ), going as materialized (
      select e.id from enrollment e where e.status = 'active' and e.sequence_id in (select id from running)
        and e.id in (select m.enrollment_id from message m where m.id in (select id from sealed))
      order by e.id for share
    ), handed as (
      update message m set handed_at = ${now}::timestamptz, to_address = sealed.to_address,
        to_domain = sealed.to_domain, from_address = sealed.from_address, subject = sealed.subject,
        body_text = sealed.body_text, body_html = sealed.body_html, in_reply_to = sealed.in_reply_to
      from sealed, going
      where m.id = sealed.id and m.enrollment_id = going.id and m.claim_token = ${claim_token}::uuid and m.lease_until > ${now}::timestamptz
        and ${may('hand_over')}
      returning m.id, m.enrollment_id, m.to_address
    ), logged as (
      insert into receipt (enrollment_id, message_id, at, what, detail)
      select enrollment_id, id, ${now}::timestamptz, 'handed', jsonb_build_object('to', to_address) from handed
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
 * Writes what became of handed-over mails, in one statement, by claim token. A yes of the provider counts even when the
 * lease has run out in the meantime. A mail that would be planned again is cancelled when its enrollment has been stopped.
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
      where m.id = o.id and e.id = m.enrollment_id and (
        (o.state = 'sent' and ${may('accept')})
        or (m.claim_token = ${claim_token}::uuid and (
          (o.state = 'failed' and ${may('refuse')})
          or (o.state = 'planned' and ${may('defer')})
          or (o.state = 'unconfirmed' and ${may('lose')}))))
      returning m.id, m.enrollment_id, m.person_id, m.account_id, m.event_id, m.state, m.reason, m.due_at, m.subject
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

/** Gives claimed mails back whose bytes have not left, to be tried at `due_at`. */
export async function releaseMessages(
  db: Db,
  release: { claim_token: string; ids: readonly string[]; due_at: Date; reason: string; now: Date },
): Promise<void> {
  await sql`
    with released as (
      update message m set state = 'planned', claim_token = null, lease_until = null,
        due_at = ${release.due_at}::timestamptz, reason = ${release.reason}::text
      where m.id in (select jsonb_array_elements_text(${JSON.stringify(release.ids)}::jsonb)::uuid)
        and m.claim_token = ${release.claim_token}::uuid and ${may('release')}
      returning m.id, m.enrollment_id, m.due_at
    )
    insert into receipt (enrollment_id, message_id, at, what, detail)
    select enrollment_id, id, ${release.now}::timestamptz, 'moved',
      jsonb_build_object('reason', ${release.reason}::text, 'due_at', due_at) from released`.execute(db)
}
