import type { WhyNotNow } from '../../../functions/domain/sequences/why-not-now.ts'
import { Banner } from '../../components/panels.tsx'
import { Time } from '../../components/time.tsx'
import { paths } from '../../paths.ts'
import type { Tone } from '../../view.ts'
import { reasonWords } from './words.ts'

/**
 * Why nothing is sending now, and until when; stands in a cell of its own and after "Not sending now: ".
 *
 * @param props.said the moment that the sentence has named before, which is not said twice
 */
export function WhyNotNowWords({ said, ...why }: WhyNotNow & { said?: Date }) {
  const isSaid = 'next_at' in why && why.next_at.getTime() === said?.getTime()
  return (
    <>
      {wordsFor(why)}
      {'next_at' in why && !isSaid ? (
        <>
          ; {why.why === 'provider_down' ? 'resumes at' : 'next'}{' '}
          <Time at={why.next_at} theirs={why.why === 'window_shut' ? why.time_zone : null} />
        </>
      ) : null}
    </>
  )
}

/** A clause without a full stop. */
function wordsFor(props: WhyNotNow): string {
  switch (props.why) {
    case 'draft':
      return 'it is a draft, activate it to send'
    case 'archived':
      return 'it is archived'
    case 'mail_off':
      return `mail is not configured, ${props.missing.join(', ')} is missing`
    case 'queue_off':
      return `the queue is not configured, ${props.missing.join(', ')} is missing`
    case 'paused':
      return props.reason ? reasonWords(props.reason) : 'it is paused'
    case 'all_paused':
      return `every sequence with planned mail is paused${props.reason ? `: ${reasonWords(props.reason)}` : ''}`
    case 'campaign_stopped':
      return 'its campaign is not running'
    case 'late':
      return `the queue has not come for what was due ${props.late_minutes} min ago`
    case 'sending':
      return 'mail is due and leaves with the next run'
    case 'provider_down':
      return props.reason.replace(/\.$/, '')
    case 'sender_paused':
      return senderPausedWords(props)
    case 'cap_reached':
      return reasonWords(props.cap)
    case 'gap':
      return reasonWords('gap')
    case 'people_paused':
      return `everybody who is left is paused${props.reason ? `: ${reasonWords(props.reason)}` : ''}`
    case 'window_shut':
      return `outside ${props.window} where the recipient is`
    case 'later':
      return `no step is due yet${props.reason ? ` (${reasonWords(props.reason)})` : ''}`
    case 'tasks':
      return 'it waits for open tasks'
    case 'nobody':
      return 'nobody is waiting for a mail'
    case 'done':
      return 'everybody is through'
  }
}

/** "kim@acme.com was paused by Jamie Rivera": most reasons begin with the word that the clause needs. */
function senderPausedWords({ address, reason }: { address: string; reason: string }): string {
  if (reason === '') return `${address} is paused`
  const [, by] = /^Paused (.+)$/s.exec(reason) ?? []
  return by === undefined ? `${address} is paused: ${reasonWords(reason)}` : `${address} was paused ${by}`
}

/** What a person has stopped, or has to set up: no moment is known at which it goes on. */
export const isHeldBack = ({ why }: WhyNotNow): boolean => heldBack.includes(why)
const heldBack: readonly WhyNotNow['why'][] = [
  'mail_off',
  'queue_off',
  'paused',
  'all_paused',
  'campaign_stopped',
  'sender_paused',
]

const tones: Readonly<Record<WhyNotNow['why'], Tone>> = {
  draft: 'neutral',
  archived: 'neutral',
  mail_off: 'bad',
  queue_off: 'bad',
  paused: 'waiting',
  all_paused: 'waiting',
  campaign_stopped: 'waiting',
  late: 'bad',
  sending: 'info',
  provider_down: 'waiting',
  sender_paused: 'waiting',
  cap_reached: 'waiting',
  gap: 'waiting',
  people_paused: 'waiting',
  window_shut: 'waiting',
  later: 'info',
  tasks: 'waiting',
  nobody: 'neutral',
  done: 'neutral',
}

/** Where it can be put right, when a person can. */
const remedies: Partial<Record<WhyNotNow['why'], { href: string; label: string }>> = {
  mail_off: { href: paths.integrations(), label: 'See integrations' },
  queue_off: { href: paths.integrations(), label: 'See integrations' },
  all_paused: { href: paths.outreach(), label: 'See sequences' },
  sender_paused: { href: paths.senders(), label: 'See senders' },
  cap_reached: { href: paths.senders(), label: 'See caps' },
  late: { href: paths.queue(), label: 'See the queue' },
  tasks: { href: paths.tasks({ whose: 'all' }), label: 'Open tasks' },
}

export function WhyNotNowBanner(props: WhyNotNow) {
  const remedy = remedies[props.why]
  return (
    <Banner tone={tones[props.why]} action={remedy && <a href={remedy.href}>{remedy.label}</a>}>
      {props.why === 'sending' ? '' : 'Not sending now: '}
      <WhyNotNowWords {...props} />.
    </Banner>
  )
}
