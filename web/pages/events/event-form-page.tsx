import { Button, ConfirmButton, LinkButton, PostButton } from '../../components/buttons.tsx'
import { Chip, StatusDot } from '../../components/chips.tsx'
import { Field, FormActions, FormErrors, SelectField } from '../../components/fields.tsx'
import { Card } from '../../components/panels.tsx'
import { type FormState, keptValue } from '../../forms.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { timeZoneOptions } from '../../time-zones.ts'
import { useView } from '../../view.ts'

export type EventFormPageProps = {
  form: FormState
  /** Null: a new one. */
  event: { readonly id: string; readonly name: string; readonly active: boolean; readonly archived: boolean } | null
}

const labels = {
  name: 'Name',
  venue: 'Venue',
  city: 'City',
  country: 'Country',
  time_zone: 'Time zone',
  booth: 'Booth',
  starts_on: 'First day',
  ends_on: 'Last day',
  doors_open_minute: 'Doors open',
  doors_close_minute: 'Doors close',
}

/** POSTs name, venue, city, country, time_zone, booth, starts_on, ends_on (`YYYY-MM-DD`), doors_open_minute and doors_close_minute (`HH:MM`) to the event, or to the list for a new one. */
export function EventFormPage(props: EventFormPageProps) {
  const { form, event } = props
  return (
    <Layout
      title={event?.name ?? 'New event'}
      crumbs={[{ href: paths.events(), label: 'Events' }]}
      width="reading"
      subtitle={event ? <EventState event={event} /> : undefined}
      actions={event ? <EventActions event={event} /> : undefined}
    >
      <Card>
        <form method="post" action={event ? paths.event(event.id) : paths.events()} class="form">
          <FormErrors form={form} labels={labels} />
          <Field
            form={form}
            name="name"
            label={labels.name}
            hint="With its year: it is how everybody finds it."
            required
            maxlength={120}
          />
          <div class="form-columns">
            <Field form={form} name="starts_on" label={labels.starts_on} type="date" required />
            <Field form={form} name="ends_on" label={labels.ends_on} type="date" required />
          </div>
          <div class="form-columns">
            <Field
              form={form}
              name="doors_open_minute"
              label={labels.doors_open_minute}
              type="time"
              hint="On the first day, at the venue: steps can be planned around it."
              required
            />
            <Field
              form={form}
              name="doors_close_minute"
              label={labels.doors_close_minute}
              type="time"
              hint="On the last day; 00:00 is midnight."
              required
            />
          </div>
          <div class="form-columns">
            <Field form={form} name="venue" label={labels.venue} maxlength={120} />
            <Field form={form} name="booth" label={labels.booth} maxlength={40} />
          </div>
          <div class="form-columns">
            <Field form={form} name="city" label={labels.city} maxlength={120} />
            <Field form={form} name="country" label={labels.country} maxlength={120} />
          </div>
          <SelectField
            form={form}
            name="time_zone"
            label={labels.time_zone}
            hint="Where the hall stands. People whose own zone is not known are written to in these hours."
            options={timeZoneOptions(keptValue(form, 'time_zone'))}
            blank="Choose a time zone"
            required
          />
          <FormActions>
            <Button kind="primary">{event ? 'Save event' : 'Create event'}</Button>
            <LinkButton kind="quiet" href={paths.events()}>
              Cancel
            </LinkButton>
          </FormActions>
        </form>
      </Card>
    </Layout>
  )
}

function EventState(props: { event: NonNullable<EventFormPageProps['event']> }) {
  if (props.event.archived) return <Chip look="outline">Archived</Chip>
  if (props.event.active) return <StatusDot tone="good">Your active event: every list shows it</StatusDot>
  return <StatusDot tone="neutral">Not active: the lists show another event</StatusDot>
}

function EventActions(props: { event: NonNullable<EventFormPageProps['event']> }) {
  const { event } = props
  // To put away and to bring back concerns everybody's lists.
  const isAdmin = useView().user?.role === 'ADMIN'
  return (
    <>
      {event.archived || !isAdmin ? null : (
        <ConfirmButton
          action={paths.archiveEvent(event.id)}
          label="Archive"
          confirm_label="Archive event"
          icon="archive"
        >
          It leaves the lists and the switch, and nothing more is sent for it. Nothing is deleted; activating it brings
          it back.
        </ConfirmButton>
      )}
      {event.active || (event.archived && !isAdmin) ? null : (
        <PostButton action={paths.activateEvent(event.id)} icon="check">
          Activate
        </PostButton>
      )}
    </>
  )
}
