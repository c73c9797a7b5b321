import type { Child } from 'hono/jsx'
import type { LeftOutReason } from '../../../functions/domain/sequences/preflight.ts'
import { Button, LinkButton } from '../../components/buttons.tsx'
import { FormActions } from '../../components/fields.tsx'
import { Banner, Card, Stat, Stats } from '../../components/panels.tsx'
import { formatNumber, plural } from '../../format.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { PausedSenderBanner } from './paused-sender.tsx'
import { leftOutWords } from './words.ts'

export type LeftOutGroup = {
  readonly reason: LeftOutReason
  readonly count: number
  /** The first of them, each with the sentence that concerns them. */
  readonly people: readonly { readonly id: string; readonly name: string; readonly text: string }[]
}

export type PreflightPageProps = {
  sequence: { readonly id: string; readonly name: string; readonly can_enroll: boolean }
  /** from which nothing leaves until it is resumed */
  paused_sender: string | null
  chosen: number
  enroll: number
  /** The first who will be enrolled. */
  sample: readonly { readonly id: string; readonly name: string; readonly account_name: string | null }[]
  left_out: readonly LeftOutGroup[]
  /** What was chosen, posted again to confirm it. */
  selection: readonly (readonly [name: string, value: string])[]
}

export function PreflightPage(props: PreflightPageProps) {
  const { sequence, enroll, chosen } = props
  return (
    <Layout
      title={`Enrol ${plural(enroll, 'person', 'people')}?`}
      crumbs={[
        { href: paths.outreach(), label: 'Outreach' },
        { href: paths.sequence(sequence.id), label: sequence.name },
        { href: paths.enrollPeople(sequence.id), label: 'Enrol people' },
      ]}
      banner={
        <>
          {sequence.can_enroll ? null : (
            <Banner tone="waiting" action={<a href={paths.sequence(sequence.id)}>To the sequence</a>}>
              Activate the sequence before enrolling anybody.
            </Banner>
          )}
          <PausedSenderBanner address={props.paused_sender} />
        </>
      }
    >
      <Stats>
        <Stat label="Chosen" value={formatNumber(chosen)} />
        <Stat label="Will be enrolled" value={formatNumber(enroll)} tone="good" />
        <Stat label="Left out" value={formatNumber(chosen - enroll)} />
      </Stats>
      <Card title={enroll === 0 ? 'Nobody can be enrolled' : 'Will be enrolled'}>
        {enroll === 0 ? (
          <p class="hint">Everybody you chose is left out, for the reasons below.</p>
        ) : (
          <Names
            count={enroll}
            names={props.sample.map((person) => (
              <li>
                <a href={paths.person(person.id)}>{person.name}</a>
                {person.account_name ? <span class="muted"> {person.account_name}</span> : null}
              </li>
            ))}
          />
        )}
        <form method="post" action={paths.enrollPeople(sequence.id)}>
          {props.selection.map(([name, value]) => (
            <input type="hidden" name={name} value={value} />
          ))}
          <FormActions>
            <Button kind="primary" disabled={enroll === 0 || !sequence.can_enroll}>
              Enrol {plural(enroll, 'person', 'people')}
            </Button>
            <Button formaction={paths.simulate(sequence.id)} disabled={enroll === 0}>
              See what would go out
            </Button>
            <LinkButton kind="quiet" href={paths.enrollPeople(sequence.id)}>
              Choose again
            </LinkButton>
          </FormActions>
        </form>
      </Card>
      {props.left_out.map((group) => (
        <Group group={group} />
      ))}
    </Layout>
  )
}

function Group({ group }: { group: LeftOutGroup }) {
  const { label, remedy } = leftOutWords[group.reason]
  return (
    <Card title={`${label}: ${formatNumber(group.count)} left out`} note={remedy}>
      <Names
        count={group.count}
        names={group.people.map((person) => (
          <li>
            {group.reason === 'unknown_person' ? person.name : <a href={paths.person(person.id)}>{person.name}</a>}
            <span class="muted"> {person.text}</span>
          </li>
        ))}
      />
    </Card>
  )
}

/** Names in sight before the others have to be opened. */
const NAMES_SHOWN = 20

function Names({ count, names }: { count: number; names: readonly Child[] }) {
  const hidden = count - Math.min(NAMES_SHOWN, names.length)
  return (
    <>
      <ul class="name-list">{names.slice(0, NAMES_SHOWN)}</ul>
      {hidden === 0 ? null : (
        <details class="more-names">
          <summary>and {formatNumber(hidden)} more</summary>
          <ul class="name-list">
            {names.slice(NAMES_SHOWN)}
            {count > names.length ? <li class="muted">{formatNumber(count - names.length)} not named here</li> : null}
          </ul>
        </details>
      )}
    </>
  )
}
