import { sql } from 'kysely'
import type { Db, Row } from '../schema.ts'
import type { StepCondition } from '../tables/step.ts'
import type { TaskKind } from '../tables/task.ts'

export interface NewTask {
  id: string
  event_id: string
  person_id: string
  account_id: string | null
  enrollment_id: string
  step_key: string
  owner_id: string
  kind: TaskKind
  title: string
  notes: string | null
  due_at: Date
  /** null: it is never given up */
  times_out_at: Date | null
  /** judged when it is due */
  condition: StepCondition | null
  rule: string
}

/** Tasks of sequence steps; one a step of an enrollment. */
export async function insertStepTasks(db: Db, tasks: readonly NewTask[], now: Date): Promise<void> {
  if (tasks.length === 0) return
  await sql`
    with given as (
      select * from json_to_recordset(${JSON.stringify(tasks)}::json) as t(id uuid, event_id uuid, person_id uuid,
        account_id uuid, enrollment_id uuid, step_key uuid, owner_id uuid, kind text, title text, notes text,
        due_at timestamptz, times_out_at timestamptz, condition jsonb, rule text)
    ), added as (
      insert into task (id, event_id, person_id, account_id, enrollment_id, step_key, owner_id, kind, title, notes, due_at,
        times_out_at, condition, created_at)
      select g.id, g.event_id, g.person_id, g.account_id, g.enrollment_id, g.step_key, g.owner_id, g.kind, g.title,
        g.notes, g.due_at, g.times_out_at, g.condition, ${now}::timestamptz
      from given g join enrollment e on e.id = g.enrollment_id and e.status in ('active', 'paused')
      on conflict do nothing
      returning id, enrollment_id, due_at
    )
    insert into receipt (enrollment_id, at, what, detail)
    select a.enrollment_id, ${now}::timestamptz, 'task_planned',
      jsonb_build_object('task_id', a.id, 'due_at', a.due_at, 'rule', g.rule)
    from added a join given g on g.id = a.id`.execute(db)
}

export async function findTask(db: Db, id: string): Promise<Row<'task'> | undefined> {
  return db.selectFrom('task').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Closes an open task. @returns undefined when somebody closed it before */
export async function closeTask(
  db: Db,
  close: { id: string; how: 'done' | 'skipped'; now: Date },
): Promise<Row<'task'> | undefined> {
  return db
    .updateTable('task')
    .set(close.how === 'done' ? { done_at: close.now } : { skipped_at: close.now })
    .where('id', '=', close.id)
    .where('done_at', 'is', null)
    .where('skipped_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
}
