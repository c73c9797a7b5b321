import * as v from 'valibot'
import { InvalidError } from '../errors.ts'

/** @throws InvalidError with one message a field, named by its path (`steps.0.subject`) */
export function parseInput<Schema extends v.GenericSchema>(schema: Schema, input: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, input)
  if (result.success) return result.output
  const fields: Record<string, string> = {}
  for (const issue of result.issues) fields[v.getDotPath(issue) ?? ''] ??= issue.message
  throw new InvalidError(result.issues[0].message, fields)
}
