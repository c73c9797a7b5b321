import * as v from 'valibot'
import { stepInput } from '../domain/sequences/save-steps.ts'
import { sequenceSettings } from '../domain/sequences/settings.ts'
import { type StopRules, stopRulesForm, stopRuleValues } from './stop-rules-form.ts'

/** Forms speak text; these turn it into what the verbs take, field by field under the same names. */

const number = v.pipe(v.string(), v.trim(), v.regex(/^\d{1,6}(\.\d{1,4})?$/, 'Enter a number.'), v.transform(Number))

/** `HH:MM` to minutes after midnight. */
const clockTime = v.pipe(
  v.string(),
  v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Enter a time, like 09:00.'),
  v.transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))),
)

/** A checkbox is there or it is not; without a default a missing one would be left as it was. */
const ticked = v.pipe(
  v.optional(v.string(), ''),
  v.transform((value) => value !== ''),
)

const emptyAsNull = v.transform((text: string) => (text.trim() === '' ? null : text))

export const sequenceForm = v.object({
  name: sequenceSettings.name,
  from_name: sequenceSettings.from_name,
  from_address: sequenceSettings.from_address,
  reply_to: v.pipe(v.optional(v.string(), ''), emptyAsNull, sequenceSettings.reply_to),
  contact_reason: sequenceSettings.contact_reason,
  window_days: v.pipe(
    v.optional(v.union([v.string(), v.array(v.string())]), []),
    v.transform((days) => [days].flat().map(Number)),
    sequenceSettings.window_days,
  ),
  window_from_minute: clockTime,
  // Midnight at the end of the day is 00:00 in a time field.
  window_to_minute: v.pipe(
    clockTime,
    v.transform((minute) => minute || 1440),
  ),
  time_zone: sequenceSettings.time_zone,
  min_confidence: v.pipe(
    number,
    v.maxValue(100, 'At most 100.'),
    v.transform((percent) => percent / 100),
  ),
  daily_cap: v.pipe(number, sequenceSettings.daily_cap),
  track_opens: ticked,
  track_clicks: ticked,
  ...stopRulesForm,
})

/** The settings as the form shows them. */
export function sequenceFormValues(
  settings: StopRules & {
    name: string
    from_name: string
    from_address: string
    reply_to: string | null
    contact_reason: string
    window_days: readonly number[]
    window_from_minute: number
    window_to_minute: number
    time_zone: string
    min_confidence: number
    daily_cap: number
    track_opens: boolean
    track_clicks: boolean
  },
): Record<string, string | string[]> {
  const { name, from_name, from_address, contact_reason, time_zone } = settings
  const { track_opens, track_clicks, window_days, reply_to } = settings
  return {
    ...{ name, from_name, from_address, contact_reason, time_zone },
    ...stopRuleValues(settings),
    reply_to: reply_to ?? '',
    window_days: window_days.map(String),
    window_from_minute: clockWords(settings.window_from_minute),
    window_to_minute: clockWords(settings.window_to_minute),
    min_confidence: String(Math.round(settings.min_confidence * 100)),
    daily_cap: String(settings.daily_cap),
    ...(track_opens ? { track_opens: 'on' } : {}),
    ...(track_clicks ? { track_clicks: 'on' } : {}),
  }
}

function clockWords(minute: number): string {
  const parts = [Math.floor(minute / 60) % 24, minute % 60]
  return parts.map((part) => String(part).padStart(2, '0')).join(':')
}

// A browser posts line breaks as CRLF; stored texts have LF.
const text = v.transform((value: string) => value.replaceAll('\r\n', '\n'))

export const stepForm = v.object({
  kind: stepInput.entries.kind,
  delay_amount: v.pipe(number, stepInput.entries.delay_amount),
  delay_unit: stepInput.entries.delay_unit,
  thread: stepInput.entries.thread,
  subject: stepInput.entries.subject,
  body: v.pipe(v.optional(v.string(), ''), text, stepInput.entries.body),
})
