import type { WhyNotThem } from '../../../functions/domain/sequences/why-not-them.ts'
import { Banner } from '../../components/panels.tsx'
import { Time } from '../../components/time.tsx'
import { paths } from '../../paths.ts'
import type { Tone } from '../../view.ts'
import { DecisionButtons } from './unconfirmed-page.tsx'
import { isHeldBack, WhyNotNowWords } from './why-not-now.tsx'
import { reasonWords } from './words.ts'

type Props = WhyNotThem & { person_name: string; message_id: string | null }

/** One sentence: what this person waits for, and the next moment at which something can move. */
export function WhyNotThemBanner(props: Props) {
  return (
    <Banner tone={tones[props.why]} action={actionFor(props)}>
      <Sentence {...props} />
    </Banner>
  )
}

const tones: Readonly<Record<WhyNotThem['why'], Tone>> = {
  stopped: 'neutral',
  finished: 'good',
  unconfirmed: 'waiting',
  leaving: 'info',
  held: 'waiting',
  task: 'waiting',
  booth_visit: 'waiting',
  stranded: 'bad',
  mail: 'info',
}

function actionFor({ why, message_id }: Props) {
  if (why === 'unconfirmed' && message_id !== null) return <DecisionButtons message_id={message_id} />
  if (why === 'task') return <a href={paths.tasks({ whose: 'all' })}>Open tasks</a>
  return undefined
}

function Sentence(props: Props) {
  const { person_name: name } = props
  switch (props.why) {
    case 'stopped':
      return (
        <>
          {name} gets nothing more here: {reasonWords(props.reason ?? 'stopped')}.
        </>
      )
    case 'finished':
      return <>{name} has had every step.</>
    case 'unconfirmed':
      return <>Step {props.position} may or may not have left. Look into their mailbox or ours, then decide.</>
    case 'leaving':
      return <>Step {props.position} is leaving at this moment.</>
    case 'held':
      return (
        <>
          On hold{props.reason ? `: ${reasonWords(props.reason)}` : ''};{' '}
          {props.next_at ? (
            <>
              goes on automatically <Time at={props.next_at} />
            </>
          ) : (
            'nothing leaves until somebody resumes this person'
          )}
          .
        </>
      )
    case 'task':
      return (
        <>
          The next step waits for a task: {props.title}, due <Time at={props.next_at} />.
        </>
      )
    case 'booth_visit':
      return (
        <>
          The next step waits for their visit to the booth, until <Time at={props.next_at} /> at most.
        </>
      )
    case 'stranded':
      return <>Nothing is planned for {name}. The next sweep, within 15 minutes, puts that right.</>
    case 'mail':
      return <PlannedMail {...props} />
  }
}

function PlannedMail({ position, now, next_at, time_zone, is_judged }: Extract<WhyNotThem, { why: 'mail' }>) {
  if (isHeldBack(now))
    return (
      <>
        Step {position} is on hold: <WhyNotNowWords {...now} />.
      </>
    )
  const waits = now.why === 'later' && now.reason === null ? null : now
  return (
    <>
      Step {position} is planned for <Time at={next_at} theirs={time_zone} />
      {waits === null ? null : (
        <>
          {waits.why === 'window_shut' ? '; until then it is ' : ': '}
          <WhyNotNowWords {...waits} said={next_at} />
        </>
      )}
      .{is_judged ? ' Its condition is judged at that moment.' : ''}
    </>
  )
}
