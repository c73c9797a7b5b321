import * as v from 'valibot'
import { uuid } from '../uuid.ts'

/** Text of a form field: trimmed, and null when there is none. */
export const optionalText = (limit: number) =>
  v.optional(
    v.pipe(
      v.string(),
      v.trim(),
      v.maxLength(limit, `At most ${limit.toLocaleString('en-US')} characters`),
      v.transform((text) => (text === '' ? null : text)),
    ),
    '',
  )

export const requiredText = (limit: number, missing: string) =>
  v.pipe(
    v.optional(v.string(), ''),
    v.trim(),
    v.nonEmpty(missing),
    v.maxLength(limit, `At most ${limit.toLocaleString('en-US')} characters`),
  )

/** A whole number from 0, with or without thousands separators. */
export const optionalCount = (limit: number) =>
  v.pipe(
    v.optional(v.string(), ''),
    v.trim(),
    v.regex(/^(?:[\d,]*)$/, 'Type a whole number'),
    v.transform((text) => (text === '' ? null : Number(text.replaceAll(',', '')))),
    v.nullable(v.pipe(v.number(), v.maxValue(limit, `At most ${limit.toLocaleString('en-US')}`))),
  )

export const optionalId = (message: string) =>
  v.pipe(
    v.optional(v.string(), ''),
    v.trim(),
    v.union([v.literal(''), uuid], message),
    v.transform((id) => (id === '' ? null : id)),
  )
