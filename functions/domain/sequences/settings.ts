import * as v from 'valibot'
import type { SendWindow } from '../../../db/tables/sequence.ts'
import { InvalidError } from '../../errors.ts'
import { uuid } from '../../uuid.ts'
import { ACCOUNT_STATUSES } from '../accounts/account-details.ts'
import { tidyWindows } from './windows.ts'
import { isZone } from './zones.ts'

export const zone = v.pipe(v.string(), v.check(isZone, 'Choose a time zone.'))

const address = v.pipe(v.string(), v.trim(), v.email('Enter an email address.'), v.maxLength(254))
const headerText = (limit: number, message: string) =>
  v.pipe(v.string(), v.trim(), v.nonEmpty(message), v.maxLength(limit), v.regex(/^\P{Cc}*$/u, 'Keep it to one line.'))
const minute = (limit: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(limit))

const window = v.pipe(
  v.object({
    day: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(7)),
    from_minute: minute(1439),
    to_minute: minute(1440),
  }),
  v.check(({ from_minute, to_minute }) => to_minute > from_minute, 'A window must end after it begins.'),
)

/** What a sequence is set to, the same for creating and changing it. */
export const sequenceSettings = {
  name: headerText(120, 'Give it a name.'),
  campaign_id: v.nullable(uuid),
  from_name: headerText(100, 'Who is writing?'),
  from_address: address,
  reply_to: v.nullable(address),
  windows: v.pipe(
    v.array(window),
    v.minLength(1, 'Open at least one window.'),
    v.maxLength(50, 'At most 50 windows.'),
    v.transform((windows) => tidyWindows(windows)),
  ),
  skip_holidays: v.boolean(),
  time_zone: zone,
  min_confidence: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  daily_cap: v.pipe(v.number(), v.integer(), v.minValue(1, 'At least 1.'), v.maxValue(100_000)),
  track_opens: v.boolean(),
  track_clicks: v.boolean(),
  /** may be empty: then nobody in the EU, the EEA, the UK or Switzerland is written to */
  contact_reason: v.pipe(v.string(), v.trim(), v.maxLength(300), v.regex(/^\P{Cc}*$/u, 'Keep it to one line.')),
  colleague_reply: v.picklist(['nothing', 'hold', 'stop'], 'Choose what a colleague’s reply does.'),
  stop_on_click: v.boolean(),
  stop_account_statuses: v.array(v.picklist(ACCOUNT_STATUSES, 'Choose statuses from the list.')),
  untracked_countries: v.pipe(
    v.array(v.pipe(v.string(), v.regex(/^[A-Z]{2}$/, 'Codes of two letters, like DE, FR, GB.'))),
    v.maxLength(250),
    v.transform((codes) => [...new Set(codes)].sort()),
  ),
}

const CLICKS_NEEDED = 'Track clicks, or nobody is seen to click.'

/** What does not go together, by field. */
export function findSettingsProblems(settings: {
  stop_on_click?: boolean | undefined
  track_clicks?: boolean | undefined
}): Record<string, string> {
  return settings.stop_on_click === true && settings.track_clicks !== true ? { stop_on_click: CLICKS_NEEDED } : {}
}

/** @throws InvalidError */
export function checkSettings(settings: Parameters<typeof findSettingsProblems>[0]): void {
  const problems = findSettingsProblems(settings)
  const [message] = Object.values(problems)
  if (message !== undefined) throw new InvalidError(message, problems)
}

/** As the row holds them: windows are JSON. */
export function settingsColumns<Settings extends { windows?: readonly SendWindow[] }>({
  windows,
  ...settings
}: Settings) {
  return { ...settings, ...(windows === undefined ? {} : { windows: JSON.stringify(windows) }) }
}
