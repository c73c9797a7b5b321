import type { PropsWithChildren } from 'hono/jsx'
import type { SequenceStatus } from '../../../db/tables/sequence.ts'
import type { WhyNotNow } from '../../../functions/domain/sequences/why-not-now.ts'
import { ConfirmButton, LinkButton, PostButton } from '../../components/buttons.tsx'
import { StatusDot } from '../../components/chips.tsx'
import { Banner, Stat, Stats, Tabs } from '../../components/panels.tsx'
import { formatNumber, formatPercent, plural } from '../../format.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { WhyNotNowBanner } from './why-not-now.tsx'
import { sequenceWords } from './words.ts'

/** What stands around every page of a sequence. */
export type SequenceHead = {
  readonly id: string
  readonly name: string
  readonly status: SequenceStatus
  readonly version: number
  readonly owner_name: string
  /** "Mon–Fri 09:00–17:00" */
  readonly window: string
  readonly steps: number
  readonly enrolled: number
  readonly active: number
  readonly paused: number
  readonly planned: number
  readonly sent: number
  readonly opened: number
  readonly replied: number
  readonly bounced: number
  readonly unconfirmed: number
  readonly why_not_now: WhyNotNow
}

export function SequenceFrame(
  props: PropsWithChildren<{ sequence: SequenceHead; tab: 'steps' | 'people' | 'versions' | 'settings' }>,
) {
  const { sequence, tab } = props
  const { id, status } = sequence
  return (
    <Layout
      title={sequence.name}
      crumbs={[{ href: paths.outreach(), label: 'Outreach' }]}
      subtitle={
        <>
          <StatusDot tone={sequenceWords[status].tone}>{sequenceWords[status].label}</StatusDot>
          <span class="muted">
            {sequence.owner_name} · version {sequence.version} · sends {sequence.window}, recipient’s time
          </span>
        </>
      }
      actions={<SequenceActions sequence={sequence} />}
      banner={
        <>
          <WhyNotNowBanner {...sequence.why_not_now} />
          {sequence.unconfirmed > 0 ? (
            <Banner tone="waiting" action={<a href={paths.unconfirmed()}>Decide</a>}>
              {plural(sequence.unconfirmed, 'mail')} may or may not have left. Nothing is sent twice by itself: you
              decide.
            </Banner>
          ) : null}
        </>
      }
    >
      <Figures sequence={sequence} />
      <Tabs
        label={sequence.name}
        tabs={[
          { href: paths.sequence(id), label: 'Steps', count: sequence.steps, current: tab === 'steps' },
          { href: paths.sequencePeople(id), label: 'People', count: sequence.enrolled, current: tab === 'people' },
          {
            href: paths.sequenceVersions(id),
            label: 'Versions',
            count: sequence.version,
            current: tab === 'versions',
          },
          { href: paths.sequenceSettings(id), label: 'Settings', current: tab === 'settings' },
        ]}
      />
      {props.children}
    </Layout>
  )
}

function SequenceActions(props: { sequence: SequenceHead }) {
  const { id, status, active, paused, steps } = props.sequence
  if (status === 'archived') return null
  return (
    <>
      <ConfirmButton
        action={paths.archiveSequence(id)}
        label="Archive"
        confirm_label="Archive sequence"
        kind="quiet"
        icon="archive"
      >
        {active + paused > 0
          ? `${plural(active + paused, 'person', 'people')} in it will be stopped. This is final.`
          : 'Its figures stay. This is final.'}
      </ConfirmButton>
      {status === 'active' ? (
        <PostButton action={paths.pauseSequence(id)} icon="pause">
          Pause sequence
        </PostButton>
      ) : null}
      {status === 'draft' ? (
        <PostButton action={paths.activateSequence(id)} kind={steps > 0 ? 'primary' : undefined} icon="play">
          Activate sequence
        </PostButton>
      ) : null}
      {status === 'paused' ? (
        <PostButton action={paths.resumeSequence(id)} kind="primary" icon="play">
          Resume sequence
        </PostButton>
      ) : null}
      {status === 'active' ? (
        <LinkButton kind="primary" icon="plus" href={paths.enrollPeople(id)}>
          Enrol people
        </LinkButton>
      ) : null}
    </>
  )
}

function Figures(props: { sequence: SequenceHead }) {
  const { sequence } = props
  return (
    <Stats>
      <Stat label="Active" value={formatNumber(sequence.active)} note={`${formatNumber(sequence.enrolled)} enrolled`} />
      <Stat label="Planned" value={formatNumber(sequence.planned)} note="mails" />
      <Stat label="Sent" value={formatNumber(sequence.sent)} />
      <Stat label="Opened" value={formatNumber(sequence.opened)} note={formatPercent(sequence.opened, sequence.sent)} />
      <Stat
        label="Replied"
        value={formatNumber(sequence.replied)}
        note={formatPercent(sequence.replied, sequence.sent)}
      />
      <Stat
        label="Bounced"
        value={formatNumber(sequence.bounced)}
        note={formatPercent(sequence.bounced, sequence.sent)}
        tone={sequence.bounced > 0 ? 'bad' : 'neutral'}
      />
    </Stats>
  )
}
