import { type RawBuilder, sql } from 'kysely'

/** For `id = …`: rows named one by one, which are found by key however many there are beside them. */
export function oneOf(ids: readonly string[]): RawBuilder<string> {
  return sql<string>`any(string_to_array(${ids.join(',')}::text, ',')::uuid[])`
}

/**
 * A condition that the planner does not look into. Statistics are as old as the last analyze: when a first campaign leaves,
 * they say that hardly a mail has, and an index of what has left looks shorter than the key.
 */
export function checked(condition: RawBuilder<boolean>): RawBuilder<boolean> {
  return sql<boolean>`(case when ${condition} then true end)`
}
