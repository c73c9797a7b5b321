/**
 * A form as it goes back to the person: what was typed, and what is wrong with it.
 * An invalid POST answers 422 with the same page and this state, so nothing is lost.
 */
export type FormState = {
  readonly values: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Field name → one sentence that says what to do. */
  readonly errors: Readonly<Record<string, string | undefined>>
  /** What concerns no single field. */
  readonly form_error?: string
}

export const emptyForm: FormState = { values: {}, errors: {} }

/** The state of a form opened for an existing record: nulls become empty, dates and numbers text. */
export function formOf(record: Readonly<Record<string, string | number | null | undefined>>): FormState {
  const values: Record<string, string> = {}
  for (const [name, value] of Object.entries(record)) values[name] = value === null ? '' : String(value ?? '')
  return { values, errors: {} }
}

export function keptValue(form: FormState, name: string): string {
  const value = form.values[name]
  return typeof value === 'string' ? value : (value?.[0] ?? '')
}

export function keptValues(form: FormState, name: string): readonly string[] {
  const value = form.values[name]
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : value
}

export function hasErrors(form: FormState): boolean {
  return form.form_error !== undefined || Object.values(form.errors).some((error) => error !== undefined)
}
