import { sql } from 'kysely'
import type { Db, Row } from '../schema.ts'
import type { EnrollmentStatus } from '../tables/enrollment.ts'
import type { SendWindow } from '../tables/sequence.ts'
import { oneOf } from './by-id.ts'
import type { NewMessage } from './message-plans.ts'
import { may } from './message-transitions.ts'

/** A person as the preflight looks at them, with everything that stands against writing. */
export interface EnrollCandidate {
  id: string
  name: string
  given_name: string | null
  family_name: string | null
  title: string | null
  country: string | null
  time_zone: string | null
  event_id: string
  account_id: string | null
  account_name: string | null
  account_domain: string | null
  account_country: string | null
  account_region: string | null
  account_status: string | null
  list_tier: number | null
  category: string | null
  parent_id: string | null
  parent_domain: string | null
  /** the account's effective score; 0 without one */
  score: number
  industry: string | null
  replied_at: Date | null
  booth_visited_at: Date | null
  meeting_booked_at: Date | null
  address: string | null
  address_status: string | null
  address_source: string | null
  confidence: number | null
  address_key: string | null
  address_domain: string | null
  suppressed_address: string | null
  suppressed_domain: string | null
  /** said so themselves, at whichever address */
  opted_out: boolean
  /** name of a sequence in which somebody else is, or was, written to at this address */
  address_in: string | null
  in_this_sequence: boolean
  /** name of the sequence the person is in now */
  active_in: string | null
}

/** In order of name. Unknown ids are left out. One statement whatever the number. */
export async function listEnrollCandidates(
  db: Db,
  { sequence_id, person_ids }: { sequence_id: string; person_ids: readonly string[] },
): Promise<EnrollCandidate[]> {
  const { rows } = await sql<EnrollCandidate>`
    select p.id, p.name, p.given_name, p.family_name, p.title, p.country, p.time_zone, p.event_id, p.account_id,
      account.name as account_name, account.industry, account.domain as account_domain,
      account.country as account_country, account.region as account_region, account.parent_id,
      account.status as account_status, account.list_tier, p.category,
      parent.domain as parent_domain, coalesce(account.effective_score, 0) as score, p.replied_at, p.booth_visited_at,
      a.address, a.status as address_status, a.source as address_source, a.confidence,
      a.address_key, a.domain as address_domain, p.meeting_booked_at,
      (select x.reason from suppression x where (x.event_id is null or x.event_id = p.event_id)
          and ((x.kind = 'address' and x.value = a.address_key)
            or (x.kind = 'address_hash' and x.value = address_hash(a.address_key)))
        order by x.event_id nulls first limit 1) as suppressed_address,
      (select x.reason from suppression x where (x.event_id is null or x.event_id = p.event_id)
          and x.kind = 'domain' and x.value = any(parent_domains(a.domain)) limit 1) as suppressed_domain,
      exists (select from suppression x where x.person_id = p.id and x.reason in ('unsubscribed', 'complained'))
        as opted_out,
      (select s.name from email_address other
        join enrollment e on e.person_id = other.person_id
          and (e.status in ('active', 'paused') or e.sequence_id = ${sequence_id}::uuid)
        join sequence s on s.id = e.sequence_id
        where other.address_key = a.address_key and other.is_primary and other.person_id <> p.id limit 1)
        as address_in,
      here.id is not null as in_this_sequence, active.name as active_in
    from person p
      left join account on account.id = p.account_id
      left join account parent on parent.id = account.parent_id
      left join email_address a on a.person_id = p.id and a.is_primary
      left join enrollment here on here.sequence_id = ${sequence_id}::uuid and here.person_id = p.id
      left join enrollment busy on busy.person_id = p.id and busy.status in ('active', 'paused')
      left join sequence active on active.id = busy.sequence_id
    where p.id in (select jsonb_array_elements_text(${JSON.stringify(person_ids)}::jsonb)::uuid)
    order by lower(p.name), p.id`.execute(db)
  return rows
}

export async function listPersonIdsOfAccounts(db: Db, account_ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from person
    where account_id in (select jsonb_array_elements_text(${JSON.stringify(account_ids)}::jsonb)::uuid)
    order by lower(name), id`.execute(db)
  return rows.map((row) => row.id)
}

export interface NewEnrollment {
  id: string
  person_id: string
  account_id: string | null
  account_key: string
  /** null when the first step is not a mail */
  message: NewMessage | null
}

/**
 * Enrols people with their first mail and its receipt, all or nothing for each person. Whoever is in this sequence, or
 * in another one at this moment, is passed over by the constraints.
 *
 * @returns the person ids that were enrolled
 */
export async function insertEnrollments(
  db: Db,
  to: { sequence_id: string; event_id: string; version: number; enrolled_by: string | null; sequence_name: string },
  enrollments: readonly NewEnrollment[],
  now: Date,
): Promise<Set<string>> {
  if (enrollments.length === 0) return new Set()
  const at = sql`${now}::timestamptz`
  const flat = enrollments.map(({ message, ...enrollment }) => ({
    ...enrollment,
    message_id: message?.id,
    step_key: message?.step_key,
    position: message?.position,
    due_at: message?.due_at,
    ready_at: message?.ready_at,
    priority: message?.priority,
    country: message?.country,
    is_first: message?.is_first,
    time_zone: message?.time_zone,
    message_id_header: message?.message_id_header,
    rule: message?.rule,
  }))
  const { rows } = await sql<{ person_id: string }>`
    with given as (
      select * from json_to_recordset(${JSON.stringify(flat)}::json) as t(id uuid, person_id uuid, account_id uuid,
        account_key text, message_id uuid, step_key uuid, position integer, due_at timestamptz, ready_at timestamptz,
        priority integer, country text, is_first boolean, time_zone text, message_id_header text, rule text)
    ), enrolled as (
      insert into enrollment (id, sequence_id, person_id, account_id, account_key, version, enrolled_by, enrolled_at,
        colleagues_seen_at, updated_at)
      select id, ${to.sequence_id}::uuid, person_id, account_id, account_key, ${to.version}::integer, ${to.enrolled_by}::uuid,
        ${at}, ${at}, ${at} from given
      on conflict do nothing
      returning id, person_id, account_id
    ), planned as (
      insert into message (id, enrollment_id, step_key, rotation, sequence_id, person_id, event_id, position,
        version, due_at, ready_at, priority, country, account_key, is_first, time_zone, message_id_header, created_at)
      select g.message_id, g.id, g.step_key, 0, ${to.sequence_id}::uuid, g.person_id, ${to.event_id}::uuid,
        g.position, ${to.version}::integer, g.due_at, g.ready_at, g.priority, g.country, g.account_key, g.is_first,
        g.time_zone, g.message_id_header, ${at}
      from given g join enrolled e on e.id = g.id where g.message_id is not null
    ), logged as (
      insert into receipt (enrollment_id, message_id, at, what, detail)
      select e.id, g.message_id, ${at}, 'enrolled', '{}'::jsonb from enrolled e join given g on g.id = e.id
      union all
      select e.id, g.message_id, ${at}, 'planned', jsonb_build_object('due_at', g.due_at, 'rule', g.rule,
        'time_zone', g.time_zone, 'position', g.position)
      from enrolled e join given g on g.id = e.id where g.message_id is not null
    ), told as (
      insert into activity (id, event_id, account_id, person_id, actor_id, kind, summary, detail, at)
      select gen_random_uuid(), ${to.event_id}::uuid, account_id, person_id, ${to.enrolled_by}::uuid, 'enrolled',
        'Enrolled in ' || ${to.sequence_name}::text,
        jsonb_build_object('sequence_id', ${to.sequence_id}::text, 'enrollment_id', id), ${at} from enrolled
    )
    select person_id from enrolled`.execute(db)
  return new Set(rows.map((row) => row.person_id))
}

/** What planning the next step of an enrollment needs. */
export interface Progress {
  id: string
  status: EnrollmentStatus
  sequence_id: string
  version: number
  /** the version in which they came to the step they stand at */
  from_version: number
  /** the versions a rep has sent them on to since, oldest first: they go on in the last of them */
  sent_on_to: number[]
  /** the step they stand at that has no moment yet */
  waiting_step_key: string | null
  person_id: string
  account_id: string | null
  account_key: string
  person_name: string
  time_zone: string | null
  country: string | null
  account_country: string | null
  account_region: string | null
  /** the account's effective score; 0 without one */
  score: number
  event_id: string
  owner_id: string
  from_address: string
  booth_visited_at: Date | null
  windows: SendWindow[]
  skip_holidays: boolean
  sequence_time_zone: string
  /** the show's days and hours, on the venue's clock */
  starts_on: string
  ends_on: string
  doors_open_minute: number
  doors_close_minute: number
  venue_time_zone: string
  venue_country: string | null
}

/**
 * Reads enrollments and holds their rows until the transaction ends. Always taken before the rows of their messages, by
 * everybody and in the order of ids, so that a stop and a settlement wait for each other and never lock each other out.
 * `no key`: a claim that writes receipts for one of them must not wait here, for it may hold the mail that a stop wants.
 */
export async function lockProgress(db: Db, enrollment_ids: readonly string[]): Promise<Progress[]> {
  if (enrollment_ids.length === 0) return []
  const { rows } = await sql<Progress>`
    select e.id, e.status, e.sequence_id, e.version,
      coalesce(e.from_version, e.version) as from_version,
      array(select v.version from sequence_version v where v.sequence_id = e.sequence_id
        and v.version > coalesce(e.from_version, e.version) and v.choice <> 'new_people_only'
        order by v.version) as sent_on_to, e.waiting_step_key, e.person_id, e.account_id, e.account_key, p.name as person_name,
      p.time_zone, p.country, account.country as account_country, account.region as account_region,
      coalesce(account.effective_score, 0) as score, s.event_id, s.owner_id, s.from_address,
      p.booth_visited_at, s.windows, s.skip_holidays, s.time_zone as sequence_time_zone, ev.starts_on, ev.ends_on,
      ev.doors_open_minute, ev.doors_close_minute, ev.time_zone as venue_time_zone, ev.country as venue_country
    from enrollment e join person p on p.id = e.person_id join sequence s on s.id = e.sequence_id
      join event ev on ev.id = s.event_id
      left join account on account.id = e.account_id
    where e.id = ${oneOf(enrollment_ids)}
    order by e.id
    for no key update of e`.execute(db)
  return rows
}

export async function finishEnrollments(db: Db, ids: readonly string[], now: Date): Promise<void> {
  if (ids.length === 0) return
  await sql`
    with finished as (
      update enrollment set status = 'finished', finished_at = ${now}::timestamptz, updated_at = ${now}::timestamptz,
        paused_at = null, resume_at = null, waiting_for = null, waiting_step_key = null, waiting_since_at = null,
        waiting_until_at = null
      where id = ${oneOf(ids)} and status in ('active', 'paused')
      returning id
    )
    insert into receipt (enrollment_id, at, what, detail)
    select id, ${now}::timestamptz, 'finished', '{}' from finished`.execute(db)
}

/** Why an enrollment ends, and what becomes of its unsent mail: cancelled by a stop, or skipped because it cannot be written. */
export interface Stop {
  enrollment_id: string
  reason: string
  /** user id, or what stopped it: reply, event, unsubscribe */
  by: string
  detail?: string
  skips?: boolean
}

/**
 * Stops enrollments. Two statements: the second sees a mail that was planned while the first waited for its row. Mails
 * that are claimed but not handed over are taken out of the drain's hands.
 *
 * @returns the enrollments that were running until now
 */
export async function stopEnrollments(db: Db, stops: readonly Stop[], now: Date): Promise<string[]> {
  if (stops.length === 0) return []
  const at = sql`${now}::timestamptz`
  const given = sql`select distinct on (enrollment_id) * from json_to_recordset(${JSON.stringify(stops)}::json)
    as t(enrollment_id uuid, reason text, "by" text, detail text, skips boolean) order by enrollment_id`
  const { rows } = await sql<{ id: string }>`
    with given as (${given}), held as (
      select id from enrollment where id in (select enrollment_id from given) order by id for no key update
    ), stopped as (
      update enrollment e set status = 'stopped', stop_reason = given.reason, stopped_at = ${at}, updated_at = ${at},
        paused_at = null, resume_at = null
      from given, held where held.id = given.enrollment_id and e.id = held.id and e.status in ('active', 'paused')
      returning e.id, given.reason, given.by, given.detail
    ), logged as (
      insert into receipt (enrollment_id, at, what, detail)
      select id, ${at}, 'stopped', jsonb_strip_nulls(jsonb_build_object('reason', reason, 'by', by, 'detail', detail))
      from stopped
    )
    select id from stopped`.execute(db)
  await sql`
    with given as (${given}), cancelled as (
      update message m set state = case when given.skips then 'skipped' else 'cancelled' end,
        reason = coalesce(given.reason || ': ' || given.detail, given.reason), settled_at = ${at},
        claim_token = null, lease_until = null
      from given where m.enrollment_id = given.enrollment_id and ${may('cancel')}
      returning m.id, m.enrollment_id, m.state, m.reason
    ), shelved as (
      update task set skipped_at = ${at} from given
      where task.enrollment_id = given.enrollment_id and done_at is null and skipped_at is null
    )
    insert into receipt (enrollment_id, message_id, at, what, detail)
    select enrollment_id, id, ${at}, state, jsonb_build_object('reason', reason) from cancelled`.execute(db)
  return rows.map((row) => row.id)
}

/** Pauses or wakes enrollments; claimed mails that have not left are given back. @returns the ids that changed */
export async function setEnrollmentsPaused(
  db: Db,
  change: {
    ids: readonly string[]
    paused: boolean
    reason: string
    /** for the receipt, which stays when the person whom the reason names is erased */
    receipt_reason?: string
    /** by enrollment, where it is another one */
    reasons?: Readonly<Record<string, string>>
    resume_at?: Date | null
    /** a person says so, who has seen what colleagues answered */
    colleagues_seen?: boolean
    now: Date
  },
): Promise<string[]> {
  const at = sql`${change.now}::timestamptz`
  const ids = sql`(select jsonb_array_elements_text(${JSON.stringify(change.ids)}::jsonb)::uuid)`
  const [from, to] = change.paused ? ['active', 'paused'] : ['paused', 'active']
  const { rows } = await sql<{ id: string }>`
    with held as materialized (
      select id from enrollment where id in ${ids} order by id for no key update
    ), changed as (
      update enrollment set status = ${to}::text, updated_at = ${at},
        colleagues_seen_at = case when ${change.colleagues_seen ?? false}::boolean then ${at} else colleagues_seen_at end,
        paused_at = case when ${change.paused}::boolean then ${at} end,
        pause_reason = case when ${change.paused}::boolean
          then coalesce(${JSON.stringify(change.reasons ?? {})}::jsonb ->> id::text, ${change.reason}::text) end,
        resume_at = ${change.paused ? (change.resume_at ?? null) : null}::timestamptz
      where id in (select id from held) and status = ${from}::text
      returning id
    ), logged as (
      insert into receipt (enrollment_id, at, what, detail)
      select id, ${at}, case when ${change.paused}::boolean then 'paused' else 'resumed' end,
        jsonb_strip_nulls(jsonb_build_object('reason', ${change.receipt_reason ?? change.reason}::text,
          'resume_at', ${change.paused ? (change.resume_at ?? null) : null}::timestamptz)) from changed
    )
    select id from changed`.execute(db)
  if (change.paused && rows.length > 0)
    await sql`update message m set state = 'planned', claim_token = null, lease_until = null
      where m.enrollment_id in ${ids} and ${may('release')}`.execute(db)
  return rows.map((row) => row.id)
}

/** Pauses that end by themselves and whose moment has come. */
export async function listDueResumes(
  db: Db,
  { now, limit }: { now: Date; limit: number },
): Promise<{ id: string; sequence_id: string }[]> {
  return db
    .selectFrom('enrollment')
    .select(['id', 'sequence_id'])
    .where('resume_at', '<=', now)
    .orderBy('resume_at')
    .orderBy('id')
    .limit(limit)
    .execute()
}

export async function findEnrollment(db: Db, id: string): Promise<Row<'enrollment'> | undefined> {
  return db.selectFrom('enrollment').selectAll().where('id', '=', id).executeTakeFirst()
}

/** A person is in one sequence at a time; a row written by hand may say otherwise. */
export async function listRunningEnrollmentIdsOfPerson(db: Db, person_id: string): Promise<string[]> {
  const rows = await db
    .selectFrom('enrollment')
    .select('id')
    .where('person_id', '=', person_id)
    .where('status', 'in', ['active', 'paused'])
    .execute()
  return rows.map((row) => row.id)
}

/** Gives enrollments that are paused already, for a reason like this, another one and another moment to go on at. */
export async function setResumption(
  db: Db,
  change: {
    ids: readonly string[]
    reason: string
    receipt_reason?: string
    reason_like: string
    resume_at: Date | null
    colleagues_seen?: boolean
    now: Date
  },
): Promise<void> {
  await sql`
    with changed as (
      update enrollment set resume_at = ${change.resume_at}::timestamptz, pause_reason = ${change.reason}::text,
        colleagues_seen_at = case when ${change.colleagues_seen ?? false}::boolean then ${change.now}::timestamptz
          else colleagues_seen_at end,
        updated_at = ${change.now}::timestamptz
      where id in (select jsonb_array_elements_text(${JSON.stringify(change.ids)}::jsonb)::uuid)
        and status = 'paused' and pause_reason like ${change.reason_like}
        and (resume_at is distinct from ${change.resume_at}::timestamptz or pause_reason is distinct from ${change.reason}::text)
      returning id
    )
    insert into receipt (enrollment_id, at, what, detail)
    select id, ${change.now}::timestamptz, 'paused',
      jsonb_strip_nulls(jsonb_build_object('reason', ${change.receipt_reason ?? change.reason}::text,
        'resume_at', ${change.resume_at}::timestamptz))
    from changed`.execute(db)
}
