/** What becomes of a field when two records become one. */
export type FieldOutcome = 'same' | 'stays' | 'filled' | 'both' | 'other'

export interface FieldLine {
  name: string
  survivor: unknown
  lost: unknown
  /** what the survivor has afterwards */
  after: unknown
  outcome: FieldOutcome
}

/** Field by field, for the preview: only where one of the two says something. */
export function fieldLines<Record extends object>(
  names: readonly (keyof Record & string)[],
  survivor: Record,
  lost: Record,
  changes: Partial<Record>,
): FieldLine[] {
  return names.flatMap((name) => {
    const line = { name, survivor: survivor[name], lost: lost[name] }
    if (isEmpty(line.survivor) && isEmpty(line.lost)) return []
    const after = name in changes ? changes[name] : line.survivor
    return [{ ...line, after, outcome: outcomeOf(line.survivor, line.lost, after) }]
  })
}

function outcomeOf(survivor: unknown, lost: unknown, after: unknown): FieldOutcome {
  if (isSame(survivor, lost)) return 'same'
  if (isSame(after, survivor)) return 'stays'
  if (isEmpty(survivor)) return 'filled'
  return isSame(after, lost) ? 'other' : 'both'
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
}

/** As JSON has them: what was read from a snapshot is compared with what the database has now. */
export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null)
}

/** Empty fields of the survivor are filled from the other record. */
export function filled<Record extends object, Name extends keyof Record>(
  names: readonly Name[],
  survivor: Record,
  lost: Record,
): Partial<Pick<Record, Name>> {
  const changes: Partial<Pick<Record, Name>> = {}
  for (const name of names) if (isEmpty(survivor[name]) && !isEmpty(lost[name])) changes[name] = lost[name]
  return changes
}

/** Both texts, once each. */
export function bothTexts(survivor: string | null, lost: string | null): string | null {
  if (survivor === null || lost === null) return survivor ?? lost
  return survivor.includes(lost) ? survivor : `${survivor}\n\n${lost}`
}

/** Column → before and after, of the changes that are some. */
export function changedColumns(before: object, changes: object): Record<string, [unknown, unknown]> {
  const old = before as Record<string, unknown>
  return Object.fromEntries(
    Object.entries(changes).flatMap(([name, after]) => (isSame(old[name], after) ? [] : [[name, [old[name], after]]])),
  )
}

/**
 * What of a merge's changes may be taken back: columns that are as it left them. The others are named.
 *
 * @returns columns as they were, dates as ISO text
 */
export function undoneColumns(
  now: object,
  changed: Readonly<Record<string, readonly [unknown, unknown]>>,
): { columns: Record<string, unknown>; changed_since: string[] } {
  const current = now as Record<string, unknown>
  const columns: Record<string, unknown> = {}
  const changed_since: string[] = []
  for (const [name, [before, after]] of Object.entries(changed)) {
    if (isSame(current[name], after)) columns[name] = before
    else if (name !== 'updated_at') changed_since.push(name)
  }
  return { columns, changed_since }
}
