import type { WhyNotThem } from '../../../functions/domain/sequences/why-not-them.ts'
import { Button, ConfirmButton, LinkButton, PostButton } from '../../components/buttons.tsx'
import { Chip, PersonaChips } from '../../components/chips.tsx'
import { Field, FormActions, FormErrors } from '../../components/fields.tsx'
import { Card, Facts } from '../../components/panels.tsx'
import { Time } from '../../components/time.tsx'
import type { FormState } from '../../forms.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { type ActivityItem, RecordTimeline } from '../accounts/record-timeline.tsx'
import { WhyNotThemBanner } from '../outreach/why-not-them.tsx'
import { reasonWords } from '../outreach/words.ts'
import { type Address, AddressChip, categoryOptions, labelOf, seniorityOptions } from './person-words.tsx'

type PersonPagePerson = {
  readonly id: string
  readonly name: string
  readonly title: string | null
  readonly personas: readonly string[]
  readonly seniority: string | null
  readonly category: string | null
  readonly account_id: string | null
  readonly account_name: string | null
  readonly country: string | null
  readonly phone: string | null
  readonly linkedin_url: string | null
  readonly qualified: string | null
  readonly revenue_text: string | null
  readonly list_score: number | null
  readonly owner_name: string | null
  readonly notes: string | null
  readonly replied_at: Date | null
  readonly booth_visited_at: Date | null
  readonly meeting_booked_at: Date | null
}

type PersonPageAddress = Address & {
  readonly is_primary: boolean
  readonly verified_at: Date | null
  /** Where it is from, in words: the file and row, the pattern, who typed it. */
  readonly provenance: string
}

export type PersonPageProps = {
  person: PersonPagePerson
  addresses: readonly PersonPageAddress[]
  enrollments: readonly {
    readonly id: string
    readonly sequence_id: string
    readonly sequence_name: string
    readonly status: string
    readonly stop_reason: string | null
    /** Since when it is what it is. */
    readonly since_at: Date
  }[]
  /** What they wait for in the sequence they are in; null when they are in none. */
  waits: { readonly why: WhyNotThem; readonly message_id: string | null } | null
  activities: readonly ActivityItem[]
  activity_limit: number
  /** Of the address. */
  form: FormState
  /** Only an admin may. */
  can_erase: boolean
}

export function PersonPage(props: PersonPageProps) {
  const { person } = props
  return (
    <Layout
      title={person.name}
      crumbs={[{ href: paths.people(), label: 'People' }]}
      subtitle={
        <span class="chips">
          {person.title ?? 'No title'}
          {person.account_id === null ? null : <a href={paths.account(person.account_id)}>{person.account_name}</a>}
          <PersonaChips personas={person.personas} />
          {person.replied_at === null ? null : <Chip tone="good">replied</Chip>}
          {person.booth_visited_at === null ? null : (
            <Chip tone="good">
              met at the booth <Time at={person.booth_visited_at} />
            </Chip>
          )}
          {person.meeting_booked_at === null ? null : <Chip tone="good">meeting booked</Chip>}
        </span>
      }
      banner={
        props.waits ? (
          <WhyNotThemBanner {...props.waits.why} person_name={person.name} message_id={props.waits.message_id} />
        ) : null
      }
      actions={
        <>
          <MeetingButton person={person} />
          <LinkButton href={paths.editPerson(person.id)} icon="pencil">
            Edit
          </LinkButton>
          {person.booth_visited_at === null ? (
            <PostButton action={paths.boothVisit(person.id)} icon="check">
              Met at booth
            </PostButton>
          ) : null}
          <LinkButton href={paths.chooseSequence({ person: [person.id] })} icon="send">
            Enrol in a sequence
          </LinkButton>
          {props.can_erase ? <EraseButton person={person} /> : null}
        </>
      }
    >
      <div class="columns-side">
        <div class="stack-y">
          <AddressesCard person={person} addresses={props.addresses} form={props.form} />
          <EnrollmentsCard person={props.person} enrollments={props.enrollments} />
          <RecordTimeline items={props.activities} limit={props.activity_limit} />
        </div>
        <Card title="Person">
          <Facts
            facts={[
              { label: 'Seniority', value: labelOf(seniorityOptions, person.seniority) },
              { label: 'Category', value: labelOf(categoryOptions, person.category) },
              { label: 'List score', value: person.list_score },
              { label: 'Qualified', value: person.qualified },
              { label: 'Country', value: person.country },
              { label: 'Revenue', value: person.revenue_text, note: 'of the company, as listed' },
              { label: 'Phone', value: person.phone },
              { label: 'LinkedIn', value: <LinkedIn url={person.linkedin_url} /> },
              { label: 'Owner', value: person.owner_name },
              { label: 'Notes', value: person.notes },
            ]}
          />
        </Card>
      </div>
    </Layout>
  )
}

function MeetingButton({ person }: { person: PersonPagePerson }) {
  if (person.meeting_booked_at === null)
    return (
      <PostButton action={paths.bookMeeting(person.id)} icon="calendar">
        Meeting booked
      </PostButton>
    )
  return (
    <PostButton action={paths.unbookMeeting(person.id)} icon="undo">
      No meeting after all
    </PostButton>
  )
}

function EraseButton({ person }: { person: PersonPagePerson }) {
  return (
    <ConfirmButton action={paths.erasePerson(person.id)} label="Erase" confirm_label="Erase for good" kind="danger">
      Deletes {person.name} from every event, with addresses, mails, replies and history. Only a hash of each address
      stays, so that they are never written to again. This cannot be undone.
    </ConfirmButton>
  )
}

/** A list may hold anything: only what is a web address becomes a link. */
function LinkedIn({ url }: { url: string | null }) {
  if (url === null) return <span class="muted">–</span>
  if (!/^https?:\/\//i.test(url)) return <>{url}</>
  return (
    <a href={url} rel="noopener noreferrer nofollow" target="_blank">
      {url.replace(/^https?:\/\/(?:www\.)?/i, '')}
    </a>
  )
}

function AddressesCard(props: Pick<PersonPageProps, 'person' | 'addresses' | 'form'>) {
  const { person, addresses, form } = props
  return (
    <Card title="Addresses">
      {addresses.length === 0 ? (
        <p class="muted text-sm">No address is known. Type one, or generate addresses from the account.</p>
      ) : (
        <ul class="grid gap-2">
          {addresses.map((address) => (
            <li class="text-sm">
              <span class="chips">
                <strong>{address.address}</strong>
                <AddressChip {...address} />
                {address.is_primary ? <Chip look="solid">primary</Chip> : null}
              </span>{' '}
              <span class="muted">
                {address.provenance}
                {address.verified_at === null ? '' : ', verified '}
                {address.verified_at === null ? null : <Time at={address.verified_at} />}
              </span>
            </li>
          ))}
        </ul>
      )}
      <form method="post" action={paths.personAddresses(person.id)} class="form mt-4">
        <FormErrors form={form} labels={{ address: 'Address' }} />
        <Field
          form={form}
          name="address"
          label="Add an address you know"
          hint="Mail goes to it from now on."
          type="email"
          maxlength={254}
          required
        />
        <FormActions>
          <Button>Add address</Button>
        </FormActions>
      </form>
    </Card>
  )
}

function EnrollmentsCard({ person, enrollments }: Pick<PersonPageProps, 'person' | 'enrollments'>) {
  return (
    <Card title="Sequences" actions={<a href={paths.chooseSequence({ person: [person.id] })}>Enrol in a sequence</a>}>
      {enrollments.length === 0 ? (
        <p class="muted text-sm">Not in a sequence.</p>
      ) : (
        <ul class="grid gap-1 text-sm">
          {enrollments.map((enrollment) => (
            <li>
              <a href={paths.sequence(enrollment.sequence_id)}>{enrollment.sequence_name}</a>: {enrollment.status}
              {enrollment.stop_reason === null ? '' : ` (${reasonWords(enrollment.stop_reason)})`}{' '}
              <span class="muted">
                since <Time at={enrollment.since_at} />
              </span>{' '}
              <a
                href={paths.enrollment(enrollment.sequence_id, enrollment.id)}
                aria-label={`Why each step of ${enrollment.sequence_name} did, or did not, leave`}
              >
                why
              </a>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
