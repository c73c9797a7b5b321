import { type Context, Hono } from 'hono'
import { Temporal } from 'temporal-polyfill'
import { type DashboardFigures, findDashboardFigures, findDashboardLists } from '../../db/queries/dashboard.ts'
import { MOST_COUNTED } from '../../db/queries/keyset.ts'
import {
  type ChecklistItem,
  DashboardPage,
  type DashboardPageProps,
  type NotSending,
} from '../../web/pages/dashboard/dashboard-page.tsx'
import { paths, routes } from '../../web/paths.ts'
import type { Config } from '../config.ts'
import { type WhyNotSending, whyNotSending } from '../domain/dashboard/why-not-sending.ts'
import { describeWindow } from '../domain/sequences/plan.ts'
import type { SignedInEnv } from '../env.ts'
import { assertNever } from '../errors.ts'
import { renderPage, viewerTimeZone } from './render-page.tsx'

export const dashboardPages = new Hono<SignedInEnv>()

dashboardPages.get(routes.dashboard, async (c) => {
  const { ctx } = c.var
  const { active_event_id } = ctx.actor
  const figures = active_event_id === null ? undefined : await findDashboardFigures(ctx.db, active_event_id, todayOf(c))
  if (figures === undefined) return renderPage(c, <DashboardPage {...nothing} />)
  const { next_sends, replies, activity } = await findDashboardLists(ctx.db, figures.event.id)
  const why = whyNotSending(figures, ctx.config, ctx.clock.now())
  return renderPage(
    c,
    <DashboardPage
      event={figures.event}
      counts={countsOf(figures)}
      next_sends={next_sends}
      not_sending={why && wordsFor(why, ctx.clock.now())}
      replies={replies}
      checklist={checklistOf(figures, ctx.config)}
      activity={activity.map((line) => ({ ...line, href: hrefOf(line) }))}
    />,
  )
})

function countsOf(figures: DashboardFigures): DashboardPageProps['counts'] {
  const { people_with_address } = figures
  const isCounted = people_with_address <= MOST_COUNTED
  return { ...figures, people_with_address: isCounted ? people_with_address : null, most_counted: MOST_COUNTED }
}

const nothing: DashboardPageProps = {
  event: null,
  counts: {
    accounts: 0,
    people: 0,
    people_with_address: 0,
    most_counted: MOST_COUNTED,
    enrolled: 0,
    sent_today: 0,
    planned_today: 0,
    replies_waiting: 0,
    failed_jobs: 0,
    unconfirmed: 0,
  },
  next_sends: [],
  not_sending: null,
  replies: [],
  checklist: [],
  activity: [],
}

/** The reader's day: "sent today" ends at their midnight. */
function todayOf(c: Context<SignedInEnv>): { from: Date; to: Date } {
  const now = Temporal.Instant.fromEpochMilliseconds(c.var.ctx.clock.now().getTime())
  const from = now.toZonedDateTimeISO(viewerTimeZone(c)).startOfDay()
  return { from: new Date(from.epochMilliseconds), to: new Date(from.add({ days: 1 }).epochMilliseconds) }
}

function wordsFor(why: WhyNotSending, now: Date): NotSending {
  switch (why.why) {
    case 'mail_off':
      return { ...integrations, reason: `mail is not configured, ${why.missing.join(', ')} is missing` }
    case 'queue_off':
      return { ...integrations, reason: `the queue is not configured, ${why.missing.join(', ')} is missing` }
    case 'paused':
      return {
        reason: 'every sequence with planned mail is paused',
        next_at: null,
        fix_href: paths.outreach(),
        fix_label: 'See sequences',
      }
    case 'late': {
      const minutes = Math.round((now.getTime() - why.since.getTime()) / 60_000)
      return {
        reason: `the queue has not come for what was due ${minutes} min ago`,
        next_at: null,
        fix_href: paths.queue(),
        fix_label: 'See the queue',
      }
    }
    case 'provider_down':
      return { reason: why.next.reason ?? 'SendGrid takes no mail', next_at: why.next.due_at }
    case 'cap_reached':
      return { reason: "the sequence's mails of today have left", next_at: why.next.due_at }
    case 'window_shut':
      return { reason: `outside ${describeWindow(why.next)} where the recipient is`, next_at: why.next.due_at }
    case 'not_due':
      return { reason: 'no step is due yet', next_at: why.next.due_at }
    default:
      return assertNever(why)
  }
}

const integrations = { next_at: null, fix_href: paths.integrations(), fix_label: 'See integrations' }

function checklistOf(figures: DashboardFigures, { mail }: Config): ChecklistItem[] {
  return [
    { label: 'Import the list of the show', done: figures.accounts + figures.people > 0, href: paths.import() },
    {
      label: 'Find addresses',
      done: figures.people_with_address > 0,
      href: paths.accounts(),
      note: 'a few known ones give away the rest',
    },
    {
      label: 'Connect mail',
      done: mail.mode !== 'off',
      href: paths.integrations(),
      ...(mail.mode === 'off' ? { note: `missing: ${mail.missing.join(', ')}` } : {}),
    },
    { label: 'Write a sequence', done: figures.has_sequence, href: paths.newSequence() },
    { label: 'Enrol people', done: figures.has_enrollment, href: paths.outreach() },
    { label: 'See the first mail leave', done: figures.has_sent, href: paths.outreach() },
  ]
}

function hrefOf(line: { person_id: string | null; account_id: string | null }): string | undefined {
  if (line.person_id !== null) return paths.person(line.person_id)
  return line.account_id === null ? undefined : paths.account(line.account_id)
}
