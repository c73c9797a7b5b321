import type { Row } from '../../../db/schema.ts'
import { bothTexts, type FieldLine, fieldLines, filled } from '../duplicates/merge-fields.ts'

type Person = Row<'person'>

const FILLED = [
  'nickname',
  'title',
  'category',
  'country',
  'time_zone',
  'qualified',
  'revenue_text',
  'list_score',
  'is_ops',
  'is_exec',
  'is_exec_ops',
  'is_proc',
  'is_sales',
  'personas',
  'seniority',
  'phone',
  'linkedin_url',
  'owner_id',
] as const satisfies readonly (keyof Person)[]

/** Columns of the survivor that change when another record of the same person is merged into it. */
export function mergedPerson(survivor: Person, lost: Person): Partial<Person> {
  return {
    ...filled(FILLED, survivor, lost),
    ...(survivor.account_id === null && lost.account_id !== null ? { account_id: lost.account_id } : {}),
    notes: bothTexts(survivor.notes, lost.notes),
    // What the person did holds, whichever record it was written on.
    replied_at: earlier(survivor.replied_at, lost.replied_at),
    booth_visited_at: earlier(survivor.booth_visited_at, lost.booth_visited_at),
    meeting_booked_at: later(survivor.meeting_booked_at, lost.meeting_booked_at),
  }
}

const SHOWN = [
  'name',
  'title',
  'nickname',
  'personas',
  'seniority',
  'category',
  'country',
  'time_zone',
  'phone',
  'linkedin_url',
  'list_score',
  'qualified',
  'revenue_text',
  'notes',
  'replied_at',
  'booth_visited_at',
  'meeting_booked_at',
] as const satisfies readonly (keyof Person)[]

export function personLines(survivor: Person, lost: Person): FieldLine[] {
  return fieldLines<Person>(SHOWN, survivor, lost, mergedPerson(survivor, lost))
}

function earlier(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b
  return a < b ? a : b
}

function later(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b
  return a > b ? a : b
}
