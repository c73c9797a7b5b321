import type { ReplyClass } from '../../../db/tables/reply.ts'
import type { WhyNotNow } from '../../../functions/domain/sequences/why-not-now.ts'
import { LinkButton } from '../../components/buttons.tsx'
import { Chip } from '../../components/chips.tsx'
import type { IconName } from '../../components/icon.tsx'
import { Icon } from '../../components/icon.tsx'
import { Card, EmptyState, Stat, Stats } from '../../components/panels.tsx'
import { Time } from '../../components/time.tsx'
import { Timeline } from '../../components/timeline.tsx'
import { formatNumber, formatPercent, plural } from '../../format.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { Happened } from '../accounts/record-timeline.tsx'
import { isHeldBack, WhyNotNowBanner } from '../outreach/why-not-now.tsx'
import { replyClasses } from '../outreach/words.ts'
import { type DashboardEvent, EventCard } from './event-card.tsx'
import { type NextSend, NextSends } from './next-sends.tsx'

export type DashboardPageProps = {
  /** Null: nobody has chosen one, or there is none; then the page only offers that. */
  event: DashboardEvent | null
  counts: DashboardCounts
  /** The next messages, earliest first; about eight. */
  next_sends: readonly NextSend[]
  /** Why nothing leaves now although something is planned; null while mail is leaving or nothing is planned. */
  why_not_now: WhyNotNow | null
  /** Unread replies, newest first; about five of `counts.replies_waiting`. */
  replies: readonly WaitingReply[]
  /** What a new workspace still has to do, in order; the card goes when all is done. */
  checklist: readonly ChecklistItem[]
  /** Newest first; about ten. */
  activity: readonly RecentActivity[]
}

export type DashboardCounts = {
  readonly accounts: number
  readonly people: number
  /** Null: more than counting is worth, `most_counted`. */
  readonly people_with_address: number | null
  readonly most_counted: number
  /** People in a sequence now. */
  readonly enrolled: number
  readonly sent_today: number
  /** Planned for the rest of today. */
  readonly planned_today: number
  readonly replies_waiting: number
  readonly failed_jobs: number
  /** Handed to SendGrid without an answer: a person decides. */
  readonly unconfirmed: number
}

export type WaitingReply = {
  readonly id: string
  readonly person_id: string | null
  readonly person_name: string
  readonly account_name: string | null
  readonly subject: string
  readonly class: ReplyClass
  readonly received_at: Date
}

export type ChecklistItem = {
  readonly label: string
  readonly done: boolean
  readonly href: string
  readonly note?: string
}

export type RecentActivity = {
  readonly at: Date
  /** `activity.kind`; picks the icon. */
  readonly kind: string
  readonly summary: string
  /** Whom or what it happened to. */
  readonly subject_name: string | null
  readonly href?: string
}

export function DashboardPage(props: DashboardPageProps) {
  if (props.event === null) return <NoEvent />
  const { counts } = props
  const open = props.checklist.filter((item) => !item.done)
  return (
    <Layout
      title="Dashboard"
      actions={
        <LinkButton href={paths.import()} icon="upload">
          Import a list
        </LinkButton>
      }
      banner={props.why_not_now ? <WhyNotNowBanner {...props.why_not_now} /> : null}
    >
      <EventCard event={props.event} />
      <Figures counts={counts} />
      <div class="columns-side">
        <div class="stack-y">
          <NextSends
            sends={props.next_sends}
            planned_today={counts.planned_today}
            is_held_back={props.why_not_now !== null && isHeldBack(props.why_not_now)}
          />
          <Replies replies={props.replies} waiting={counts.replies_waiting} />
        </div>
        <div class="stack-y">
          {open.length > 0 ? <Checklist items={props.checklist} /> : null}
          <Card title="Recently">
            {props.activity.length === 0 ? (
              <p class="hint">What the team and the queue do appears here.</p>
            ) : (
              <Timeline
                items={props.activity.map((line) => ({
                  at: line.at,
                  icon: iconOf(line.kind),
                  title: <Happened {...line} />,
                }))}
              />
            )}
          </Card>
        </div>
      </div>
    </Layout>
  )
}

function NoEvent() {
  return (
    <Layout title="Dashboard">
      <Card>
        <EmptyState
          icon="calendar"
          title="No event is active"
          text="Accounts, people and sequences belong to a trade show. Choose the one you are preparing for."
        >
          <LinkButton href={paths.newEvent()} kind="primary" icon="plus">
            New event
          </LinkButton>
          <LinkButton href={paths.events()}>All events</LinkButton>
        </EmptyState>
      </Card>
    </Layout>
  )
}

function Figures(props: { counts: DashboardCounts }) {
  const { counts } = props
  return (
    <Stats>
      <Stat label="Accounts" value={formatNumber(counts.accounts)} href={paths.accounts()} />
      <Stat label="People" value={formatNumber(counts.people)} href={paths.people()} />
      <Stat
        label="With an address"
        value={
          counts.people_with_address === null
            ? `${formatNumber(counts.most_counted)}+`
            : formatNumber(counts.people_with_address)
        }
        note={
          counts.people > 0 && counts.people_with_address !== null
            ? `${formatPercent(counts.people_with_address, counts.people)} of people`
            : undefined
        }
      />
      <Stat label="In a sequence" value={formatNumber(counts.enrolled)} href={paths.outreach()} />
      <Stat
        label="Sent today"
        value={formatNumber(counts.sent_today)}
        note={counts.planned_today > 0 ? `${formatNumber(counts.planned_today)} more planned` : undefined}
      />
      {counts.unconfirmed > 0 ? (
        <Stat
          label="Unconfirmed"
          value={formatNumber(counts.unconfirmed)}
          note="sent or not? You decide"
          href={paths.unconfirmed()}
          tone="waiting"
        />
      ) : null}
      {counts.failed_jobs > 0 ? (
        <Stat
          label="Failed jobs"
          value={formatNumber(counts.failed_jobs)}
          note="see why and retry"
          href={paths.queue({ status: 'failed' })}
          tone="bad"
        />
      ) : null}
    </Stats>
  )
}

function Replies(props: { replies: readonly WaitingReply[]; waiting: number }) {
  return (
    <Card title="Replies waiting" note={props.waiting > 0 ? plural(props.waiting, 'reply', 'replies') : undefined}>
      {props.replies.length === 0 ? (
        <p class="hint">Nobody is waiting for an answer. A reply stops that person's sequence at once.</p>
      ) : (
        <ul class="reply-list">
          {props.replies.map((reply) => (
            <li>
              <span class="reply-who">
                {reply.person_id ? <a href={paths.person(reply.person_id)}>{reply.person_name}</a> : reply.person_name}
                {reply.account_name ? <span class="muted"> {reply.account_name}</span> : null}
              </span>
              <span class="reply-subject">{reply.subject}</span>
              <span class="reply-when">
                <Chip tone={replyClasses[reply.class].tone}>{replyClasses[reply.class].label}</Chip>
                <Time at={reply.received_at} show="relative" />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

function Checklist(props: { items: readonly ChecklistItem[] }) {
  const done = props.items.filter((item) => item.done).length
  const next = props.items.findIndex((item) => !item.done)
  return (
    <Card title="Next steps" note={`${done} of ${props.items.length} done`}>
      <ol class="checklist">
        {props.items.map((item, index) => (
          <li class={item.done ? 'checklist-done' : index === next ? 'checklist-next' : undefined}>
            <Icon name={item.done ? 'circle-check' : 'circle'} label={item.done ? 'Done' : 'Open'} />
            <span>
              {item.done ? item.label : <a href={item.href}>{item.label}</a>}
              {item.note && !item.done ? <span class="hint"> {item.note}</span> : null}
            </span>
          </li>
        ))}
      </ol>
    </Card>
  )
}

/** `activity.kind` begins with its noun: "message.sent", "import.finished". */
function iconOf(kind: string): IconName {
  const icons: Readonly<Record<string, IconName>> = {
    message: 'mail',
    reply: 'reply',
    import: 'upload',
    enrichment: 'sparkles',
    sequence: 'send',
    enrollment: 'send',
    account: 'building',
    person: 'user',
    event: 'calendar',
    score: 'star',
    suppression: 'ban',
  }
  return icons[kind.split(/[._-]/)[0] ?? ''] ?? 'activity'
}
