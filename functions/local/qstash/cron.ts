import { Cron } from 'croner'
import { ApiError } from './api-error.ts'

/** The first firing strictly after `after`. `cron` is five fields in UTC, or `CRON_TZ=Area/City ` and five fields. */
export function nextFiring(cron: string, after: Date): Date | undefined {
  const [, timezone, pattern] = /^(?:CRON_TZ=(\S+)\s+)?(.*)$/s.exec(cron.trim()) ?? []
  try {
    const parsed = new Cron((pattern ?? '').trim(), { timezone: timezone ?? 'UTC', mode: '5-part' })
    return parsed.nextRun(after) ?? undefined
  } catch (error) {
    throw new ApiError(400, `invalid cron: ${error instanceof Error ? error.message : String(error)}`)
  }
}
