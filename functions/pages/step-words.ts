import type { ConditionField, StepCondition } from '../../db/tables/step.ts'
import { withDays } from '../../web/format.ts'
import { describeTiming, type StepTiming } from '../domain/sequences/timing.ts'

/** "14 days before doors open"; a day as people write it */
export const timingWords = (step: StepTiming): string => withDays(describeTiming(step))

const fields: Readonly<Record<ConditionField, string>> = {
  'person.title': 'the title',
  'person.country': 'the country',
  'person.category': 'the category',
  'account.industry': 'the industry',
  'account.status': 'the account’s status',
  'account.list_tier': 'the list tier',
}

/** "only if they opened a mail"; null for a step that is always done */
export function conditionWords(condition: StepCondition | null): string | null {
  if (condition === null) return null
  const { negated } = condition
  switch (condition.kind) {
    case 'opened':
      return `only if they opened ${negated ? 'no' : 'a'} mail`
    case 'clicked':
      return `only if they clicked ${negated ? 'no' : 'a'} link`
    case 'replied':
      return `only if they have ${negated ? 'not ' : ''}replied`
    case 'field':
      return `only if ${fields[condition.field]} is ${negated ? 'not ' : ''}“${condition.value}”`
  }
}
