import { sql } from 'kysely'
import type { Db, Row } from '../schema.ts'
import type { CampaignStatus } from '../tables/campaign.ts'
import type { SequenceStatus } from '../tables/sequence.ts'
import type { Cursor, Page } from './keyset.ts'
import { toPage } from './keyset.ts'
import { type NextDue, type NextDueJson, nextDueOfSequence, readNextDue } from './next-due.ts'

/** What a sequence has done and has before it. Opens and replies count mails; opens are those of people, not of machines. */
export interface SequenceFigures {
  enrolled: number
  active: number
  paused: number
  finished: number
  stopped: number
  steps: number
  planned: number
  sent: number
  opened: number
  replied: number
  bounced: number
  unconfirmed: number
  open_tasks: number
  /** the paused enrollments, the reason most of them have, and the first that goes on by itself */
  held: { people: number; reason: string | null; resume_at: Date | null }
  /** of an active enrollment */
  next: NextDue | null
  campaign_status: CampaignStatus | null
}

export interface SequenceListRow extends SequenceFigures {
  id: string
  name: string
  status: SequenceStatus
  pause_reason: string | null
  owner_name: string
  order_value: string
}

export type SequencePage = Row<'sequence'> & SequenceFigures & { owner_name: string }

export interface SequenceListRequest {
  event_id: string
  archived: boolean
  cursor: Cursor | null
  limit: number
}

/** The newest first. One statement, whose cost grows with the mails of the sequences shown. */
export async function listSequenceFigures(db: Db, request: SequenceListRequest): Promise<Page<SequenceListRow>> {
  const { cursor, limit } = request
  const isBackwards = cursor?.side === 'before'
  const scan = sql.raw(isBackwards ? 'asc' : 'desc')
  const place = cursor
    ? sql`and (s.created_at, s.id) ${sql.raw(isBackwards ? '>' : '<')} (${cursor.value}::timestamptz, ${cursor.id}::uuid)`
    : sql``
  const { rows } = await sql<WithJson<SequenceListRow>>`
    with shown as (
      select s.* from sequence s
      where s.event_id = ${request.event_id}::uuid and (s.status = 'archived') = ${request.archived}::boolean ${place}
      order by s.created_at ${scan}, s.id ${scan} limit ${limit + 1}
    )
    select sequence.id, sequence.name, sequence.status, sequence.pause_reason, owner.name as owner_name,
      sequence.created_at::text as order_value, ${figures}
    from shown sequence ${figureJoins}
    order by sequence.created_at ${scan}, sequence.id ${scan}`.execute(db)
  return toPage(rows.map(withNext), { direction: 'desc', cursor, limit })
}

/** A sequence of the event with its figures; undefined when it belongs to another event. One statement. */
export async function findSequencePage(
  db: Db,
  of: { event_id: string; id: string },
): Promise<SequencePage | undefined> {
  const { rows } = await sql<WithJson<SequencePage>>`
    select sequence.*, owner.name as owner_name, ${figures}
    from sequence ${figureJoins}
    where sequence.id = ${of.id}::uuid and sequence.event_id = ${of.event_id}::uuid`.execute(db)
  return rows[0] && withNext(rows[0])
}

type WithJson<Figures extends SequenceFigures> = Omit<Figures, 'next' | 'held'> & {
  next: NextDueJson
  held: Omit<SequenceFigures['held'], 'resume_at'> & { resume_at: string | null }
}

const withNext = <Figures extends Pick<WithJson<SequenceFigures>, 'next' | 'held'>>(row: Figures) => ({
  ...row,
  next: readNextDue(row.next),
  held: { ...row.held, resume_at: row.held.resume_at === null ? null : new Date(row.held.resume_at) },
})

const figures = sql`
  people.enrolled, people.active, people.paused, people.finished, people.stopped, people.held, steps.count as steps,
  mails.planned, mails.sent, mails.unconfirmed, seen.opened, seen.replied, seen.bounced, tasks.count as open_tasks,
  next.next, campaign.status as campaign_status`

// The states are counted from an index alone; only what has left is looked at itself.
const figureJoins = sql`
  join "user" owner on owner.id = sequence.owner_id
  left join campaign on campaign.id = sequence.campaign_id
  cross join lateral (
    select count(*)::integer as count from step where step.sequence_id = sequence.id and step.version = sequence.version
  ) steps
  cross join lateral (
    select count(*)::integer as enrolled,
      count(*) filter (where status = 'active')::integer as active,
      count(*) filter (where status = 'paused')::integer as paused,
      count(*) filter (where status = 'finished')::integer as finished,
      count(*) filter (where status = 'stopped')::integer as stopped,
      json_build_object('people', count(*) filter (where status = 'paused'),
        'reason', mode() within group (order by pause_reason), 'resume_at', min(resume_at)) as held
    from enrollment where enrollment.sequence_id = sequence.id
  ) people
  cross join lateral (
    select count(*) filter (where state in ('planned', 'claimed'))::integer as planned,
      count(*) filter (where state = 'sent')::integer as sent,
      count(*) filter (where state = 'unconfirmed')::integer as unconfirmed
    from message where message.sequence_id = sequence.id
  ) mails
  cross join lateral (
    select count(opened_at)::integer as opened, count(replied_at)::integer as replied,
      count(bounced_at)::integer as bounced
    from message where message.sequence_id = sequence.id and message.claimed_at is not null
  ) seen
  cross join lateral (
    select count(*)::integer as count
    from task join enrollment e on e.id = task.enrollment_id
    where e.sequence_id = sequence.id and task.done_at is null and task.skipped_at is null
  ) tasks
  left join lateral (${nextDueOfSequence}) next on true`
