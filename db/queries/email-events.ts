import { sql } from 'kysely'
import type { Db } from '../schema.ts'
import { may } from './message-transitions.ts'

export interface NewEmailEvent {
  id: string
  content_key: string
  /** our id as the provider gives it back; may be forged or unknown, so it is looked up */
  message_id: string | null
  provider_message_id: string | null
  provider_event_id: string | null
  type: string
  is_machine: boolean
  occurred_at: Date
  url: string | null
  reason: string | null
  raw: Record<string, unknown>
}

export interface InsertedEvent {
  id: string
  type: string
  reason: string | null
  message_id: string | null
  sequence_id: string | null
  enrollment_id: string | null
  person_id: string | null
  to_address: string | null
}

/**
 * Keeps what is new by its content and by the provider's own id, tied to its mail where that is ours, with a line in the receipt.
 * Repeats leave no trace. Of what is no mail of ours, or no longer since its person was erased, nobody's address is kept.
 */
export async function insertEmailEvents(db: Db, events: readonly NewEmailEvent[], now: Date): Promise<InsertedEvent[]> {
  if (events.length === 0) return []
  const { rows } = await sql<InsertedEvent>`
    with given as (
      select * from json_to_recordset(${JSON.stringify(events)}::json) as t(id uuid, content_key text, message_id uuid,
        provider_message_id text, provider_event_id text, type text, is_machine boolean, occurred_at timestamptz, url text,
        reason text, raw jsonb)
    ), known as (
      select g.*, coalesce(own.id, theirs.id) as our_id from given g
        left join message own on own.id = g.message_id
        left join message theirs on own.id is null and theirs.provider_message_id = g.provider_message_id
          and g.provider_message_id <> ''
    ), added as (
      insert into email_event (id, message_id, content_key, provider_event_id, type, is_machine, occurred_at, received_at,
        url, reason, raw)
      select distinct on (content_key) id, our_id, content_key, provider_event_id, type, is_machine, occurred_at,
        ${now}::timestamptz, case when our_id is not null then url end, case when our_id is not null then reason end,
        case when our_id is null then '{}' else raw end
      from (select distinct on (coalesce(provider_event_id, content_key)) * from known
        order by coalesce(provider_event_id, content_key), content_key) told_once
      where not exists (select from email_event told where told.provider_event_id = told_once.provider_event_id)
      order by content_key
      on conflict do nothing
      returning id, type, reason, message_id, is_machine, occurred_at, url
    ), found as (
      select a.*, m.sequence_id, m.enrollment_id, m.person_id, m.to_address from added a left join message m on m.id = a.message_id
    ), held as materialized (
      select id from enrollment where id in (select enrollment_id from found) order by id for no key update
    ), logged as (
      insert into receipt (enrollment_id, message_id, at, what, detail)
      select enrollment_id, message_id, ${now}::timestamptz, 'event',
        jsonb_strip_nulls(jsonb_build_object('type', type, 'occurred_at', occurred_at, 'reason', reason, 'url', url,
          'machine', case when is_machine then true end))
      from found where enrollment_id in (select id from held) order by occurred_at
    )
    select id, type, reason, message_id, sequence_id, enrollment_id, person_id, to_address from found`.execute(db)
  return rows
}

/** A mail of which it was not known that it had left. */
export interface Confirmed {
  id: string
  enrollment_id: string
  step_key: string
  sent_at: Date
}

/** Scanners follow every link and load every picture within so many seconds of the arrival. */
const SCANNER_SECONDS = 2
/** Nobody follows two different links within so many seconds of each other. */
const HAND_SECONDS = 2

/**
 * Works the facts of these mails out again from all their events, so that the order in which these came does not
 * matter: the earliest moment counts. What a machine did is told apart by all that is known now, so that a click that came
 * before the news of its mail's arrival is a machine's only until then. A mail that an event speaks of has left, whatever we
 * thought: it becomes sent, unless a rotation of the same step is already on its way.
 *
 * The caller holds the enrollments' rows.
 * @returns the mails that became sent by this
 */
export async function applyEmailEvents(db: Db, message_ids: readonly string[], now: Date): Promise<Confirmed[]> {
  const ids = sql`(select jsonb_array_elements_text(${JSON.stringify(message_ids)}::jsonb)::uuid)`
  const at = sql`${now}::timestamptz`
  await sql`
    with arrival as (
      select m.id as message_id, (select min(d.occurred_at) from email_event d
        where d.message_id = m.id and d.type = 'delivered') as delivered_at
      from message m where m.id in ${ids}
    ), judged as (
      select e.id, coalesce(e.raw->>'sg_machine_open' = 'true', false)
        or coalesce(e.occurred_at < delivered_at + interval '${sql.raw(String(SCANNER_SECONDS))} seconds', e.type = 'click')
        or (e.type = 'click' and exists (select from email_event other where other.message_id = e.message_id
          and other.type = 'click' and other.url is distinct from e.url and other.occurred_at
            between e.occurred_at - interval '${sql.raw(String(HAND_SECONDS))} seconds'
              and e.occurred_at + interval '${sql.raw(String(HAND_SECONDS))} seconds')) as is_machine
      from email_event e join arrival on arrival.message_id = e.message_id where e.type in ('open', 'click')
    )
    update email_event e set is_machine = judged.is_machine
    from judged where e.id = judged.id and e.is_machine <> judged.is_machine`.execute(db)
  // A rotation that has not left is not needed any more once the first mail is known to have arrived.
  await sql`
    with proven as (
      select enrollment_id, step_key, id from message m where m.id in ${ids} and ${may('confirm')}
    ), cancelled as (
      update message m set state = 'cancelled', reason = 'the_first_one_had_left', settled_at = ${at},
        claim_token = null, lease_until = null
      from proven where m.enrollment_id = proven.enrollment_id and m.step_key = proven.step_key and m.id <> proven.id
        and ${may('cancel')}
      returning m.id, m.enrollment_id, m.reason
    )
    insert into receipt (enrollment_id, message_id, at, what, detail)
    select enrollment_id, id, ${at}, 'cancelled', jsonb_build_object('reason', reason) from cancelled`.execute(db)
  const { rows } = await sql<Confirmed>`
    with facts as (
      select message_id,
        min(occurred_at) filter (where type = 'delivered') as delivered_at,
        min(occurred_at) filter (where type = 'open' and not is_machine) as opened_at,
        min(occurred_at) filter (where type in ('open', 'click') and is_machine) as machine_opened_at,
        min(occurred_at) filter (where type = 'click' and not is_machine) as clicked_at,
        min(occurred_at) filter (where type in ('bounce', 'blocked', 'dropped')) as bounced_at,
        (array_agg(reason order by occurred_at, id) filter (where type in ('bounce', 'blocked', 'dropped')))[1]
          as bounce_reason,
        min(occurred_at) filter (where type = 'spamreport') as complained_at,
        min(occurred_at) filter (where type in ('unsubscribe', 'group_unsubscribe')) as unsubscribed_at,
        max(split_part(raw->>'sg_message_id', '.', 1)) as provider_message_id
      from email_event where message_id in ${ids} group by message_id
    ), confirmed as (
      select m.id from message m where m.id in ${ids}
        -- planned with a frozen address: the provider had said "later" and took it all the same
        and (${may('confirm')} or (m.state = 'planned' and m.to_address is not null))
        and not exists (select from message other where other.enrollment_id = m.enrollment_id
          and other.step_key = m.step_key and other.id <> m.id and other.state in ('planned', 'claimed', 'sent'))
    ), updated as (
      update message m set
        delivered_at = least(m.delivered_at, f.delivered_at),
        opened_at = f.opened_at,
        machine_opened_at = f.machine_opened_at,
        clicked_at = f.clicked_at,
        bounced_at = least(m.bounced_at, f.bounced_at),
        bounce_reason = coalesce(f.bounce_reason, m.bounce_reason),
        complained_at = least(m.complained_at, f.complained_at),
        unsubscribed_at = least(m.unsubscribed_at, f.unsubscribed_at),
        provider_message_id = coalesce(m.provider_message_id, nullif(f.provider_message_id, '')),
        state = case when c.id is null then m.state else 'sent' end,
        reason = case when c.id is null then m.reason end,
        handed_at = case when c.id is null then m.handed_at else coalesce(m.handed_at, ${at}) end,
        sent_at = case when c.id is null then m.sent_at else coalesce(m.handed_at, ${at}) end,
        settled_at = case when c.id is null then m.settled_at else ${at} end,
        claim_token = case when c.id is null then m.claim_token end,
        lease_until = case when c.id is null then m.lease_until end
      from facts f left join confirmed c on c.id = f.message_id
      where m.id = f.message_id
      returning m.id, m.enrollment_id, m.step_key, m.sent_at, c.id is not null as confirmed
    ), logged as (
      insert into receipt (enrollment_id, message_id, at, what, detail)
      select enrollment_id, id, ${at}, 'accepted', '{"by": "event"}' from updated where confirmed
    )
    select id, enrollment_id, step_key, sent_at from updated where confirmed`.execute(db)
  return rows
}

/** Of these mails those that a human has clicked in and whose sequences end there. */
export async function listClickStops(db: Db, message_ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ enrollment_id: string }>`
    select distinct m.enrollment_id from message m join sequence s on s.id = m.sequence_id and s.stop_on_click
    where m.id in (select jsonb_array_elements_text(${JSON.stringify(message_ids)}::jsonb)::uuid)
      and m.clicked_at is not null`.execute(db)
  return rows.map((row) => row.enrollment_id)
}

/**
 * Counts anew how many mails to each address came back for a passing reason, whoever has it, and marks the ones that came back
 * `most` times as bounced.
 *
 * @returns the addresses so marked now, with the running enrollments of everybody who has one
 */
export async function countSoftBounces(
  db: Db,
  address_keys: readonly string[],
  { most, now }: { most: number; now: Date },
): Promise<{ address_key: string; enrollment_ids: string[] }[]> {
  if (address_keys.length === 0) return []
  const { rows } = await sql<{ address_key: string; enrollment_ids: string[] }>`
    with given as (
      select jsonb_array_elements_text(${JSON.stringify([...new Set(address_keys)])}::jsonb) as key
    ), counted as (
      select given.key, count(distinct m.id)::integer as times from given
        join email_address a on a.address_key = given.key
        join message m on m.person_id = a.person_id and lower(m.to_address) = given.key and m.bounced_at is not null
        join email_event e on e.message_id = m.id and e.type = 'blocked'
      group by given.key
    ), marked as (
      update email_address a set soft_bounces = counted.times, updated_at = ${now}::timestamptz,
        status = case when counted.times >= ${most}::integer then 'bounced' else a.status end
      from counted where a.address_key = counted.key and a.soft_bounces <> counted.times
      returning a.address_key, a.person_id, a.status
    )
    select address_key, array_agg(e.id::text order by e.id) as enrollment_ids
    from marked join enrollment e on e.person_id = marked.person_id and e.status in ('active', 'paused')
    where marked.status = 'bounced' group by address_key`.execute(db)
  return rows
}

/** Marks addresses as bounced, whoever has them. */
export async function markAddressesBounced(db: Db, address_keys: readonly string[], now: Date): Promise<void> {
  if (address_keys.length === 0) return
  await db
    .updateTable('email_address')
    .set({ status: 'bounced', updated_at: now })
    .where('address_key', 'in', [...address_keys])
    .where('status', '<>', 'bounced')
    .execute()
}

/** The fact on the mail whose link was used, and a line on the timeline the first time. */
export async function recordUnsubscribe(
  db: Db,
  { message_id, via, now }: { message_id: string; via: string; now: Date },
): Promise<void> {
  await sql`
    with held as materialized (
      select e.id, e.account_id from enrollment e join message m on m.enrollment_id = e.id
      where m.id = ${message_id}::uuid for no key update of e
    ), marked as (
      update message set unsubscribed_at = ${now}::timestamptz from held
      where message.id = ${message_id}::uuid and message.enrollment_id = held.id and unsubscribed_at is null
      returning message.id, enrollment_id, event_id, held.account_id, person_id
    ), logged as (
      insert into receipt (enrollment_id, message_id, at, what, detail)
      select enrollment_id, id, ${now}::timestamptz, 'unsubscribed', jsonb_build_object('via', ${via}::text) from marked
    )
    insert into activity (id, event_id, account_id, person_id, actor_id, kind, summary, detail, at)
    select gen_random_uuid(), event_id, account_id, person_id, null, 'unsubscribed', 'Unsubscribed',
      jsonb_build_object('message_id', id, 'via', ${via}::text), ${now}::timestamptz
    from marked`.execute(db)
}
