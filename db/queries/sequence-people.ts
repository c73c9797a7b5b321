import { sql } from 'kysely'
import type { Db } from '../schema.ts'
import type { EnrollmentStatus } from '../tables/enrollment.ts'
import type { MessageState } from '../tables/message.ts'
import type { TaskKind } from '../tables/task.ts'
import { type Cursor, keyset, type Order, orderValue, type Page, toPage } from './keyset.ts'

/** A person in a sequence, with the last mail that was planned for them, what they did with any of them, and the task that holds them, if one does. */
export interface SequencePerson {
  id: string
  person_id: string
  person_name: string
  title: string | null
  account_id: string | null
  account_name: string | null
  address: string | null
  status: EnrollmentStatus
  stop_reason: string | null
  pause_reason: string | null
  resume_at: Date | null
  version: number
  enrolled_at: Date
  stopped_at: Date | null
  /** nothing is planned before this has happened, or its last day is over */
  waiting_for: 'booth_visit' | null
  waiting_until_at: Date | null
  finished_at: Date | null
  message_id: string | null
  position: number | null
  state: MessageState | null
  reason: string | null
  due_at: Date | null
  sent_at: Date | null
  opened_at: Date | null
  clicked_at: Date | null
  replied_at: Date | null
  bounced_at: Date | null
  time_zone: string | null
  /** of the recipient, for holidays */
  country: string | null
  /** whether the mail leaves is judged when it is due */
  has_condition: boolean | null
  task_id: string | null
  task_kind: TaskKind | null
  task_title: string | null
  task_due_at: Date | null
  order_value: string
}

const newestFirst: Order = { expression: sql`e.enrolled_at`, type: 'timestamptz' }

/** The last enrolled first. */
export async function listSequencePeople(
  db: Db,
  request: { sequence_id: string; status: EnrollmentStatus | null; cursor: Cursor | null; limit: number },
): Promise<Page<SequencePerson>> {
  const page = { direction: 'desc' as const, cursor: request.cursor, limit: request.limit }
  const query = people(db)
    .select(orderValue(newestFirst))
    .where('e.sequence_id', '=', request.sequence_id)
    .$if(request.status !== null, (all) => all.where('e.status', '=', request.status as EnrollmentStatus))
  return toPage(await keyset(query, newestFirst, sql`e.id`, page).execute(), page)
}

export async function findSequencePerson(
  db: Db,
  of: { sequence_id: string; enrollment_id: string },
): Promise<SequencePerson | undefined> {
  return people(db)
    .select(orderValue(newestFirst))
    .where('e.sequence_id', '=', of.sequence_id)
    .where('e.id', '=', of.enrollment_id)
    .executeTakeFirst()
}

function people(db: Db) {
  return db
    .selectFrom('enrollment as e')
    .innerJoin('person as p', 'p.id', 'e.person_id')
    .leftJoin('account', 'account.id', 'e.account_id')
    .leftJoin('email_address as a', (join) => join.onRef('a.person_id', '=', 'p.id').on('a.is_primary', '=', true))
    .leftJoinLateral(
      (on) =>
        on
          .selectFrom('message as m')
          .select(['m.id as message_id', 'm.position', 'm.state', 'm.reason', 'm.due_at', 'm.sent_at', 'm.time_zone'])
          .select('m.country')
          .select((of) =>
            of
              .exists(
                of
                  .selectFrom('step')
                  .select('step.id')
                  .whereRef('step.sequence_id', '=', 'm.sequence_id')
                  .whereRef('step.version', '=', 'm.version')
                  .whereRef('step.step_key', '=', 'm.step_key')
                  .where('step.condition', 'is not', null),
              )
              .$castTo<boolean>()
              .as('has_condition'),
          )
          .whereRef('m.enrollment_id', '=', 'e.id')
          // A step that was moved may stand before one that was sent.
          .orderBy('m.created_at', 'desc')
          .orderBy('m.position', 'desc')
          .orderBy('m.rotation', 'desc')
          .limit(1)
          .as('last'),
      (join) => join.onTrue(),
    )
    .leftJoinLateral(
      (on) =>
        on
          .selectFrom('message as m')
          .select(({ fn }) => fn.min('m.opened_at').as('opened_at'))
          .select(({ fn }) => fn.min('m.clicked_at').as('clicked_at'))
          .select(({ fn }) => fn.min('m.replied_at').as('replied_at'))
          .select(({ fn }) => fn.min('m.bounced_at').as('bounced_at'))
          .whereRef('m.enrollment_id', '=', 'e.id')
          .as('seen'),
      (join) => join.onTrue(),
    )
    .leftJoinLateral(
      (on) =>
        on
          .selectFrom('task as t')
          .select(['t.id as task_id', 't.kind as task_kind', 't.title as task_title', 't.due_at as task_due_at'])
          .whereRef('t.enrollment_id', '=', 'e.id')
          .where('t.done_at', 'is', null)
          .where('t.skipped_at', 'is', null)
          .orderBy('t.due_at')
          .limit(1)
          .as('held'),
      (join) => join.onTrue(),
    )
    .select(['e.id', 'e.person_id', 'p.name as person_name', 'p.title', 'e.account_id', 'account.name as account_name'])
    .select([
      'a.address',
      'e.status',
      'e.stop_reason',
      'e.pause_reason',
      'e.resume_at',
      'e.version',
      'e.enrolled_at',
      'e.stopped_at',
      'e.finished_at',
    ])
    .select(['e.waiting_for', 'e.waiting_until_at'])
    .select(['last.message_id', 'last.position', 'last.state', 'last.reason', 'last.due_at', 'last.sent_at'])
    .select(['seen.opened_at', 'seen.clicked_at', 'seen.replied_at', 'seen.bounced_at', 'last.time_zone'])
    .select(['last.country', 'last.has_condition'])
    .select(['held.task_id', 'held.task_kind', 'held.task_title', 'held.task_due_at'])
}
