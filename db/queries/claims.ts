import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../schema.ts'
import type { ColleagueReply, SendWindow } from '../tables/sequence.ts'
import type { StepThread } from '../tables/step.ts'
import { checked, oneOf } from './by-id.ts'
import { may } from './message-transitions.ts'
import { isResuming } from './resumptions.ts'
import { type DayOffNow, windowIsOpen } from './send-windows.ts'
import { stopReason } from './stop-rules.ts'

/**
 * `ready`: may leave when the caps have room. `stop`: nobody may be written to here. `pass`: not this step. `shut`: outside
 * the window.
 */
export type Verdict = 'ready' | 'stop' | 'pass' | 'shut'

/** A due mail with everything that rendering it needs, read in the statement that judged it. */
export interface JudgedMessage {
  id: string
  enrollment_id: string
  sequence_id: string
  person_id: string
  event_id: string
  step_key: string
  version: number
  due_at: Date
  priority: number
  is_first: boolean
  account_key: string
  /** lower case */
  sender: string
  sequence_daily_cap: number
  attempts: number
  time_zone: string
  message_id_header: string
  verdict: Verdict
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
  colleague_reply: ColleagueReply
  track_opens: boolean
  track_clicks: boolean
  untracked_countries: string[]
  windows: SendWindow[]
  skip_holidays: boolean
  /** of the recipient, ISO 3166 alpha-2 */
  country_code: string | null
  account_country: string | null
  sequence_time_zone: string
  thread: StepThread
  step_subject: string
  step_body: string
}

/** For an answer in the thread, the earlier mails of the enrollment that left, oldest first: what it refers to. */
export type EarlierMails = { message_id_header: string; subject: string }[]

/**
 * Until the transaction ends: compiling or planning the statements of a claim for each batch takes longer than running
 * them. A plan that is kept must be right for any size the tables may grow to, so the joins are made in the order in which
 * they are written, row by row by index.
 */
const keptPlans = sql.raw(
  Object.entries({
    jit: 'off',
    plan_cache_mode: 'force_generic_plan',
    join_collapse_limit: '1',
    enable_hashjoin: 'off',
    enable_mergejoin: 'off',
    enable_seqscan: 'off',
  })
    .map(([name, value]) => `set_config('${name}', '${value}', true)`)
    .join(', '),
)

/**
 * Serialises claims until the transaction ends, so that the caps are counted exactly.
 *
 * @returns the number of this claim: when it follows the number one had before, nobody else has claimed in between
 */
export async function lockClaims(db: Db): Promise<number> {
  const { rows } = await sql<{ number: number }>`
    with locked as materialized (select pg_advisory_xact_lock(77002301), ${keptPlans})
    select nextval('claim_number') as number from locked`.execute(db)
  return Number(rows[0]?.number)
}

/** Sequences whose mail may leave: active, in a running campaign, of a sender who is not paused, and nothing is held. */
export const openSequences = (now: Date) => sql`
  sequence s
    left join campaign c on c.id = s.campaign_id
    left join sender on sender.address = lower(s.from_address)
  where s.status = 'active' and (c.id is null or c.status not in ('paused', 'ended')) and sender.paused_at is null
    and not ${isResuming}
    and not exists (select from hold where hold.key = 'provider' and hold.until_at > ${now}::timestamptz)`

/** An answer whose thread never began, since every mail before it was passed over, begins it under their subject. */
const ownSubject = sql`case when step.subject <> '' then step.subject else coalesce((
  select other.subject from step other
  where other.sequence_id = step.sequence_id and other.version = step.version and other.kind = 'email'
    and other.position < step.position and other.subject <> ''
  order by other.position desc limit 1), '') end`

const judgedBy = sql`
  join sequence s on s.id = m.sequence_id
  join person p on p.id = m.person_id
  left join account on account.id = p.account_id
  left join email_address a on a.person_id = p.id and a.is_primary
  left join step on step.sequence_id = m.sequence_id and step.version = m.version and step.step_key = m.step_key`

/** So many of each sequence are looked at before it is known which of them need to be looked at deeper. */
const HEADS = 8

/** What of a sequence is due, in its order. */
const dueOf = (sequence_id: RawBuilder<unknown>, at: RawBuilder<unknown>, limit: number) => sql`
  select m.id, m.due_at, m.priority from message m
    join enrollment e on e.id = m.enrollment_id and e.status = 'active'
  where m.sequence_id = ${sequence_id} and m.state = 'planned' and not m.is_waiting and m.due_at <= ${at}
  order by m.due_at, m.priority desc, m.id
  limit ${sql.lit(limit)}`

/**
 * Judges what is due, at most `limit` rows, and holds each with its enrollment until the transaction ends: sequence,
 * campaign, sender and enrollment active, no reply, address usable, not suppressed, window open. Rows in another's hands
 * are passed over. Senders take turns, so that the thousands of one do not keep the ten of another waiting; what is due is
 * looked up sequence by sequence, so that the backlog of a paused one costs nothing. Run it under `lockClaims`.
 */
export async function judgeDueMessages(
  db: Db,
  { now, limit, days_off }: { now: Date; limit: number; days_off: readonly DayOffNow[] },
): Promise<JudgedMessage[]> {
  const at = sql`${now}::timestamptz`
  // `deep`: a mail behind the first few of its sequence is among those whose turn it is only if all of these are, so few
  // sequences have to be read to their `limit`, however many there are.
  // `clocks`: once for each zone, a conversion takes longer than all else that is asked about a mail.
  const { rows } = await sql<JudgedMessage>`
    with heads as materialized (
      select m.*, row_number() over (partition by sender order by due_at, priority desc, id) as turn from (
        select open.id as sequence_id, open.sender, m.*
        from (select s.id, lower(s.from_address) as sender from ${openSequences(now)}) open
          cross join lateral (
            select m.*, row_number() over (order by due_at, priority desc, id) as place
            from (${dueOf(sql`open.id`, at, HEADS)}) m
          ) m
      ) m
    ), deep as materialized (
      select sequence_id, sender from heads
      where place = ${sql.lit(HEADS)}
        and turn <= coalesce((select turn from heads order by turn offset ${sql.lit(limit - 1)} limit 1), ${sql.lit(limit)})
    ), ahead as materialized (
      select id from (
        select m.*, row_number() over (partition by sender order by due_at, priority desc, id) as turn from (
          select sender, id, due_at, priority from heads
          union
          select deep.sender, m.* from deep cross join lateral (${dueOf(sql`deep.sequence_id`, at, limit)}) m
        ) m
      ) m
      order by turn, due_at, priority desc, id limit ${sql.lit(limit)}
    ), due as materialized (
      select m.id from ahead join message m on m.id = ahead.id
        join enrollment e on e.id = m.enrollment_id and e.status = 'active'
      where ${may('claim')} and m.due_at <= ${at}
      for no key update of e, m skip locked
    ), clocks as materialized (
      select zone, local_at(${at}, zone) as at from (
        select m.time_zone as zone from due join message m on m.id = due.id
        union
        select s.time_zone from due join message m on m.id = due.id join sequence s on s.id = m.sequence_id
      ) zones
    ), judged as (
      select m.id, m.enrollment_id, m.sequence_id, m.person_id, m.event_id, m.step_key, m.version,
        m.due_at, m.priority, m.is_first, m.account_key, lower(s.from_address) as sender,
        s.daily_cap as sequence_daily_cap, m.attempts + 1 as attempts, m.time_zone, m.message_id_header,
        a.address, a.domain, p.name as person_name, p.given_name, p.family_name, p.title, p.country,
        account.name as account_name, account.country as account_country, account.industry,
        ev.name as event_name, ev.venue, ev.city, ev.booth, ev.starts_on, ev.ends_on,
        s.from_name, s.from_address, s.reply_to, s.contact_reason, s.colleague_reply, s.track_opens, s.track_clicks,
        s.untracked_countries,
        s.windows, s.skip_holidays, m.country as country_code, s.time_zone as sequence_time_zone,
        step.thread, ${ownSubject} as step_subject, step.body as step_body, ${stopReason} as stop_reason,
        ${windowIsOpen(days_off)} as is_open
      from due
        join message m on m.id = due.id
        join enrollment e on e.id = m.enrollment_id ${judgedBy}
        join event ev on ev.id = m.event_id
        left join clocks theirs on theirs.zone = m.time_zone
        left join clocks ours on ours.zone = s.time_zone
        cross join lateral (select coalesce(theirs.at, ours.at, ${at} at time zone 'UTC') as at) here
    )
    select judged.*,
      case when stop_reason = 'condition_not_met' then 'pass' when stop_reason is not null then 'stop'
        when not is_open then 'shut' else 'ready' end as verdict
    from judged order by due_at, priority desc, id`.execute(db)
  return rows
}

/**
 * Claims the mails that may leave, asking every stop rule once more at this instant; a mail that has become stopped since
 * it was judged stays planned, and is judged again. @returns what is ours now
 */
export async function claimMessages(
  db: Db,
  claim: { claim_token: string; ids: readonly string[]; now: Date; lease_until: Date },
): Promise<Map<string, EarlierMails>> {
  if (claim.ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string; earlier: EarlierMails }>`
    with wanted as materialized (
      select m.* from message m where m.id = ${oneOf(claim.ids)}
    ), open as materialized (
      select m.id, step.thread, s.from_address, a.domain
      from wanted m join enrollment e on e.id = m.enrollment_id and e.status = 'active' ${judgedBy}
        left join campaign c on c.id = s.campaign_id
        left join sender on sender.address = lower(s.from_address)
      where s.status = 'active' and (c.id is null or c.status not in ('paused', 'ended')) and sender.paused_at is null
        and not ${isResuming} and (${stopReason}) is null
    ), claimed as (
      update message m set state = 'claimed', reason = null, claim_token = ${claim.claim_token}::uuid,
        claimed_at = ${claim.now}::timestamptz, lease_until = ${claim.lease_until}::timestamptz,
        attempts = m.attempts + 1, from_address = open.from_address, to_domain = open.domain
      from open where m.id = open.id and ${checked(may('claim'))}
      returning m.id, m.enrollment_id, open.thread
    )
    select claimed.id, coalesce(thread.earlier, '[]'::json) as earlier
    from claimed cross join lateral (
      select json_agg(json_build_object('message_id_header', m.message_id_header, 'subject', m.subject)
        order by m.handed_at, m.position, m.rotation) as earlier
      from (select * from message
        where claimed.thread = 'reply' and message.enrollment_id = claimed.enrollment_id offset 0) m
      where m.handed_at is not null and m.subject is not null
        and m.state in ('sent', 'unconfirmed', 'skipped') and m.id <> claimed.id
    ) thread`.execute(db)
  return new Map(rows.map(({ id, earlier }) => [id, earlier]))
}
