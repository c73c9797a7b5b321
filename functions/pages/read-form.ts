import type { Context } from 'hono'
import * as v from 'valibot'
import type { FormState } from '../../web/forms.ts'
import type { FieldErrors } from '../errors.ts'

type FormValues = Record<string, string | string[]>

/** A form read against the schema of its verb: what the verb takes, or the form to send back with 422. */
export type ReadForm<Output> =
  | { isValid: true; output: Output; values: FormValues }
  | { isValid: false; form: FormState }

/**
 * Fields that come several times become arrays; files are left out. Unknown fields are the schema's business (`v.object`
 * drops them).
 */
export async function readForm<Schema extends v.GenericSchema>(
  c: Context,
  schema: Schema,
): Promise<ReadForm<v.InferOutput<Schema>>> {
  const values = textsOf(await c.req.parseBody({ all: true }))
  const result = v.safeParse(schema, values)
  if (result.success) return { isValid: true, output: result.output, values }
  const errors: Record<string, string> = {}
  let form_error: string | undefined
  for (const issue of result.issues) {
    const name = v.getDotPath(issue)?.split('.')[0]
    if (name === undefined) form_error ??= issue.message
    else errors[name] ??= issue.message
  }
  return { isValid: false, form: { values, errors, ...(form_error === undefined ? {} : { form_error }) } }
}

/** The form to send back when the verb itself refused, for example because a name is taken. */
export function refusedForm(values: FormValues, errors: FieldErrors, form_error?: string): FormState {
  return { values, errors, ...(form_error === undefined ? {} : { form_error }) }
}

function textsOf(body: Record<string, unknown>): FormValues {
  const values: FormValues = {}
  for (const [name, value] of Object.entries(body)) {
    if (typeof value === 'string') values[name] = withoutNul(value)
    else if (Array.isArray(value)) values[name] = value.filter((item) => typeof item === 'string').map(withoutNul)
  }
  return values
}

/** No keyboard types it, and PostgreSQL refuses it in a text. */
const withoutNul = (text: string) => text.replaceAll('\0', '')
