import type { Kysely, Selectable, Transaction } from 'kysely'
import type { AccountTable } from './tables/account.ts'
import type { ActivityTable } from './tables/activity.ts'
import type { AiCallTable } from './tables/ai-call.ts'
import type { AuditTable } from './tables/audit.ts'
import type { CampaignTable } from './tables/campaign.ts'
import type { DayOffTable } from './tables/day-off.ts'
import type { EmailAddressTable } from './tables/email-address.ts'
import type { EmailEventTable } from './tables/email-event.ts'
import type { EnrollmentTable } from './tables/enrollment.ts'
import type { EventTable } from './tables/event.ts'
import type { HoldTable } from './tables/hold.ts'
import type { IdempotencyKeyTable } from './tables/idempotency-key.ts'
import type { ImportTable } from './tables/import.ts'
import type { ImportRowTable } from './tables/import-row.ts'
import type { JobTable } from './tables/job.ts'
import type { JobLogTable } from './tables/job-log.ts'
import type { MessageTable } from './tables/message.ts'
import type { PatternTable } from './tables/pattern.ts'
import type { PersonTable } from './tables/person.ts'
import type { RateCountTable } from './tables/rate-count.ts'
import type { ReceiptTable } from './tables/receipt.ts'
import type { ReplyTable } from './tables/reply.ts'
import type { ResumptionTable } from './tables/resumption.ts'
import type { ScoreHistoryTable } from './tables/score-history.ts'
import type { SenderTable } from './tables/sender.ts'
import type { SequenceTable } from './tables/sequence.ts'
import type { SequenceVersionTable } from './tables/sequence-version.ts'
import type { SessionTable } from './tables/session.ts'
import type { SettingTable } from './tables/setting.ts'
import type { StepTable } from './tables/step.ts'
import type { SuppressionTable } from './tables/suppression.ts'
import type { TaskTable } from './tables/task.ts'
import type { UserTable } from './tables/user.ts'

/** Every table by its SQL name. Columns keep their SQL spelling, so a row looks the same in psql and in TypeScript. */
export interface Database {
  user: UserTable
  session: SessionTable
  rate_count: RateCountTable
  event: EventTable
  account: AccountTable
  person: PersonTable
  day_off: DayOffTable
  email_address: EmailAddressTable
  pattern: PatternTable
  campaign: CampaignTable
  sender: SenderTable
  sequence: SequenceTable
  sequence_version: SequenceVersionTable
  step: StepTable
  enrollment: EnrollmentTable
  message: MessageTable
  hold: HoldTable
  receipt: ReceiptTable
  email_event: EmailEventTable
  reply: ReplyTable
  resumption: ResumptionTable
  suppression: SuppressionTable
  activity: ActivityTable
  task: TaskTable
  import: ImportTable
  import_row: ImportRowTable
  score_history: ScoreHistoryTable
  job: JobTable
  job_log: JobLogTable
  idempotency_key: IdempotencyKeyTable
  ai_call: AiCallTable
  setting: SettingTable
  audit: AuditTable
}

/** The store: a pool or a transaction. Queries take this and never ask which of the two it is. */
export type Db = Kysely<Database>
export type Tx = Transaction<Database>

/** A row as it is read back. */
export type Row<Table extends keyof Database> = Selectable<Database[Table]>
