import { type Context, Hono } from 'hono'
import { type DashboardFigures, findDashboardFigures, findDashboardLists } from '../../db/queries/dashboard.ts'
import { MOST_COUNTED } from '../../db/queries/keyset.ts'
import {
  type ChecklistItem,
  DashboardPage,
  type DashboardPageProps,
} from '../../web/pages/dashboard/dashboard-page.tsx'
import { paths, routes } from '../../web/paths.ts'
import type { Config } from '../config.ts'
import { startOfDay, startOfNextDay } from '../domain/sequences/local-time.ts'
import { type WhyNotNow, whyNotNow } from '../domain/sequences/why-not-now.ts'
import type { SignedInEnv } from '../env.ts'
import { renderPage, viewerTimeZone } from './render-page.tsx'

export const dashboardPages = new Hono<SignedInEnv>()

dashboardPages.get(routes.dashboard, async (c) => {
  const { ctx } = c.var
  const { active_event_id } = ctx.actor
  const figures = active_event_id === null ? undefined : await findDashboardFigures(ctx.db, active_event_id, todayOf(c))
  if (figures === undefined) return renderPage(c, <DashboardPage {...nothing} />)
  const { next_sends, replies, activity } = await findDashboardLists(ctx.db, figures.event.id)
  return renderPage(
    c,
    <DashboardPage
      event={figures.event}
      counts={countsOf(figures)}
      next_sends={next_sends}
      why_not_now={whyNotNowOf(figures, ctx.config, ctx.clock.now())}
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
  why_not_now: null,
  replies: [],
  checklist: [],
  activity: [],
}

/** The reader's day: "sent today" ends at their midnight. */
function todayOf(c: Context<SignedInEnv>): { from: Date; to: Date } {
  const now = c.var.ctx.clock.now()
  return { from: startOfDay(now, viewerTimeZone(c)), to: startOfNextDay(now, viewerTimeZone(c)) }
}

function whyNotNowOf(figures: DashboardFigures, config: Config, now: Date): WhyNotNow | null {
  const { next, has_planned, pause_reason } = figures
  if (!has_planned) return null
  const status = next === null ? 'all_paused' : 'active'
  const why = whyNotNow({ ...noRest, status, pause_reason, next }, config, now)
  return why.why === 'sending' ? null : why
}

/** An event's line speaks only while something is planned, so the people and tasks behind it are not asked for. */
const noRest = { campaign_status: null, active: 0, finished: 0, stopped: 0, open_tasks: 0 }

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
