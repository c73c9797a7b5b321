import { Breakdown } from '../../components/breakdown.tsx'
import { Button, ConfirmButton } from '../../components/buttons.tsx'
import { Chip } from '../../components/chips.tsx'
import { Field, FormActions, FormErrors } from '../../components/fields.tsx'
import { Card } from '../../components/panels.tsx'
import { Time } from '../../components/time.tsx'
import type { FormState } from '../../forms.ts'
import { paths } from '../../paths.ts'
import type { AccountPageProps } from './account-page.tsx'

const ruleNames: Readonly<Record<string, string>> = {
  persona: 'Personas',
  executives: 'Executives',
  contacts: 'Contacts',
  completeness: 'Completeness',
}

export function ScoreCard({ account, history }: Pick<AccountPageProps, 'account' | 'history'>) {
  return (
    <Card title="ICP score" note="Every point and its reason">
      {account.icp_breakdown === null || account.icp_score === null ? (
        <p class="muted text-sm">Not scored yet: it is done in the background after an import.</p>
      ) : (
        <Breakdown
          caption={`How ${account.name} scores`}
          lines={account.icp_breakdown.map((line) => ({ ...line, rule: ruleNames[line.rule] ?? line.rule }))}
          total={account.icp_score}
          note={
            account.score_override === null
              ? undefined
              : `Set by hand to ${account.score_override}: ${account.score_override_reason}. The computed score is kept up to date underneath.`
          }
        />
      )}
      {history.length === 0 ? null : (
        <details class="mt-3">
          <summary class="text-sm">History</summary>
          <ul class="mt-2 grid gap-1 text-sm">
            {history.map((line) => (
              <li>
                <span class="tabular-nums">
                  {line.previous_score ?? '–'} → {line.score ?? '–'}
                </span>{' '}
                {line.is_override ? <Chip look="outline">by hand</Chip> : null} {line.reason}
                {line.actor_name === null ? '' : `, ${line.actor_name}`}{' '}
                <span class="muted">
                  <Time at={line.at} />
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Card>
  )
}

export function OverrideCard({ account, form }: { account: AccountPageProps['account']; form: FormState }) {
  return (
    <Card title="Set the score by hand">
      {account.score_override === null ? null : (
        <div class="mb-3 grid gap-2">
          <p class="text-sm">
            {account.score_override}: {account.score_override_reason}
            <span class="muted">
              {' '}
              {account.override_by_name ?? 'somebody'}
              {account.score_override_at === null ? null : (
                <>
                  {' '}
                  <Time at={account.score_override_at} />
                </>
              )}
            </span>
          </p>
          <ConfirmButton
            action={paths.removeOverride(account.id)}
            label="Remove"
            confirm_label="Remove the score set by hand"
            small
          >
            The computed score, {account.icp_score ?? 'not there yet'}, counts again.
          </ConfirmButton>
        </div>
      )}
      <form method="post" action={paths.overrideScore(account.id)} class="form">
        <FormErrors form={form} labels={{ score: 'Score', reason: 'Why' }} />
        <Field form={form} name="score" label="Score" inputmode="numeric" maxlength={3} required />
        <Field form={form} name="reason" label="Why" maxlength={300} required />
        <FormActions>
          <Button>Set score</Button>
        </FormActions>
      </form>
    </Card>
  )
}
