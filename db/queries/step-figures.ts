import { sql } from 'kysely'
import type { Db, Row } from '../schema.ts'

export type StepFigures = Row<'step'> & {
  planned: number
  sent: number
  opened: number
  replied: number
  open_tasks: number
  done_tasks: number
  /** people who still go through an older version of the sequence, the same on each row */
  older: { version: number; people: number }[]
}

/** The steps of the newest version in order, with what each did over all versions. One statement. */
export async function listStepFigures(
  db: Db,
  { sequence_id, version }: { sequence_id: string; version: number },
): Promise<StepFigures[]> {
  const { rows } = await sql<StepFigures>`
    with mails as (
      select step_key, count(*) filter (where state in ('planned', 'claimed'))::integer as planned,
        count(*) filter (where state = 'sent')::integer as sent,
        count(*) filter (where opened_at is not null)::integer as opened,
        count(*) filter (where replied_at is not null)::integer as replied
      from message where sequence_id = ${sequence_id}::uuid group by step_key
    ), tasks as (
      select task.step_key, count(*) filter (where done_at is null and skipped_at is null)::integer as open_tasks,
        count(*) filter (where done_at is not null)::integer as done_tasks
      from task join enrollment e on e.id = task.enrollment_id
      where e.sequence_id = ${sequence_id}::uuid group by task.step_key
    ), behind as (
      select version, count(*)::integer as people from enrollment
      where sequence_id = ${sequence_id}::uuid and status in ('active', 'paused') and version < ${version}::integer
      group by version
    )
    select step.*, coalesce(planned, 0) as planned, coalesce(sent, 0) as sent, coalesce(opened, 0) as opened,
      coalesce(replied, 0) as replied, coalesce(open_tasks, 0) as open_tasks, coalesce(done_tasks, 0) as done_tasks,
      coalesce((select json_agg(behind order by version) from behind), '[]') as older
    from step left join mails using (step_key) left join tasks using (step_key)
    where step.sequence_id = ${sequence_id}::uuid and step.version = ${version}::integer
    order by step.position`.execute(db)
  return rows
}
