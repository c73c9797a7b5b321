import { type Context, Hono } from 'hono'
import { findAccount, listOwners } from '../../db/queries/accounts.ts'
import { listActivities } from '../../db/queries/activities.ts'
import {
  findPerson,
  findPersonFacets,
  listAddresses,
  listEnrollmentsOf,
  listPeople,
  type PersonDetail,
  type PersonFilter,
  personOrders,
} from '../../db/queries/people.ts'
import { findSequencePage } from '../../db/queries/sequence-figures.ts'
import { findSequencePerson } from '../../db/queries/sequence-people.ts'
import type { Row } from '../../db/schema.ts'
import { emptyForm, type FormState, formOf } from '../../web/forms.ts'
import { PeoplePage } from '../../web/pages/people/people-page.tsx'
import { PersonFormPage, type PersonFormPageProps } from '../../web/pages/people/person-form-page.tsx'
import { PersonPage } from '../../web/pages/people/person-page.tsx'
import { paths, routes } from '../../web/paths.ts'
import { addAddress, addressSchema } from '../domain/people/add-address.ts'
import { bookMeeting, unbookMeeting } from '../domain/people/book-meeting.ts'
import { createPerson } from '../domain/people/create-person.ts'
import { erasePerson } from '../domain/people/erase-person.ts'
import { PERSON_CATEGORIES, personDetailsSchema } from '../domain/people/person-details.ts'
import { PERSONAS } from '../domain/people/personas.ts'
import { recordBoothVisit } from '../domain/people/record-booth-visit.ts'
import { updatePerson } from '../domain/people/update-person.ts'
import { whyNotThem } from '../domain/sequences/why-not-them.ts'
import type { SignedInEnv } from '../env.ts'
import { NotFoundError } from '../errors.ts'
import { readId } from '../middleware/read-id.ts'
import { activeEventOf, requireEvent } from './active-event.tsx'
import { pageLinks, readChoice, readPage, readText, readUuid, totalWords } from './list-query.ts'
import { readForm, refusedForm } from './read-form.ts'
import { redirectWithFlash, renderPage } from './render-page.tsx'

const TIMELINE_LIMIT = 50

export const peoplePages = new Hono<SignedInEnv>()

for (const route of [routes.people, `${routes.people}/*`]) peoplePages.use(route, requireEvent('People'))

peoplePages.get(routes.people, async (c) => {
  const { db } = c.var.ctx
  const filter = readFilter(c)
  const page = readPage(c, personOrders, { sort: 'list_score', direction: 'desc' })
  const [list, facets] = await Promise.all([listPeople(db, filter, page), findPersonFacets(db, filter)])
  const shown = {
    q: filter.q ?? '',
    persona: filter.persona ?? '',
    category: filter.category ?? '',
    seniority: filter.seniority ?? '',
    account: filter.account_id ?? '',
    tier: filter.tiers?.join('-') ?? '',
    address: filter.has_address === null ? '' : filter.has_address ? 'yes' : 'no',
    owner: filter.owner ?? '',
  }
  const { sort, direction } = page
  return renderPage(
    c,
    <PeoplePage
      rows={list.rows}
      total={totalWords(facets.total)}
      filter={shown}
      account_name={facets.account_name}
      sort={sort}
      direction={direction}
      owners={facets.owners.map((owner) => ({ value: owner.id, label: owner.name }))}
      {...pageLinks(list, (query) => paths.people({ ...shown, sort, direction, ...query }))}
    />,
  )
})

function readFilter(c: Context<SignedInEnv>): PersonFilter {
  const address = readChoice(c, 'address', ['yes', 'no'])
  return {
    event_id: activeEventOf(c),
    q: readText(c, 'q'),
    persona: readChoice(c, 'persona', PERSONAS),
    category: readChoice(c, 'category', PERSON_CATEGORIES),
    seniority: readChoice(c, 'seniority', ['c_level', 'vp', 'director', 'manager', 'individual']),
    account_id: readUuid(c, 'account'),
    tiers: readChoice(c, 'tier', ['1', '2', '3', '4', '1-2'])?.split('-').map(Number) ?? null,
    has_address: address === null ? null : address === 'yes',
    owner: readChoice(c, 'owner', ['none']) ?? readUuid(c, 'owner'),
  }
}

peoplePages.get(routes.newPerson, async (c) => {
  const account_id = readUuid(c, 'account_id')
  const account = account_id === null ? undefined : await findAccount(c.var.ctx.db, activeEventOf(c), account_id)
  return formPage(c, { form: formOf({ company: account?.name }), person: null })
})

peoplePages.post(routes.people, async (c) => {
  const read = await readForm(c, personDetailsSchema)
  if (!read.isValid) return formPage(c, { form: read.form, person: null }, 422)
  const result = await createPerson(c.var.ctx, activeEventOf(c), read.output)
  if (result.outcome === 'exists')
    return formPage(c, { form: refusedForm(read.values, alreadyThere), person: null, same: result }, 422)
  if (result.outcome === 'no_such_owner')
    return formPage(c, { form: refusedForm(read.values, noSuchOwner), person: null }, 422)
  return redirectWithFlash(c, paths.person(result.id), { tone: 'good', text: `${read.output.name} is created.` })
})

const noSuchOwner = { owner_id: 'Choose an owner from the list' }
const alreadyThere = { name: 'Somebody of this name is at this company already' }

peoplePages.get(routes.person, async (c) => personPage(c, await requirePerson(c), emptyForm))

async function personPage(c: Context<SignedInEnv>, person: PersonDetail, form: FormState, status: 200 | 422 = 200) {
  const { db } = c.var.ctx
  const [addresses, enrollments, activities] = await Promise.all([
    listAddresses(db, person.id),
    listEnrollmentsOf(db, person.id),
    listActivities(db, { person_id: person.id }, TIMELINE_LIMIT),
  ])
  const running = enrollments.find(({ status }) => status === 'active' || status === 'paused')
  return renderPage(
    c,
    <PersonPage
      person={person}
      waits={running === undefined ? null : await waitsFor(c, running)}
      addresses={addresses.map((address) => ({ ...address, provenance: provenanceWords(address) }))}
      enrollments={enrollments}
      activities={activities.map((line) => ({ ...line, person_name: null }))}
      activity_limit={TIMELINE_LIMIT}
      form={form}
      can_erase={c.var.ctx.actor.role === 'ADMIN'}
    />,
    { status },
  )
}

/** Why nothing goes to them at this moment, from the one sequence that they are in. */
async function waitsFor(c: Context<SignedInEnv>, of: { id: string; sequence_id: string }) {
  const { db, config, clock } = c.var.ctx
  const [sequence, person] = await Promise.all([
    findSequencePage(db, { event_id: activeEventOf(c), id: of.sequence_id }),
    findSequencePerson(db, { sequence_id: of.sequence_id, enrollment_id: of.id }),
  ])
  if (sequence === undefined || person === undefined) return null
  return { why: whyNotThem(person, sequence, config, clock.now()), message_id: person.message_id }
}

function provenanceWords({ source, provenance, confidence }: Row<'email_address'>): string {
  const { file_name, row_number, pattern } = provenance
  switch (source) {
    case 'given':
      return 'typed by a person'
    case 'imported':
      return typeof file_name === 'string' ? `from ${file_name}, row ${row_number}` : 'from an imported list'
    case 'found':
      return 'found by enrichment'
    case 'guessed': {
      const likely = `${Math.round(confidence * 100)} % likely`
      return typeof pattern === 'string' ? `guessed from ${pattern}, ${likely}` : `guessed, ${likely}`
    }
  }
}

peoplePages.get(routes.editPerson, async (c) => {
  const person = await requirePerson(c)
  const { name, title, category, country, phone, linkedin_url, owner_id, notes, personas } = person
  const { values } = formOf({ name, title, category, country, phone, linkedin_url, owner_id, notes })
  const form = { values: { ...values, company: person.account_name ?? '', personas }, errors: {} }
  return formPage(c, { form, person })
})

peoplePages.post(routes.editPerson, async (c) => {
  const person = await requirePerson(c)
  const read = await readForm(c, personDetailsSchema)
  if (!read.isValid) return formPage(c, { form: read.form, person }, 422)
  const result = await updatePerson(c.var.ctx, person, read.output)
  if (result.outcome === 'exists')
    return formPage(c, { form: refusedForm(read.values, alreadyThere), person, same: result }, 422)
  if (result.outcome === 'no_such_owner')
    return formPage(c, { form: refusedForm(read.values, noSuchOwner), person }, 422)
  return redirectWithFlash(c, paths.person(person.id), { tone: 'good', text: `${read.output.name} is saved.` })
})

peoplePages.post(routes.personAddresses, async (c) => {
  const person = await requirePerson(c)
  const read = await readForm(c, addressSchema)
  if (!read.isValid) return personPage(c, person, read.form, 422)
  const { address } = await addAddress(c.var.ctx, person, read.output)
  return redirectWithFlash(c, paths.person(person.id), { tone: 'good', text: `Mail goes to ${address} from now on.` })
})

peoplePages.post(routes.boothVisit, async (c) => {
  const person = await requirePerson(c)
  const { outcome } = await recordBoothVisit(c.var.ctx, { event_id: person.event_id, person_id: person.id })
  const text = outcome === 'recorded' ? `You met ${person.name}.` : `${person.name} had been met before.`
  return redirectWithFlash(c, paths.person(person.id), { tone: 'good', text })
})

peoplePages.post(routes.bookMeeting, async (c) => {
  const person = await requirePerson(c)
  await bookMeeting(c.var.ctx, person)
  const text = `The meeting with ${person.name} is noted. No sequence writes to them any more.`
  const { return_to } = await c.req.parseBody()
  const back = return_to === 'replies' ? paths.replies() : paths.person(person.id)
  return redirectWithFlash(c, back, { tone: 'good', text })
})

peoplePages.post(routes.unbookMeeting, async (c) => {
  const person = await requirePerson(c)
  await unbookMeeting(c.var.ctx, person)
  const text = `${person.name} has no meeting, and may be enrolled again.`
  return redirectWithFlash(c, paths.person(person.id), { tone: 'good', text })
})

peoplePages.post(routes.erasePerson, async (c) => {
  const person = await requirePerson(c)
  await erasePerson(c.var.ctx, person)
  return redirectWithFlash(c, paths.people(), { tone: 'good', text: 'The person is erased and stays suppressed.' })
})

async function requirePerson(c: Context<SignedInEnv>): Promise<PersonDetail> {
  const person = await findPerson(c.var.ctx.db, activeEventOf(c), readId(c, 'person'))
  if (person === undefined) throw new NotFoundError('person')
  return person
}

async function formPage(c: Context<SignedInEnv>, props: Omit<PersonFormPageProps, 'owners'>, status: 200 | 422 = 200) {
  const owners = (await listOwners(c.var.ctx.db)).map((owner) => ({ value: owner.id, label: owner.name }))
  return renderPage(c, <PersonFormPage {...props} owners={owners} />, { status })
}
