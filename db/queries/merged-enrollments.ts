import { sql } from 'kysely'
import type { Db } from '../schema.ts'
import type { EnrollmentStatus } from '../tables/enrollment.ts'
import { may } from './message-transitions.ts'

export interface MeetingEnrollment {
  id: string
  person_id: string
  sequence_id: string
  sequence_name: string
  status: EnrollmentStatus
  stop_reason: string | null
  enrolled_at: Date
  /** the furthest step whose mail was handed over; 0 for none */
  progress: number
}

/** Those of some people that still count, with how far each has come. The caller holds their rows. */
export async function listMeetingEnrollments(db: Db, person_ids: readonly string[]): Promise<MeetingEnrollment[]> {
  const { rows } = await sql<MeetingEnrollment>`
    select e.id, e.person_id, e.sequence_id, s.name as sequence_name, e.status, e.stop_reason, e.enrolled_at,
      coalesce((select max(m.position) from message m where m.enrollment_id = e.id and m.handed_at is not null), 0)
        as progress
    from enrollment e join sequence s on s.id = e.sequence_id
    where e.person_id in (select jsonb_array_elements_text(${JSON.stringify(person_ids)}::jsonb)::uuid)
      and e.merged_into_id is null
    order by e.id`.execute(db)
  return rows
}

/**
 * Says which enrollments go on in which other one, those that went on in them before included, and takes back claimed mails of
 * steps that the other one has sent: they are judged again.
 */
export async function absorbEnrollments(
  db: Db,
  merge_id: string,
  absorbed: readonly { id: string; into_id: string }[],
): Promise<void> {
  if (absorbed.length === 0) return
  const given = sql`json_to_recordset(${JSON.stringify(absorbed)}::json) as given(id uuid, into_id uuid)`
  await sql`
    with meant as (
      select e.id, e.merged_into_id, given.into_id from ${given}
        join enrollment e on e.id = given.id or e.merged_into_id = given.id
    ), noted as (
      insert into merge_row (merge_id, kind, row_id, before, after)
      select ${merge_id}::uuid, 'absorbed', id, jsonb_build_object('into', merged_into_id), jsonb_build_object('into', into_id)
      from meant
    )
    update enrollment e set merged_into_id = meant.into_id from meant where e.id = meant.id`.execute(db)
  await sql`
    update message m set state = 'planned', claim_token = null, lease_until = null
    from enrollment other join message x on x.enrollment_id = other.id and x.state in ('claimed', 'sent', 'unconfirmed')
    where m.enrollment_id = other.merged_into_id and x.step_key = m.step_key and ${may('release')}
      and m.enrollment_id in (select into_id from ${given})`.execute(db)
}

/** Each counts for itself again, where nothing has been merged into another one since. */
export async function releaseAbsorbed(db: Db, merge_id: string): Promise<void> {
  await sql`
    update enrollment e set merged_into_id = (r.before ->> 'into')::uuid from merge_row r
    where r.merge_id = ${merge_id}::uuid and r.kind = 'absorbed' and e.id = r.row_id
      and e.merged_into_id = (r.after ->> 'into')::uuid`.execute(db)
}

/** What a person said by word or deed that ends every sequence they are in: running enrollments it is true of. */
export async function listStoppedByFacts(db: Db, person_id: string): Promise<{ id: string; reason: string }[]> {
  const { rows } = await sql<{ id: string; reason: string | null }>`
    select e.id, case when p.replied_at is not null then 'replied'
      when p.meeting_booked_at >= e.enrolled_at then 'meeting_booked'
      else (select x.reason from suppression x where x.person_id = p.id and x.reason in ('unsubscribed', 'complained')
        and (x.event_id is null or x.event_id = p.event_id) order by x.created_at limit 1) end as reason
    from person p join enrollment e on e.person_id = p.id and e.status in ('active', 'paused')
    where p.id = ${person_id}::uuid order by e.id`.execute(db)
  return rows.flatMap(({ id, reason }) => (reason === null ? [] : [{ id, reason }]))
}

/** Running enrollments of somebody who was met at the booth that still wait for it. */
export async function listWaitingForVisit(db: Db, person_id: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select e.id from enrollment e join person p on p.id = e.person_id
    where p.id = ${person_id}::uuid and p.booth_visited_at is not null and e.waiting_for = 'booth_visit'
      and e.status in ('active', 'paused')`.execute(db)
  return rows.map(({ id }) => id)
}
