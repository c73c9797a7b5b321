import type { EnrollmentStatus } from '../../../db/tables/enrollment.ts'
import type { MessageState } from '../../../db/tables/message.ts'
import type { WhyNotThem } from '../../../functions/domain/sequences/why-not-them.ts'
import { Button, ConfirmButton, PostButton } from '../../components/buttons.tsx'
import { StatusDot } from '../../components/chips.tsx'
import { Field, FormActions, FormErrors } from '../../components/fields.tsx'
import { Card, Facts } from '../../components/panels.tsx'
import { Time } from '../../components/time.tsx'
import type { FormState } from '../../forms.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { NextMoment } from './next-moment.tsx'
import { Receipt, type ReceiptLine } from './receipt.tsx'
import { WhyNotThemBanner } from './why-not-them.tsx'
import { enrollmentWords, reasonWords } from './words.ts'

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
    readonly state: MessageState | null
    readonly message_id: string | null
    readonly position: number | null
    readonly task_title: string | null
    readonly task_due_at: Date | null
  }
  why: WhyNotThem
  /** Its sequence, its sender or the mail is off: planned moments would pass. */
  is_held_back: boolean
  /** Oldest first. */
  receipt: readonly ReceiptLine[]
  /** Of the day to pause until. */
  form: FormState
  /** Every line follows from the one before it. */
  is_whole: boolean
  /** What kind each step is, by its key. */
  steps: ReadonlyMap<string, string>
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
      banner={
        <WhyNotThemBanner {...props.why} person_name={enrollment.person_name} message_id={enrollment.message_id} />
      }
    >
      <div class="columns-side">
        <section class="stack-y" aria-label="Why each step did, or did not, leave">
          <Receipt lines={props.receipt} is_whole={props.is_whole} steps={props.steps} />
        </section>
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
                {
                  label: 'Next',
                  value: <NextMoment person={enrollment} is_held_back={props.is_held_back} full />,
                },
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
