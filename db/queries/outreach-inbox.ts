import { sql } from 'kysely'
import type { Db, Row } from '../schema.ts'
import type { EnrollmentStatus } from '../tables/enrollment.ts'
import { type Cursor, keyset, type Order, orderValue, type Page, toPage } from './keyset.ts'
import { containing } from './like-pattern.ts'

interface PageOf {
  cursor: Cursor | null
  limit: number
}

export type ReplyRow = Row<'reply'> & {
  person_name: string | null
  account_name: string | null
  sequence_id: string | null
  sequence_name: string | null
  enrollment_status: EnrollmentStatus | null
  resume_at: Date | null
  meeting_booked_at: Date | null
  order_value: string
}

/** The newest first. */
export async function listReplies(
  db: Db,
  request: PageOf & { event_id: string; unread_only: boolean },
): Promise<Page<ReplyRow>> {
  const page = { direction: 'desc' as const, ...request }
  const order: Order = { expression: sql`reply.received_at`, type: 'timestamptz' }
  const query = db
    .selectFrom('reply')
    .leftJoin('person', 'person.id', 'reply.person_id')
    .leftJoin('account', 'account.id', 'person.account_id')
    .leftJoin('enrollment', 'enrollment.id', 'reply.enrollment_id')
    .leftJoin('sequence', 'sequence.id', 'enrollment.sequence_id')
    .selectAll('reply')
    .select(['person.name as person_name', 'account.name as account_name', 'person.meeting_booked_at'])
    .select(['sequence.id as sequence_id', 'sequence.name as sequence_name', orderValue(order)])
    .select(['enrollment.status as enrollment_status', 'enrollment.resume_at'])
    .where('reply.event_id', '=', request.event_id)
    .$if(request.unread_only, (all) => all.where('reply.read_at', 'is', null))
  return toPage(await keyset(query, order, sql`reply.id`, page).execute(), page)
}

/** @returns whether there is such a reply at the event; marking it twice keeps the first moment */
export async function markReply(
  db: Db,
  mark: { id: string; event_id: string; read_at: Date | null },
): Promise<boolean> {
  const { rows } = await sql`
    update reply set read_at = case when ${mark.read_at}::timestamptz is null then null
      else coalesce(read_at, ${mark.read_at}::timestamptz) end
    where id = ${mark.id}::uuid and event_id = ${mark.event_id}::uuid returning id`.execute(db)
  return rows.length > 0
}

export interface OpenTask extends Pick<Row<'task'>, 'id' | 'kind' | 'title' | 'notes' | 'due_at'> {
  person_id: string | null
  person_name: string | null
  account_name: string | null
  phone: string | null
  linkedin_url: string | null
  address: string | null
  owner_name: string | null
  enrollment_id: string | null
  sequence_id: string | null
  sequence_name: string | null
  given_name: string | null
  family_name: string | null
  person_title: string | null
  country: string | null
  industry: string | null
  event_name: string
  venue: string | null
  city: string | null
  booth: string | null
  starts_on: string
  ends_on: string
  from_name: string | null
  from_address: string | null
  order_value: string
}

/** What is due first comes first. `owner_id` null: everybody's. */
export async function listOpenTasks(
  db: Db,
  request: PageOf & { event_id: string; owner_id: string | null },
): Promise<Page<OpenTask>> {
  const page = { direction: 'asc' as const, ...request }
  const order: Order = { expression: sql`task.due_at`, type: 'timestamptz' }
  const { owner_id } = request
  const query = db
    .selectFrom('task')
    .leftJoin('person', 'person.id', 'task.person_id')
    .leftJoin('account', 'account.id', 'task.account_id')
    .leftJoin('user as owner', 'owner.id', 'task.owner_id')
    .leftJoin('email_address as a', (join) => join.onRef('a.person_id', '=', 'person.id').on('a.is_primary', '=', true))
    .leftJoin('enrollment', 'enrollment.id', 'task.enrollment_id')
    .leftJoin('sequence', 'sequence.id', 'enrollment.sequence_id')
    .innerJoin('event', 'event.id', 'task.event_id')
    .select(['person.given_name', 'person.family_name', 'person.title as person_title', 'person.country'])
    .select(['account.industry', 'sequence.from_name', 'sequence.from_address'])
    .select([
      'event.name as event_name',
      'event.venue',
      'event.city',
      'event.booth',
      'event.starts_on',
      'event.ends_on',
    ])
    .select(['task.id', 'task.kind', 'task.title', 'task.notes', 'task.due_at', 'task.person_id', 'task.enrollment_id'])
    .select(['person.name as person_name', 'account.name as account_name', 'person.phone', 'person.linkedin_url'])
    .select(['a.address', 'owner.name as owner_name', 'sequence.id as sequence_id', 'sequence.name as sequence_name'])
    .select(orderValue(order))
    .where('task.event_id', '=', request.event_id)
    .where('task.done_at', 'is', null)
    .where('task.skipped_at', 'is', null)
    // Before it has been judged, a task with a condition is nobody's work.
    .where((on) => on.or([on('task.condition', 'is', null), on('task.judged_at', 'is not', null)]))
    .$if(owner_id !== null, (all) => all.where('task.owner_id', '=', owner_id))
  return toPage(await keyset(query, order, sql`task.id`, page).execute(), page)
}

export type UnconfirmedMessage = {
  id: string
  enrollment_id: string
  sequence_id: string
  sequence_name: string
  person_name: string
  position: number
  to_address: string | null
  subject: string | null
  handed_at: Date
  reason: string | null
  order_value: string
}

/** Those that wait longest come first; the provider's own word may still settle what was handed over later. */
export async function listUnconfirmed(
  db: Db,
  request: PageOf & { event_id: string; handed_before: Date },
): Promise<Page<UnconfirmedMessage>> {
  const page = { direction: 'asc' as const, ...request }
  const order: Order = { expression: sql`m.claimed_at`, type: 'timestamptz' }
  const query = db
    .selectFrom('message as m')
    .innerJoin('person', 'person.id', 'm.person_id')
    .innerJoin('sequence', 'sequence.id', 'm.sequence_id')
    .select([
      'm.id',
      'm.enrollment_id',
      'm.sequence_id',
      'sequence.name as sequence_name',
      'person.name as person_name',
    ])
    .select(['m.position', 'm.to_address', 'm.subject', 'm.reason', orderValue(order)])
    // what_left_is_frozen: an unconfirmed mail was handed over
    .select(sql<Date>`m.handed_at`.as('handed_at'))
    .where('m.event_id', '=', request.event_id)
    .where('m.state', '=', 'unconfirmed')
    .where('m.handed_at', '<=', request.handed_before)
  return toPage(await keyset(query, order, sql`m.id`, page).execute(), page)
}

export type SuppressionRow = Row<'suppression'> & {
  created_by_name: string | null
  event_name: string | null
  order_value: string
}

/** The newest first, of every event: who asked not to be written to is asked for nowhere. */
export async function listSuppressions(db: Db, request: PageOf & { q: string | null }): Promise<Page<SuppressionRow>> {
  const page = { direction: 'desc' as const, ...request }
  const order: Order = { expression: sql`suppression.created_at`, type: 'timestamptz' }
  const pattern = containing((request.q ?? '').toLowerCase())
  const query = db
    .selectFrom('suppression')
    .leftJoin('user', 'user.id', 'suppression.created_by')
    .leftJoin('event', 'event.id', 'suppression.event_id')
    .selectAll('suppression')
    .select(['user.name as created_by_name', 'event.name as event_name', orderValue(order)])
    .$if(request.q !== null, (all) => all.where('suppression.value', 'like', pattern))
  return toPage(await keyset(query, order, sql`suppression.id`, page).execute(), page)
}

export async function findSuppression(db: Db, id: string): Promise<Row<'suppression'> | undefined> {
  return db.selectFrom('suppression').selectAll().where('id', '=', id).executeTakeFirst()
}
