import type { Context } from 'hono'
import * as v from 'valibot'
import { type FieldErrors, InvalidError } from '../errors.ts'

/** @throws InvalidError naming each field that is wrong */
export async function readJson<Schema extends v.GenericSchema>(
  c: Context,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  let body: unknown
  try {
    body = await c.req.json()
  } catch {
    throw new InvalidError('The body is not JSON.')
  }
  return readValue(schema, body)
}

export function readValue<Schema extends v.GenericSchema>(schema: Schema, value: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value)
  if (result.success) return result.output
  const fields: FieldErrors = {}
  for (const issue of result.issues) fields[v.getDotPath(issue) ?? 'body'] ??= issue.message
  throw new InvalidError(
    Object.entries(fields)
      .map(([name, problem]) => `${name}: ${problem}`)
      .join('; '),
    fields,
  )
}
