import type { Ledger } from '../../../db/queries/outreach-ledger.ts'
import { LinkButton } from '../../components/buttons.tsx'
import { Banner, Card, Facts } from '../../components/panels.tsx'
import { formatNumber } from '../../format.ts'
import { paths } from '../../paths.ts'

/** Null: not counted yet; it reads every mail, so somebody asks for it. A number: asked too often, seconds to wait. */
export type LedgerState = Ledger | number | null

/** Enrolled is the sum of the states, and nothing is lost, doubled or stuck; or an alarm says what is. */
export function LedgerCard(props: { ledger: LedgerState }) {
  const { ledger } = props
  return (
    <Card
      id="ledger"
      title="Ledger"
      note="enrolled = sum of states"
      actions={
        <LinkButton href={`${paths.queue({ ledger: 'count' })}#ledger`} small icon="retry">
          {ledger === null ? 'Count now' : 'Count again'}
        </LinkButton>
      }
    >
      {ledger === null ? (
        <p class="hint">
          Counts every enrollment and mail of the workspace, and says whether anything does not add up.
        </p>
      ) : typeof ledger === 'number' ? (
        <Banner tone="waiting">Counted a moment ago. Ask again in {ledger} seconds.</Banner>
      ) : (
        <Counted ledger={ledger} />
      )}
    </Card>
  )
}

const alarmWords: Readonly<Record<keyof Ledger['alarms'], string>> = {
  mailed_after_stop: 'handed over after the enrollment had stopped',
  duplicates: 'steps that left more than once',
  lost: 'running enrollments with nothing before them',
  stuck: 'leases that ran out and were not swept',
  unaccounted: 'enrolled less the sum of states',
}

function Counted({ ledger }: { ledger: Ledger }) {
  const { enrolled, enrollments, messages } = ledger
  const alarms = Object.entries(ledger.alarms).filter(([, count]) => count !== 0)
  const sum = Object.values(enrollments).reduce((total, count) => total + count, 0)
  return (
    <div class="stack-y">
      {alarms.length === 0 ? (
        <Banner tone="good">
          It adds up: {formatNumber(enrolled)} enrolled = {statesOf(enrollments)}.
        </Banner>
      ) : (
        alarms.map(([name, count]) => (
          <Banner tone="bad" live>
            {formatNumber(count)} {alarmWords[name as keyof Ledger['alarms']] ?? name.replaceAll('_', ' ')}
            {name === 'unaccounted' ? `: ${formatNumber(enrolled)} enrolled, ${formatNumber(sum)} in a state` : ''}.
          </Banner>
        ))
      )}
      <Facts
        facts={[
          { label: 'Enrolled', value: formatNumber(enrolled), note: statesOf(enrollments) },
          {
            label: 'Mails',
            value: formatNumber(Object.values(messages).reduce((total, count) => total + count, 0)),
            note: statesOf(messages),
          },
        ]}
      />
    </div>
  )
}

const statesOf = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .map(([state, count]) => `${formatNumber(count)} ${state}`)
    .join(' + ')
