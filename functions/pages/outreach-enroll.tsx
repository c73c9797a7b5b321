import { type Context, Hono } from 'hono'
import { type EnrollFilter, listEnrollChoiceIds, listEnrollChoices } from '../../db/queries/enroll-choices.ts'
import { MOST_COUNTED } from '../../db/queries/keyset.ts'
import { findSender } from '../../db/queries/senders.ts'
import { listSequenceFigures } from '../../db/queries/sequence-figures.ts'
import type { Row } from '../../db/schema.ts'
import { formatNumber, plural, withDays } from '../../web/format.ts'
import { formOf } from '../../web/forms.ts'
import { ChooseSequencePage } from '../../web/pages/outreach/choose-sequence-page.tsx'
import { type EnrollFilters, EnrollPage } from '../../web/pages/outreach/enroll-page.tsx'
import { type LeftOutGroup, PreflightPage } from '../../web/pages/outreach/preflight-page.tsx'
import { SimulationPage } from '../../web/pages/outreach/simulation-page.tsx'
import { paths, routes } from '../../web/paths.ts'
import { PERSONAS } from '../domain/people/personas.ts'
import { enrollPeople } from '../domain/sequences/enroll-people.ts'
import { type LeftOut, type LeftOutReason, preflightEnrollment } from '../domain/sequences/preflight.ts'
import { requireSequence } from '../domain/sequences/require-sequence.ts'
import { simulateEnrollment } from '../domain/simulation/simulate-enrollment.ts'
import type { SignedInEnv } from '../env.ts'
import { readId } from '../middleware/read-id.ts'
import { isUuid } from '../uuid.ts'
import { activeEventOf } from './active-event.tsx'
import { readCursor } from './cursor.ts'
import { PAGE_SIZE, pageLinks } from './list-query.ts'
import { actAndGoBack } from './outreach-sequence.ts'
import { refusedForm } from './read-form.ts'
import { redirectWithFlash, renderPage } from './render-page.tsx'

/** From choosing people, over who is left out and why, to being enrolled. */
export const enrollPages = new Hono<SignedInEnv>()

/** As many as one enrolment takes (`enrollInput`). */
const MOST_ENROLLED = 100_000

/** Names of each group that can be opened; the count tells the rest. */
const NAMES_LISTED = 500

enrollPages.get(routes.enrollPeople, async (c) => {
  const { ctx } = c.var
  const sequence = await requireSequence(ctx, readId(c, 'sequence'))
  const filters = filtersFrom(c.req.query())
  const place = { cursor: readCursor(c.req.query('page'), 'text'), limit: PAGE_SIZE, most: MOST_COUNTED }
  const page = { ...place, sequence_id: sequence.id }
  const choices = await listEnrollChoices(ctx.db, filterOf(activeEventOf(c), filters), page)
  return renderPage(
    c,
    <EnrollPage
      sequence={sequence}
      rows={choices.rows}
      filters={filters}
      total={choices.total}
      most={MOST_COUNTED}
      personas={PERSONAS}
      {...pageLinks(choices, (place) => paths.enrollPeople(sequence.id, { ...filters, ...place }))}
    />,
  )
})

enrollPages.get(routes.preflight, (c) => preflightPage(c, queryFields(c)))
enrollPages.post(routes.preflight, async (c) => preflightPage(c, await formFields(c)))

enrollPages.post(routes.simulate, async (c) => simulationPage(c, await formFields(c)))

enrollPages.post(routes.enrollPeople, async (c) => {
  const { ctx } = c.var
  const sequence = await requireSequence(ctx, readId(c, 'sequence'))
  const selection = selectionFrom(await formFields(c))
  if (isNobody(selection)) return chooseFirst(c, sequence.id)
  return actAndGoBack(c, paths.sequencePeople(sequence.id), async () => {
    const given = await resolve(c, selection)
    const { enrolled, left_out } = await enrollPeople(ctx, { sequence_id: sequence.id, ...given })
    return `${plural(enrolled, 'person', 'people')} enrolled, ${formatNumber(left_out.length)} left out.`
  })
})

enrollPages.get(routes.chooseSequence, (c) => chooseSequencePage(c, queryFields(c)))
enrollPages.post(routes.chooseSequence, async (c) => chooseSequencePage(c, await formFields(c)))

/** Repeated fields of a form or a query. */
type Fields = Record<string, readonly string[]>

interface Selection {
  /** everybody who matches the filters, now */
  all: boolean
  filters: EnrollFilters
  person_ids: string[]
  account_ids: string[]
}

async function chooseSequencePage(c: Context<SignedInEnv>, fields: Fields) {
  const { person_ids, account_ids } = selectionFrom(fields)
  const list = { event_id: activeEventOf(c), archived: false, cursor: null, limit: PAGE_SIZE }
  const { rows } = await listSequenceFigures(c.var.ctx.db, list)
  return renderPage(c, <ChooseSequencePage sequences={rows} people={person_ids} accounts={account_ids} />)
}

async function preflightPage(c: Context<SignedInEnv>, fields: Fields) {
  const { ctx } = c.var
  const sequence = await requireSequence(ctx, readId(c, 'sequence'))
  const selection = selectionFrom(fields)
  if (isNobody(selection)) return chooseFirst(c, sequence.id)
  const { enroll, left_out } = await preflightEnrollment(ctx, {
    sequence_id: sequence.id,
    ...(await resolve(c, selection)),
  })
  return renderPage(
    c,
    <PreflightPage
      sequence={{ id: sequence.id, name: sequence.name, can_enroll: sequence.status === 'active' }}
      paused_sender={await pausedSenderOf(c, sequence)}
      chosen={enroll.length + left_out.length}
      enroll={enroll.length}
      sample={enroll.slice(0, NAMES_LISTED)}
      left_out={groupByReason(left_out)}
      selection={fieldsOf(selection)}
    />,
  )
}

async function simulationPage(c: Context<SignedInEnv>, fields: Fields) {
  const sequence = await requireSequence(c.var.ctx, readId(c, 'sequence'))
  const selection = selectionFrom(fields)
  const typed = fields.reply_rate?.[0] ?? '0'
  const percent = percentOf(typed)
  const page = {
    sequence: { id: sequence.id, name: sequence.name, can_enroll: sequence.status === 'active' },
    paused_sender: await pausedSenderOf(c, sequence),
    selection: fieldsOf(selection),
  }
  if (percent === undefined) {
    const form = refusedForm(
      { reply_rate: typed },
      { reply_rate: 'Type a number of percent from 0 to 100.' },
      'Nothing was simulated.',
    )
    return renderPage(c, <SimulationPage {...page} form={form} found={null} />, { status: 422 })
  }
  const { summary, steps, left_out, expected_bounces } = await simulateEnrollment(c.var.ctx, {
    sequence_id: sequence.id,
    ...(await resolve(c, selection)),
    reply_rate: percent / 100,
  })
  const found = {
    summary,
    steps: steps.map(({ position, kind }) => ({ position, is_mail: kind === 'email' })),
    left_out: left_out.length,
    missing_variables: left_out.filter(({ reason }) => reason === 'missing_variable').length,
    expected_bounces,
  }
  return renderPage(c, <SimulationPage {...page} form={formOf({ reply_rate: typed })} found={found} />)
}

/** The sender, when nothing leaves from it: what is planned then is not what will happen. */
async function pausedSenderOf(c: Context<SignedInEnv>, { from_address }: Row<'sequence'>): Promise<string | null> {
  const sender = await findSender(c.var.ctx.db, from_address.toLowerCase())
  return sender?.paused_at ? sender.address : null
}

/** "2", "2.5" or "2.5 %"; undefined for what is no share. */
function percentOf(typed: string): number | undefined {
  const text = typed.trim().replace(/\s*%$/, '')
  const percent = /^\d{1,3}(\.\d{1,6})?$/.test(text) ? Number(text) : undefined
  return percent !== undefined && percent <= 100 ? percent : undefined
}

const isNobody = ({ all, person_ids, account_ids }: Selection) => !all && person_ids.length + account_ids.length === 0

const chooseFirst = (c: Context<SignedInEnv>, sequence_id: string) =>
  redirectWithFlash(c, paths.enrollPeople(sequence_id), { tone: 'bad', text: 'Choose somebody first.' })

/** Largest group first. */
function groupByReason(left_out: readonly LeftOut[]): LeftOutGroup[] {
  const groups = new Map<LeftOutReason, LeftOut[]>()
  for (const one of left_out) {
    const group = groups.get(one.reason)
    if (group === undefined) groups.set(one.reason, [one])
    else group.push(one)
  }
  return [...groups]
    .map(([reason, people]) => ({
      reason,
      count: people.length,
      people: people.slice(0, NAMES_LISTED).map(({ person, text }) => ({ ...person, text: withDays(text) })),
    }))
    .sort((a, b) => b.count - a.count)
}

async function resolve(c: Context<SignedInEnv>, { all, filters, ...chosen }: Selection) {
  if (!all) return chosen
  const filter = filterOf(activeEventOf(c), filters)
  return { person_ids: await listEnrollChoiceIds(c.var.ctx.db, filter, MOST_ENROLLED), account_ids: [] }
}

function selectionFrom(fields: Fields): Selection {
  const first = Object.fromEntries(Object.entries(fields).map(([name, values]) => [name, values[0]]))
  return {
    all: first.all === 'yes',
    filters: filtersFrom(first),
    person_ids: idsOf(fields.person),
    account_ids: idsOf(fields.account),
  }
}

/** The selection as hidden fields, to be posted again with the confirmation. */
function fieldsOf({ all, filters, person_ids, account_ids }: Selection): [string, string][] {
  if (all) return [['all', 'yes'], ...Object.entries(filters).filter(([, value]) => value !== '')]
  return [
    ...person_ids.map((id): [string, string] => ['person', id]),
    ...account_ids.map((id): [string, string] => ['account', id]),
  ]
}

const filterNames = ['q', 'persona', 'tier', 'min_score', 'address'] as const

function filtersFrom(values: Record<string, string | undefined>): EnrollFilters {
  const text = (name: (typeof filterNames)[number]) => (values[name] ?? '').replaceAll('\0', '').trim().slice(0, 200)
  return {
    q: text('q'),
    persona: PERSONAS.find((persona) => persona === text('persona')) ?? '',
    tier: /^[1-9](-[1-9])?$/.test(text('tier')) ? text('tier') : '',
    min_score: /^\d{1,3}$/.test(text('min_score')) ? text('min_score') : '',
    address: ['yes', 'no'].includes(text('address')) ? text('address') : '',
  }
}

function filterOf(event_id: string, filters: EnrollFilters): EnrollFilter {
  const orNull = (value: string) => (value === '' ? null : value)
  const numberOf = (value: string) => (value === '' ? null : Number(value))
  return {
    event_id,
    q: orNull(filters.q),
    persona: orNull(filters.persona),
    tiers: orNull(filters.tier)?.split('-').map(Number) ?? null,
    min_score: numberOf(filters.min_score),
    has_address: filters.address === '' ? null : filters.address === 'yes',
  }
}

const idsOf = (values: readonly string[] = []) => [...new Set(values.filter(isUuid))]

const queryFields = (c: Context): Fields => c.req.queries()

async function formFields(c: Context): Promise<Fields> {
  const fields = new Map<string, string[]>()
  for (const [name, value] of await c.req.formData()) {
    if (typeof value !== 'string') continue
    // Pushed, not copied: twenty thousand chosen people come as as many fields of one name.
    const values = fields.get(name)
    if (values === undefined) fields.set(name, [value])
    else values.push(value)
  }
  return Object.fromEntries(fields)
}
