import type { LimitRule } from '../../ports/cache.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** How often anybody may do what. The part after `_by_` says what the identifier must be. */
export const limitRules = {
  // Successful ones count too, and a whole office may stand behind one address.
  login_by_ip: { name: 'login_by_ip', hits: 60, window_seconds: 10 * MINUTE },
  login_by_account: { name: 'login_by_account', hits: 5, window_seconds: 10 * MINUTE },
  password_reset_by_ip: { name: 'password_reset_by_ip', hits: 10, window_seconds: HOUR },
  api_by_user: { name: 'api_by_user', hits: 600, window_seconds: MINUTE },
  ai_by_user: { name: 'ai_by_user', hits: 30, window_seconds: MINUTE },
  import_by_user: { name: 'import_by_user', hits: 20, window_seconds: HOUR },
  enrich_by_user: { name: 'enrich_by_user', hits: 120, window_seconds: MINUTE },
  test_mail_by_user: { name: 'test_mail_by_user', hits: 20, window_seconds: HOUR },
  mail_by_workspace: { name: 'mail_by_workspace', hits: 50_000, window_seconds: DAY },
  ledger_by_user: { name: 'ledger_by_user', hits: 6, window_seconds: MINUTE },
  deep_health_by_ip: { name: 'deep_health_by_ip', hits: 12, window_seconds: MINUTE },
  unsubscribe_by_ip: { name: 'unsubscribe_by_ip', hits: 60, window_seconds: MINUTE },
} as const satisfies Record<string, LimitRule>
