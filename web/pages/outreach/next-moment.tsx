import type { EnrollmentStatus } from '../../../db/tables/enrollment.ts'
import type { MessageState } from '../../../db/tables/message.ts'
import { Time } from '../../components/time.tsx'

type Waiting = {
  readonly status: EnrollmentStatus
  readonly state: MessageState | null
  readonly position: number | null
  readonly due_at: Date | null
  readonly time_zone: string | null
  readonly resume_at: Date | null
  readonly task_title: string | null
  readonly task_due_at: Date | null
}

/** When something comes for a person, and what; what is on hold has no moment but the one at which it goes on. */
export function NextMoment(props: { person: Waiting; is_held_back: boolean; full?: boolean }) {
  const { person, full } = props
  const { status, task_due_at, time_zone: theirs } = person
  if (status !== 'active' && status !== 'paused') return <span class="muted">–</span>
  const behind = stepBehind(person)
  if (status === 'paused')
    return (
      <>
        <span>
          on hold{' '}
          {person.resume_at === null ? (
            full && 'until somebody resumes this person'
          ) : (
            <>
              until <Time at={person.resume_at} theirs={theirs} />
            </>
          )}
        </span>
        {full && behind !== null ? <span class="muted">; {behind} is planned behind it</span> : null}
      </>
    )
  if (task_due_at !== null)
    return (
      <>
        Task <Time at={task_due_at} theirs={theirs} />
      </>
    )
  if (person.state !== 'planned' || person.due_at === null) return <span class="muted">–</span>
  if (props.is_held_back)
    return <>on hold{full && behind !== null ? <span class="muted">; {behind} is planned behind it</span> : null}</>
  return <Time at={person.due_at} theirs={theirs} />
}

function stepBehind({ task_title, state, position }: Waiting): string | null {
  if (task_title !== null) return `the task “${task_title}”`
  return state === 'planned' && position !== null ? `step ${position}` : null
}
