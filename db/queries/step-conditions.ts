import { type RawBuilder, sql } from 'kysely'

/**
 * Whether a condition of a step is not met at this instant; a step without one always goes ahead. Texts are compared
 * without case. Opens by machines do not count.
 *
 * @param of SQL expressions: the condition (jsonb), the enrollment's id, and the aliases of its person and account
 */
export function conditionNotMet(of: {
  condition: string
  enrollment_id: string
  person: string
  account: string
}): RawBuilder<boolean> {
  const condition = sql.raw(of.condition)
  const enrollment_id = sql.raw(of.enrollment_id)
  const person = sql.raw(of.person)
  const account = sql.raw(of.account)
  const mail = (what: string) =>
    sql`exists (select from message seen where seen.enrollment_id = ${enrollment_id} and seen.${sql.raw(what)} is not null)`
  return sql<boolean>`(${condition} is not null and (${condition} ->> 'negated')::boolean = coalesce(
    case ${condition} ->> 'kind'
      when 'opened' then ${mail('opened_at')}
      when 'clicked' then ${mail('clicked_at')}
      when 'replied' then ${person}.replied_at is not null
      when 'field' then lower(trim(${condition} ->> 'value')) = lower(trim(case ${condition} ->> 'field'
        when 'person.title' then ${person}.title
        when 'person.country' then ${person}.country
        when 'person.category' then ${person}.category
        when 'account.industry' then ${account}.industry
        when 'account.status' then ${account}.status
        when 'account.list_tier' then ${account}.list_tier::text
      end))
    end, false))`
}
