import type { Child } from 'hono/jsx'
import { emptyForm } from '../../web/forms.ts'
import { AccountFormPage } from '../../web/pages/accounts/account-form-page.tsx'
import { AccountPage, type AccountPageProps } from '../../web/pages/accounts/account-page.tsx'
import { AccountsPage, type AccountsPageProps } from '../../web/pages/accounts/accounts-page.tsx'
import { NoEventPage } from '../../web/pages/events/no-event-page.tsx'
import { ImportPage } from '../../web/pages/import/import-page.tsx'
import { ImportRunPage } from '../../web/pages/import/import-run-page.tsx'
import { PeoplePage, type PeoplePageProps } from '../../web/pages/people/people-page.tsx'
import { PersonFormPage } from '../../web/pages/people/person-form-page.tsx'
import { PersonPage, type PersonPageProps } from '../../web/pages/people/person-page.tsx'

const at = new Date('2027-03-01T14:00:00Z')

/** The pages of accounts, people and imports, with `typed` wherever people or lists write. */
export function sampleListPages(typed: string): readonly (readonly [name: string, page: Child])[] {
  const accounts = accountsProps(typed)
  const people = peopleProps(typed)
  const run = {
    id: 'i1',
    file_name: typed,
    kind: 'people' as const,
    status: 'running' as const,
    total_rows: 5409,
    new_count: 2000,
    updated_count: 0,
    duplicate_count: 14,
    rejected_count: 1,
    error: typed,
    created_at: at,
    finished_at: null,
    columns: ['Name', typed],
    mapping: { name: 'Name', company: typed },
  }
  const rejected = { row_number: 7, status: 'rejected' as const, reason: 'No name', record_id: null, text: typed }
  const duplicate = { row_number: 9, status: 'duplicate' as const, reason: typed, record_id: 'p1', text: typed }
  const wrong = { values: { name: typed, score: typed, address: typed }, errors: { name: 'Type it', score: 'Type it' } }
  return [
    ['no-event', <NoEventPage title="Accounts" />],
    ['accounts', <AccountsPage {...accounts} />],
    ['accounts-filtered-empty', <AccountsPage {...accounts} rows={[]} total="0" />],
    ['account', <AccountPage {...accountProps(typed)} />],
    ['account-wrong', <AccountPage {...accountProps(typed)} people={[]} patterns={[]} history={[]} form={wrong} />],
    ['account-new', <AccountFormPage form={emptyForm} account={null} owners={[]} />],
    [
      'account-edit',
      <AccountFormPage form={wrong} account={{ id: 'a1', name: typed }} owners={[]} same={{ id: 'a2', name: typed }} />,
    ],
    ['people', <PeoplePage {...people} />],
    ['people-empty', <PeoplePage {...people} rows={[]} filter={{ ...people.filter, q: '', account: '' }} />],
    ['person', <PersonPage {...personProps(typed)} />],
    ['person-bare', <PersonPage {...personProps(typed)} addresses={[]} enrollments={[]} activities={[]} />],
    ['person-new', <PersonFormPage form={emptyForm} person={null} owners={[]} />],
    [
      'person-edit',
      <PersonFormPage form={wrong} person={{ id: 'p1', name: typed }} owners={[{ value: 'u1', label: typed }]} />,
    ],
    ['import', <ImportPage imports={[run]} form={{ values: {}, errors: { files: typed } }} />],
    ['import-empty', <ImportPage imports={[]} form={emptyForm} />],
    ['import-run', <ImportRunPage run={run} rejected={[rejected]} duplicates={[duplicate]} />],
  ]
}

const breakdown = (typed: string) => [{ rule: 'persona', points: 30, max: 40, reason: typed }]

function accountsProps(typed: string): AccountsPageProps {
  const row = {
    id: 'a1',
    name: typed,
    domain: typed,
    domain_source: 'given',
    industry: typed,
    list_tier: 1,
    list_score: 157,
    effective_score: 86,
    icp_breakdown: breakdown(typed),
    score_override: 86,
    score_override_reason: typed,
    people_count: 14,
    status: 'engaged' as const,
    owner_name: typed,
    updated_at: at,
  }
  const bare = { ...row, id: 'a2', domain: null, industry: null, list_tier: null, list_score: null, owner_name: null }
  return {
    rows: [
      row,
      { ...bare, effective_score: null, icp_breakdown: null, score_override: null, score_override_reason: null },
    ],
    total: '10,000+',
    filter: { q: typed, industry: typed, tier: '1', score: '80', status: 'new', owner: 'none' },
    sort: 'score',
    direction: 'desc',
    industries: [typed],
    owners: [{ value: 'u1', label: typed }],
    previous_href: null,
    next_href: '/dashboard/accounts?page=x',
  }
}

function accountProps(typed: string): AccountPageProps {
  const { rows } = accountsProps(typed)
  const [row] = rows
  if (row === undefined) throw new Error('The sample has a row')
  return {
    account: {
      ...row,
      domain_confidence: 0.6,
      website: typed,
      country: typed,
      revenue_text: typed,
      employees: 1200,
      facilities: null,
      notes: typed,
      list_figures: { attendees: 14, [typed]: 3 },
      recommended_targets: typed,
      top_titles: typed,
      icp_score: 70,
      score_override_at: at,
      override_by_name: typed,
      parent_id: 'a2',
      parent_name: typed,
    },
    parent_form: emptyForm,
    subsidiaries: [{ id: 'a3', name: typed }],
    people: peopleProps(typed).rows,
    patterns: [{ example: 'ana.silva', weight: 0.83 }],
    example_name: 'Ana Maria Silva',
    history: [{ at, score: 86, previous_score: null, is_override: true, reason: typed, actor_name: typed }],
    activities: [{ at, kind: 'account.updated', summary: typed }],
    activity_limit: 50,
    form: emptyForm,
  }
}

function peopleProps(typed: string): PeoplePageProps {
  return {
    rows: [
      {
        id: 'p1',
        name: typed,
        title: typed,
        personas: ['executive_operations', 'procurement', typed],
        category: 'speaker',
        account_id: 'a1',
        account_name: typed,
        list_tier: 2,
        address: typed,
        address_source: 'guessed',
        address_confidence: 0.62,
        address_status: 'unknown',
        list_score: 37,
        owner_name: typed,
        replied_at: at,
        updated_at: at,
      },
    ],
    total: '5,395',
    filter: {
      q: typed,
      persona: 'sales',
      category: '',
      seniority: '',
      account: 'a1',
      tier: '1-2',
      address: '',
      owner: '',
    },
    account_name: typed,
    sort: 'list_score',
    direction: 'desc',
    owners: [],
    previous_href: '/dashboard/people?page=x',
    next_href: null,
  }
}

function personProps(typed: string): PersonPageProps {
  const [row] = peopleProps(typed).rows
  if (row === undefined) throw new Error('The sample has a row')
  const facts = { seniority: 'vp', country: typed, phone: typed, qualified: typed, revenue_text: typed, notes: typed }
  const address = { address: typed, source: 'guessed', confidence: 0.6, provenance: typed, verified_at: at }
  return {
    person: { ...row, ...facts, booth_visited_at: at, linkedin_url: `javascript:${typed}`, meeting_booked_at: null },
    can_erase: true,
    addresses: [
      { ...address, status: 'bounced', is_primary: true },
      { ...address, status: 'unknown', is_primary: false },
    ],
    waits: { why: { why: 'booth_visit', next_at: at }, message_id: null },
    enrollments: [
      {
        id: 'n1',
        sequence_id: 's1',
        sequence_name: typed,
        status: 'stopped',
        stop_reason: 'replied',
        since_at: at,
      },
    ],
    activities: [{ at, kind: 'person.address_added', summary: typed }],
    activity_limit: 50,
    form: emptyForm,
  }
}
