import type { SendingState } from '../../../functions/domain/sequences/sending-state.ts'
import { Banner } from '../../components/panels.tsx'
import { Time } from '../../components/time.tsx'
import { paths } from '../../paths.ts'
import type { Tone } from '../../view.ts'
import { reasonWords } from './words.ts'

/** Why nothing is sending now, in one phrase; in a table cell and in a banner alike. */
export function SendingWords(props: { sending: SendingState }) {
  const { sending } = props
  switch (sending.state) {
    case 'draft':
      return <>Draft: activate it to send</>
    case 'archived':
      return <>Archived</>
    case 'paused':
      return <>{sending.reason ? reasonWords(sending.reason) : 'Paused'}</>
    case 'campaign_stopped':
      return <>Its campaign is not running</>
    case 'not_configured':
      return <>Not configured: {sending.missing.join(', ')}</>
    case 'nobody':
      return <>Nobody is waiting for a mail</>
    case 'tasks':
      return <>Waits for open tasks</>
    case 'done':
      return <>Everybody is through</>
    case 'due':
      return <>Mail is due and leaves with the next run</>
    case 'waiting':
      return (
        <>
          Next mail <Time at={sending.next_at} />
          {sending.reason ? ` (${reasonWords(sending.reason)})` : ''}
        </>
      )
  }
}

const tones: Readonly<Record<SendingState['state'], Tone>> = {
  draft: 'neutral',
  archived: 'neutral',
  paused: 'waiting',
  campaign_stopped: 'waiting',
  not_configured: 'bad',
  nobody: 'neutral',
  tasks: 'waiting',
  done: 'neutral',
  due: 'info',
  waiting: 'info',
}

export function SendingBanner(props: { sending: SendingState }) {
  const { sending } = props
  const heading = sending.state === 'due' ? '' : 'Not sending now: '
  const action =
    sending.state === 'tasks' ? (
      <a href={paths.tasks()}>Open tasks</a>
    ) : sending.state === 'not_configured' ? (
      <a href={paths.integrations()}>Integrations</a>
    ) : undefined
  return (
    <Banner tone={tones[sending.state]} action={action}>
      {heading}
      <SendingWords sending={sending} />
    </Banner>
  )
}
