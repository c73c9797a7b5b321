import type { EnrollmentStatus } from '../../../db/tables/enrollment.ts'
import { Button, ConfirmButton, PostButton } from '../../components/buttons.tsx'
import { StatusDot } from '../../components/chips.tsx'
import { Field, FormActions, FormErrors } from '../../components/fields.tsx'
import type { IconName } from '../../components/icon.tsx'
import { Banner, Card, Facts } from '../../components/panels.tsx'
import { Time } from '../../components/time.tsx'
import { Timeline, type TimelineItem } from '../../components/timeline.tsx'
import type { FormState } from '../../forms.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import type { Tone } from '../../view.ts'
import { DecisionButtons } from './unconfirmed-page.tsx'
import { enrollmentWords, reasonWords } from './words.ts'

export type ReceiptLine = {
  readonly id: number
  readonly at: Date
  readonly what: string
  readonly detail: Readonly<Record<string, unknown>>
  /** Of the step it speaks of; null when it speaks of the whole sequence. */
  readonly position: number | null
  readonly rotation: number | null
}

export type EnrollmentPageProps = {
  sequence: { readonly id: string; readonly name: string; readonly version: number }
  enrollment: {
    readonly id: string
    readonly person_id: string
    readonly person_name: string
    readonly title: string | null
    readonly account_name: string | null
    readonly address: string | null
    readonly status: EnrollmentStatus
    readonly stop_reason: string | null
    readonly pause_reason: string | null
    readonly resume_at: Date | null
    readonly version: number
    readonly enrolled_at: Date
    readonly due_at: Date | null
    readonly time_zone: string | null
    readonly state: string | null
    readonly message_id: string | null
    readonly position: number | null
    readonly task_title: string | null
    /** Nothing is planned before they have been at the booth, or this is over. */
    readonly waiting_until_at: Date | null
  }
  /** Oldest first. */
  receipt: readonly ReceiptLine[]
  /** Of the day to pause until. */
  form: FormState
}

export function EnrollmentPage(props: EnrollmentPageProps) {
  const { sequence, enrollment } = props
  const { label, tone } = enrollmentWords[enrollment.status]
  return (
    <Layout
      title={enrollment.person_name}
      crumbs={[
        { href: paths.outreach(), label: 'Outreach' },
        { href: paths.sequence(sequence.id), label: sequence.name },
        { href: paths.sequencePeople(sequence.id), label: 'People' },
      ]}
      subtitle={
        <StatusDot tone={tone}>
          {label}
          {enrollment.stop_reason ? `: ${reasonWords(enrollment.stop_reason)}` : ''}
          {enrollment.status === 'paused' && enrollment.pause_reason ? `: ${reasonWords(enrollment.pause_reason)}` : ''}
        </StatusDot>
      }
      actions={<EnrollmentActions sequence_id={sequence.id} enrollment={enrollment} />}
      banner={<Held {...props} />}
    >
      <div class="columns-side">
        <Card title="Why each step did, or did not, leave">
          <Timeline items={props.receipt.map(toItem)} />
        </Card>
        <div class="stack-y">
          <Card title="Person">
            <Facts
              facts={[
                { label: 'Name', value: <a href={paths.person(enrollment.person_id)}>{enrollment.person_name}</a> },
                { label: 'Title', value: enrollment.title },
                { label: 'Account', value: enrollment.account_name },
                { label: 'Address', value: enrollment.address },
                {
                  label: 'Version',
                  value: enrollment.version,
                  note: enrollment.version < sequence.version ? `the newest is ${sequence.version}` : undefined,
                },
                { label: 'Enrolled', value: <Time at={enrollment.enrolled_at} /> },
                { label: 'Next mail', value: nextMail(enrollment) },
              ]}
            />
          </Card>
          <PauseUntilCard {...props} />
        </div>
      </div>
    </Layout>
  )
}

function PauseUntilCard({ sequence, enrollment, form }: EnrollmentPageProps) {
  if (enrollment.status !== 'active' && enrollment.status !== 'paused') return null
  return (
    <Card title="Pause until">
      <form method="post" action={paths.pauseUntil(sequence.id, enrollment.id)} class="form">
        <FormErrors form={form} labels={{ resume_on: 'Day' }} />
        <Field
          form={form}
          name="resume_on"
          label="Day"
          type="date"
          required
          hint="Goes on by itself in that morning, where they are; after a weekend on Monday."
        />
        <FormActions>
          <Button icon="pause">Pause until then</Button>
        </FormActions>
      </form>
    </Card>
  )
}

function nextMail(enrollment: EnrollmentPageProps['enrollment']) {
  if (enrollment.state !== 'planned' || enrollment.due_at === null) return null
  if (enrollment.status === 'paused')
    return enrollment.resume_at === null ? 'on hold until the person is resumed' : <Time at={enrollment.resume_at} />
  return <Time at={enrollment.due_at} time_zone={enrollment.time_zone ?? undefined} />
}

function Held({ enrollment }: EnrollmentPageProps) {
  if (enrollment.state === 'unconfirmed' && enrollment.message_id !== null)
    return (
      <Banner tone="waiting" action={<DecisionButtons message_id={enrollment.message_id} />}>
        Step {enrollment.position} may or may not have left. Look into their mailbox or ours, then decide.
      </Banner>
    )
  const runs = enrollment.status === 'active' || enrollment.status === 'paused'
  if (runs && enrollment.task_title)
    return (
      <Banner tone="waiting" action={<a href={paths.tasks()}>Open tasks</a>}>
        The sequence waits for a task: {enrollment.task_title}
      </Banner>
    )
  if (runs && enrollment.waiting_until_at !== null)
    return (
      <Banner tone="waiting" action={<a href={paths.person(enrollment.person_id)}>Open the person</a>}>
        The next step waits for their visit to the booth, until <Time at={enrollment.waiting_until_at} /> at most.
      </Banner>
    )
  if (enrollment.status === 'paused')
    return (
      <Banner tone="waiting">
        {sentence(reasonWords(enrollment.pause_reason ?? 'on hold'))}:{' '}
        {enrollment.resume_at === null ? (
          'nothing leaves until somebody resumes this person.'
        ) : (
          <>
            goes on by itself <Time at={enrollment.resume_at} />.
          </>
        )}
      </Banner>
    )
  return null
}

const sentence = (words: string) => words.charAt(0).toUpperCase() + words.slice(1)

function EnrollmentActions(props: { sequence_id: string; enrollment: EnrollmentPageProps['enrollment'] }) {
  const { id, status, person_name } = props.enrollment
  if (status === 'finished' || status === 'stopped') return null
  return (
    <>
      <ConfirmButton
        action={paths.stopEnrollment(props.sequence_id, id)}
        label="Stop"
        confirm_label={`Stop ${person_name}`}
        icon="ban"
      >
        What is planned for {person_name} is cancelled. This is final for this sequence.
      </ConfirmButton>
      {status === 'active' ? (
        <PostButton action={paths.pauseEnrollment(props.sequence_id, id)} icon="pause">
          Pause person
        </PostButton>
      ) : (
        <PostButton action={paths.resumeEnrollment(props.sequence_id, id)} icon="play" kind="primary">
          Resume person
        </PostButton>
      )}
    </>
  )
}

const lines: Readonly<Record<string, { title: string; icon: IconName; tone?: Tone }>> = {
  enrolled: { title: 'Enrolled', icon: 'plus' },
  planned: { title: 'Planned', icon: 'calendar' },
  claimed: { title: 'Checked and taken to be sent', icon: 'check' },
  handed: { title: 'Handed to the mail service', icon: 'send' },
  accepted: { title: 'Accepted: sent', icon: 'mail-check', tone: 'good' },
  refused: { title: 'Refused by the mail service', icon: 'mail-x', tone: 'bad' },
  deferred: { title: 'Put off: the mail service was busy', icon: 'clock', tone: 'waiting' },
  unconfirmed: { title: 'Unconfirmed: it may have left', icon: 'circle-help', tone: 'waiting' },
  moved: { title: 'Moved', icon: 'clock' },
  released: { title: 'Given back, unsent', icon: 'undo' },
  decided: { title: 'Decided by a person', icon: 'user' },
  skipped: { title: 'Skipped', icon: 'circle-x', tone: 'bad' },
  cancelled: { title: 'Cancelled', icon: 'circle-x' },
  stopped: { title: 'Stopped', icon: 'ban', tone: 'bad' },
  paused: { title: 'Paused', icon: 'pause', tone: 'waiting' },
  resumed: { title: 'Resumed', icon: 'play' },
  finished: { title: 'Finished: no step is left', icon: 'circle-check', tone: 'good' },
  delivered: { title: 'Delivered', icon: 'inbox', tone: 'good' },
  open: { title: 'Opened', icon: 'eye' },
  click: { title: 'A link was clicked', icon: 'click' },
  bounce: { title: 'Bounced', icon: 'mail-x', tone: 'bad' },
  dropped: { title: 'Dropped by the mail service', icon: 'mail-x', tone: 'bad' },
  spamreport: { title: 'Marked as spam', icon: 'ban', tone: 'bad' },
  reply: { title: 'A reply came', icon: 'reply', tone: 'waiting' },
  unsubscribed: { title: 'Unsubscribed', icon: 'ban', tone: 'bad' },
  task_planned: { title: 'A task holds the sequence', icon: 'list' },
  task_done: { title: 'Task done', icon: 'check', tone: 'good' },
  task_ready: { title: 'The task’s condition holds', icon: 'list' },
  task_timed_out: { title: 'Task given up', icon: 'clock', tone: 'waiting' },
  waiting: { title: 'Waits for the booth visit', icon: 'clock', tone: 'waiting' },
  task_skipped: { title: 'Task skipped', icon: 'chevron-right' },
}

function toItem(line: ReceiptLine): TimelineItem {
  // What the mail service told us is one kind of line, and its type says which event it was.
  const what = line.what === 'event' ? String(line.detail.type) : line.what
  const machine = line.detail.machine === true ? ', by a machine' : ''
  const known = lines[what] ?? { title: what.replaceAll('_', ' '), icon: 'info' as const }
  const step =
    line.position === null || what === 'enrolled' ? '' : `Step ${line.position}${line.rotation ? ', sent again' : ''}: `
  const title = step === '' ? known.title : step + known.title.charAt(0).toLowerCase() + known.title.slice(1)
  return {
    at: line.at,
    icon: known.icon,
    tone: known.tone,
    title: title + machine,
    body: <Detail detail={line.detail} />,
  }
}

function Detail(props: { detail: ReceiptLine['detail'] }) {
  const { due_at, time_zone, reason, rule, to, decision, detail, url } = props.detail
  const parts = [
    typeof reason === 'string' ? reasonWords(reason) : null,
    typeof detail === 'string' ? detail : null,
    typeof to === 'string' ? `to ${to}` : null,
    typeof decision === 'string' ? decision.replaceAll('_', ' ') : null,
    typeof rule === 'string' ? rule : null,
    typeof url === 'string' ? url : null,
  ].filter((part) => part !== null)
  const due = typeof due_at === 'string' ? new Date(due_at) : null
  if (parts.length === 0 && due === null) return null
  return (
    <>
      {due === null ? null : (
        <>
          for <Time at={due} time_zone={typeof time_zone === 'string' ? time_zone : undefined} />
          {parts.length > 0 ? ' · ' : ''}
        </>
      )}
      {parts.join(' · ')}
    </>
  )
}
