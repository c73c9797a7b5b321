import type { ImportedChange } from '../../../db/queries/import-changes.ts'

type Fields = Record<string, unknown>

/** What a batch does to records, so that it can be undone: of each record the first values before it and the last after. */
export class ChangeLog {
  readonly #changes = new Map<string, ImportedChange>()

  /** An account that a list of people brought along: no row of the file is its own. */
  added(record_id: string): void {
    this.#changes.set(record_id, { record_id, kind: 'account', is_new: true, before: {}, after: {} })
  }

  /** @returns whether the two differ */
  note(kind: ImportedChange['kind'], record_id: string, before: object, after: object): boolean {
    const old: Fields = {}
    const now: Fields = {}
    for (const [field, value] of Object.entries(after)) {
      const was = (before as Fields)[field]
      if (isSame(was, value)) continue
      old[field] = was
      now[field] = value
    }
    if (Object.keys(now).length === 0) return false
    const known = this.#changes.get(record_id)
    if (known === undefined) this.#changes.set(record_id, { record_id, kind, is_new: false, before: old, after: now })
    else {
      known.before = { ...old, ...known.before }
      known.after = { ...known.after, ...now }
    }
    return true
  }

  list(): ImportedChange[] {
    return [...this.#changes.values()]
  }
}

/** Of lists and figures the content counts. */
function isSame(one: unknown, other: unknown): boolean {
  return one === other || (typeof one === 'object' && JSON.stringify(one) === JSON.stringify(other))
}
