import * as v from 'valibot'
import type { SendWindow } from '../../db/tables/sequence.ts'
import { stepInput } from '../domain/sequences/save-steps.ts'
import { findSettingsProblems, sequenceSettings } from '../domain/sequences/settings.ts'
import { conditionOf, stepTimingForm } from './step-timing-form.ts'
import { type StopRules, stopRulesForm, stopRuleValues } from './stop-rules-form.ts'
import { readWindows, windowFields, windowValues, withWindows } from './window-fields.ts'

/** Forms speak text; these turn it into what the verbs take, field by field under the same names. */

const number = v.pipe(
  v.string(),
  v.trim(),
  v.regex(/^\d{1,6}(\.\d{1,4})?$/, 'Enter a number, 0 or more.'),
  v.transform(Number),
)

/** A checkbox is there or it is not; without a default a missing one would be left as it was. */
const ticked = v.pipe(
  v.optional(v.string(), ''),
  v.transform((value) => value !== ''),
)

const emptyAsNull = v.transform((text: string) => (text.trim() === '' ? null : text))

export const sequenceForm = v.pipe(
  v.object({
    name: sequenceSettings.name,
    from_name: sequenceSettings.from_name,
    from_address: sequenceSettings.from_address,
    reply_to: v.pipe(v.optional(v.string(), ''), emptyAsNull, sequenceSettings.reply_to),
    contact_reason: sequenceSettings.contact_reason,
    ...windowFields,
    skip_holidays: ticked,
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
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    // Other fields may be wrong: all that is wrong is told at once.
    const input = dataset.value as Record<string, unknown>
    const add = (key: string, message: string) =>
      addIssue({ message, path: [{ type: 'object', origin: 'value', input, key, value: null }] })
    const windows = v.safeParse(v.object(windowFields), input)
    if (windows.success) for (const { name, message } of readWindows(windows.output).problems) add(name, message)
    const clicks = v.safeParse(v.object({ stop_on_click: v.boolean(), track_clicks: v.boolean() }), input)
    if (clicks.success)
      for (const [name, message] of Object.entries(findSettingsProblems(clicks.output))) add(name, message)
  }),
  v.transform(withWindows),
)

/** The settings as the form shows them. */
export function sequenceFormValues(
  settings: StopRules & {
    name: string
    from_name: string
    from_address: string
    reply_to: string | null
    contact_reason: string
    windows: readonly SendWindow[]
    skip_holidays: boolean
    time_zone: string
    min_confidence: number
    daily_cap: number
    track_opens: boolean
    track_clicks: boolean
  },
): Record<string, string | string[]> {
  const { track_opens, track_clicks, reply_to, name, from_name, from_address, contact_reason, time_zone } = settings
  return {
    ...{ name, from_name, from_address, contact_reason, time_zone },
    ...stopRuleValues(settings),
    reply_to: reply_to ?? '',
    ...windowValues(settings.windows),
    ...(settings.skip_holidays ? { skip_holidays: 'on' } : {}),
    min_confidence: String(Math.round(settings.min_confidence * 100)),
    daily_cap: String(settings.daily_cap),
    ...(track_opens ? { track_opens: 'on' } : {}),
    ...(track_clicks ? { track_clicks: 'on' } : {}),
  }
}

// A browser posts line breaks as CRLF; stored texts have LF.
const text = v.transform((value: string) => value.replaceAll('\r\n', '\n'))

const stepFields = v.object({
  kind: stepInput.entries.kind,
  ...stepTimingForm,
  thread: stepInput.entries.thread,
  subject: stepInput.entries.subject,
  body: v.pipe(v.optional(v.string(), ''), text, stepInput.entries.body),
})

export const stepForm = v.pipe(
  stepFields,
  v.transform(({ condition, condition_field, condition_value, anchor, ...step }) => ({
    ...step,
    anchor: anchor === '' ? null : anchor,
    condition: conditionOf({ condition, condition_field, condition_value }),
  })),
)
