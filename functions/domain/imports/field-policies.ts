import type { DuplicatePolicy, ImportOptions } from '../../../db/tables/import.ts'

/** What a list may do to records that are there already. */
export interface FieldPolicies {
  /** the whole record is left as it is */
  skips_all: boolean
  /** a field that a person may type into */
  pick<Value>(field: string, before: Value | null, given: Value | null): Value | null
  /** a column of the list's own, which follows the newest list */
  follow<Value>(field: string, before: Value | null, given: Value | null): Value | null
}

export function policiesOf({ policy = 'fill', fields = {} }: ImportOptions): FieldPolicies {
  return {
    skips_all: policy === 'skip' && Object.values(fields).every((other) => other === 'skip'),
    pick: (field, before, given) => apply(fields[field] ?? policy, before, given),
    follow: (field, before, given) => apply(fields[field] ?? (policy === 'skip' ? 'skip' : 'overwrite'), before, given),
  }
}

/** An empty cell never empties a field. */
function apply<Value>(policy: DuplicatePolicy, before: Value | null, given: Value | null): Value | null {
  switch (policy) {
    case 'skip':
      return before
    case 'fill':
      return before ?? given
    case 'overwrite':
      return given ?? before
  }
}
