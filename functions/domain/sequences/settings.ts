import * as v from 'valibot'
import { uuid } from '../../uuid.ts'

export const zone = v.pipe(
  v.string(),
  v.check((name) => {
    try {
      new Intl.DateTimeFormat('en', { timeZone: name })
      return true
    } catch {
      return false
    }
  }, 'Choose a time zone.'),
)

const address = v.pipe(v.string(), v.trim(), v.email('Enter an email address.'), v.maxLength(254))
const headerText = (limit: number, message: string) =>
  v.pipe(v.string(), v.trim(), v.nonEmpty(message), v.maxLength(limit), v.regex(/^\P{Cc}*$/u, 'Keep it to one line.'))
const minute = (limit: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(limit))

/** What a sequence is set to, the same for creating and changing it. */
export const sequenceSettings = {
  name: headerText(120, 'Give it a name.'),
  campaign_id: v.nullable(uuid),
  from_name: headerText(100, 'Who is writing?'),
  from_address: address,
  reply_to: v.nullable(address),
  window_days: v.pipe(
    v.array(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(7))),
    v.minLength(1, 'Choose at least one day.'),
    v.transform((days) => [...new Set(days)].sort()),
  ),
  window_from_minute: minute(1439),
  window_to_minute: minute(1440),
  time_zone: zone,
  min_confidence: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  daily_cap: v.pipe(v.number(), v.integer(), v.minValue(1, 'At least 1.'), v.maxValue(100_000)),
  track_opens: v.boolean(),
  track_clicks: v.boolean(),
  contact_reason: headerText(300, 'Say why you may write to these people; it stands in the footer.'),
}
