import { raw } from 'hono/html'
import type { ReplyClass } from '../../../db/tables/reply.ts'
import { LinkButton, PostButton } from '../../components/buttons.tsx'
import { Chip } from '../../components/chips.tsx'
import { EmptyState } from '../../components/panels.tsx'
import { Pager } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { formatDayRange } from '../../format.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { ChipNav } from './chip-nav.tsx'
import { OutreachTabs } from './outreach-tabs.tsx'
import { replyClasses } from './words.ts'

export type ReplyRow = {
  readonly id: string
  readonly person_id: string | null
  readonly person_name: string | null
  readonly account_name: string | null
  readonly sequence_id: string | null
  readonly sequence_name: string | null
  readonly enrollment_id: string | null
  readonly from_address: string
  readonly subject: string
  readonly text: string
  /** sanitised; null: the text is shown */
  readonly html: string | null
  /** of an out-of-office, `YYYY-MM-DD` */
  readonly resume_on: string | null
  readonly enrollment_status: string | null
  readonly resume_at: Date | null
  readonly class: ReplyClass
  readonly received_at: Date
  readonly read_at: Date | null
  /** of the person; null: none that we know of */
  readonly meeting_booked_at: Date | null
}

export type RepliesPageProps = {
  rows: readonly ReplyRow[]
  show: 'unread' | 'all'
  previous_href: string | null
  next_href: string | null
}

export function RepliesPage(props: RepliesPageProps) {
  return (
    <Layout title="Outreach">
      <OutreachTabs current="replies" />
      <ChipNav
        label="Replies"
        links={[
          { href: paths.replies(), label: 'Unread', current: props.show === 'unread' },
          { href: paths.replies({ show: 'all' }), label: 'All', current: props.show === 'all' },
        ]}
      />
      {props.rows.length === 0 ? (
        <div class="sheet">
          <EmptyState
            icon="inbox"
            title={props.show === 'unread' ? 'Every reply is read' : 'No reply yet'}
            text="A reply stops the sequence of whoever wrote it, and appears here."
          />
        </div>
      ) : (
        <ul class="stack-y reply-cards">
          {props.rows.map((reply) => (
            <li>
              <ReplyCard reply={reply} />
            </li>
          ))}
        </ul>
      )}
      <Pager
        label="Pages of replies"
        shown={props.rows.length}
        previous_href={props.previous_href}
        next_href={props.next_href}
      />
    </Layout>
  )
}

function ReplyCard({ reply }: { reply: ReplyRow }) {
  const { label, tone } = replyClasses[reply.class]
  const name = reply.person_name ?? reply.from_address
  return (
    <article class="sheet" aria-label={`Reply of ${name}`}>
      <header class="sheet-head reply-head">
        <h2>{reply.person_id ? <a href={paths.person(reply.person_id)}>{name}</a> : name}</h2>
        <Chip tone={tone}>{label}</Chip>
        <span class="muted text-xs">
          {[reply.account_name, reply.from_address].filter(Boolean).join(' · ')} · <Time at={reply.received_at} />
        </span>
        <div class="sheet-actions">
          <LinkButton href={mailto(reply)} small icon="reply" aria-label={`Answer: ${name}`}>
            Answer
          </LinkButton>
          {reply.person_id === null || reply.meeting_booked_at !== null ? null : (
            <PostButton
              action={paths.bookMeeting(reply.person_id)}
              fields={{ return_to: 'replies' }}
              small
              icon="calendar"
              label={`Meeting booked: ${name}`}
            >
              Meeting booked
            </PostButton>
          )}
          <PostButton
            action={paths.readReply(reply.id)}
            fields={{ read: reply.read_at ? 'no' : 'yes' }}
            small
            icon={reply.read_at ? 'undo' : 'check'}
            label={`${reply.read_at ? 'Mark unread' : 'Mark read'}: ${name}`}
          >
            {reply.read_at ? 'Mark unread' : 'Mark read'}
          </PostButton>
        </div>
      </header>
      <div class="sheet-body">
        <p class="step-subject">{reply.subject === '' ? <span class="muted">No subject</span> : reply.subject}</p>
        {reply.html === null ? <ReplyText text={reply.text} /> : <div class="mail-html">{raw(reply.html)}</div>}
        {reply.class === 'out_of_office' ? <Absence reply={reply} /> : null}
        {reply.sequence_id && reply.enrollment_id ? (
          <p class="hint">
            Answers <a href={paths.enrollment(reply.sequence_id, reply.enrollment_id)}>{reply.sequence_name}</a>
          </p>
        ) : null}
      </div>
    </article>
  )
}

/** Opens the rep's own mailbox: an answer to a person is written by a person. */
function mailto({ from_address, subject }: ReplyRow): string {
  const answer = /^re:/i.test(subject) ? subject : `Re: ${subject}`
  return `mailto:${encodeURIComponent(from_address)}?subject=${encodeURIComponent(answer.toWellFormed())}`
}

/** What an out-of-office did, and where to say otherwise. */
function Absence({ reply }: { reply: ReplyRow }) {
  const isPaused = reply.enrollment_status === 'paused'
  return (
    <p class="text-sm">
      {reply.resume_on === null
        ? 'It does not say until when.'
        : `Back on ${formatDayRange(reply.resume_on, reply.resume_on)}, by what they wrote.`}{' '}
      {isPaused && reply.resume_at !== null ? (
        <>
          The sequence goes on automatically <Time at={reply.resume_at} />.{' '}
        </>
      ) : null}
      {isPaused && reply.resume_at === null ? 'The sequence waits until somebody resumes it. ' : null}
      {isPaused && reply.sequence_id && reply.enrollment_id ? (
        <a href={paths.enrollment(reply.sequence_id, reply.enrollment_id)}>
          {reply.resume_at === null ? 'Resume, or pause until a day' : 'Choose another day'}
        </a>
      ) : null}
    </p>
  )
}

/** Our own mail below the answer is folded away, with its unsubscribe link, which is not ours to press. */
function ReplyText(props: { text: string }) {
  const lines = props.text.split('\n')
  const quote = lines.findIndex((_, index) => lines.slice(index).every(isQuoted) && lines[index]?.startsWith('>'))
  if (quote <= 0) return <p class="mail-draft">{props.text}</p>
  const isIntroduced = /:\s*$/.test(lines[quote - 1] ?? '')
  const answer = lines.slice(0, isIntroduced ? quote - 1 : quote)
  return (
    <>
      <p class="mail-draft">{answer.join('\n').trimEnd()}</p>
      <details class="mt-2">
        <summary class="text-sm">What they answered to</summary>
        <p class="mail-draft muted">{lines.slice(answer.length).join('\n')}</p>
      </details>
    </>
  )
}

const isQuoted = (line: string) => line.startsWith('>') || line.trim() === ''
