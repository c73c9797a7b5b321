import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../schema.ts'
import { conditionNotMet } from './step-conditions.ts'

/**
 * Whether nobody may write to an address of a person at an event: by address, by its hash once it has been erased, by its domain
 * or one above it, or because they said so themselves at another address.
 *
 * Aliases: `p` person, `a` their address.
 */
const isSuppressed: RawBuilder<boolean> = sql<boolean>`(
  exists (select from suppression x where (x.event_id is null or x.event_id = p.event_id)
    and ((x.kind = 'address' and x.value = a.address_key)
      or (x.kind = 'address_hash' and x.value = address_hash(a.address_key))
      or (x.kind = 'domain' and x.value = any(parent_domains(a.domain)))))
  or exists (select from suppression x where x.person_id = p.id and x.reason in ('unsubscribed', 'complained')))`

/**
 * Why a mail must not leave, asked at this very instant; null when it may. `colleague_replied` may also mean to hold, and
 * `condition_not_met` to pass over this step.
 *
 * `colleague_replied`: after somebody enrolled this one or last let it go on; what they have seen stays so. `same_address`:
 * two people behind one mailbox, whose address became the same after they were enrolled; what is claimed goes to the primary
 * one. Its `offset 0` asks by the person first, never through the index of all that has left, which looks short to a
 * planner whose figures are a day old.
 *
 * Aliases: `m` message, `e` its enrollment, `s` sequence, `p` person, `a` their primary address (left join), `account` (left
 * join), `step` (left join).
 */
export const stopReason: RawBuilder<string | null> = sql<string | null>`case
  when p.replied_at is not null then 'replied'
  when p.meeting_booked_at >= e.enrolled_at then 'meeting_booked'
  when account.status = any(s.stop_account_statuses) then 'account_status'
  when a.id is null then 'no_address'
  when a.status = 'bounced' then 'bounced'
  when a.status = 'invalid' then 'invalid_address'
  when a.source = 'guessed' and a.status <> 'valid' and a.confidence < s.min_confidence then 'low_confidence'
  when ${isSuppressed} then 'suppressed'
  when s.colleague_reply <> 'nothing' and exists (select from enrollment other where other.account_key = e.account_key
    and other.replied_at >= e.colleagues_seen_at and other.person_id <> p.id) then 'colleague_replied'
  when exists (select from email_address other
    cross join lateral (select * from message where message.person_id = other.person_id offset 0) x
    where other.address_key = a.address_key and other.person_id <> p.id and x.sequence_id = m.sequence_id
      and x.step_key = m.step_key and x.state in ('claimed', 'sent', 'unconfirmed')
      and case when x.handed_at is null then other.is_primary else lower(x.to_address) = a.address_key end)
    then 'same_address'
  when step.kind is distinct from 'email' then 'step_gone'
  when ${conditionNotMet({ condition: 'step.condition', enrollment_id: 'm.enrollment_id', person: 'p', account: 'account' })}
    then 'condition_not_met'
end`

export interface Colleague {
  account_key: string
  person_id: string
  name: string
  replied_at: Date
}

/** Of each account the latest two who answered since a moment: one of them is not the person who is asked about. */
export async function listRepliedColleagues(
  db: Db,
  account_keys: readonly string[],
  since: Date,
): Promise<Colleague[]> {
  if (account_keys.length === 0) return []
  const { rows } = await sql<Colleague>`
    select k.key as account_key, c.person_id, c.name, c.replied_at
    from jsonb_array_elements_text(${JSON.stringify([...new Set(account_keys)])}::jsonb) k(key)
      cross join lateral (
        select e.person_id, p.name, max(e.replied_at) as replied_at from enrollment e join person p on p.id = e.person_id
        where e.account_key = k.key and e.replied_at >= ${since}::timestamptz
        group by e.person_id, p.name order by max(e.replied_at) desc limit 2
      ) c`.execute(db)
  return rows
}

/** Running enrollments of the colleagues of some people, with what their sequences do about an answer. */
export async function listColleagueEnrollments(
  db: Db,
  of: { account_key: string; except_person_id: string },
): Promise<{ id: string; colleague_reply: 'hold' | 'stop' }[]> {
  const { rows } = await sql<{ id: string; colleague_reply: 'hold' | 'stop' }>`
    select e.id, s.colleague_reply from enrollment e join sequence s on s.id = e.sequence_id
    where e.account_key = ${of.account_key} and e.status in ('active', 'paused')
      and e.person_id <> ${of.except_person_id}::uuid and s.colleague_reply <> 'nothing'
    order by e.id`.execute(db)
  return rows
}

/** Running enrollments at an account whose sequences stop at a status, by the people's own account. */
export async function listEnrollmentsStoppedByStatus(
  db: Db,
  { account_id, status }: { account_id: string; status: string },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select e.id from person p join enrollment e on e.person_id = p.id and e.status in ('active', 'paused')
      join sequence s on s.id = e.sequence_id
    where p.account_id = ${account_id}::uuid and ${status}::text = any(s.stop_account_statuses)
    order by e.id`.execute(db)
  return rows.map((row) => row.id)
}
