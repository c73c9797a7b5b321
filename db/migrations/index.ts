import type { Migration } from 'kysely/migration'
import * as start from './0001-start.ts'
import * as sendEngine from './0002-send-engine.ts'
import * as schedules from './0003-schedules.ts'
import * as claims from './0004-claims.ts'
import * as stopRules from './0005-stop-rules.ts'
import * as versions from './0006-versions.ts'
import * as waitingMails from './0007-waiting-mails.ts'
import * as colleaguesSeen from './0008-colleagues-seen.ts'
import * as resumptions from './0009-resumptions.ts'
import * as domainsBelow from './0010-domains-below.ts'
import * as fewerIndexes from './0011-fewer-indexes.ts'

/** Every migration in order. Forward only; a name never changes once it has been released. */
export const migrations: Record<string, Migration> = {
  '0001-start': start,
  '0002-send-engine': sendEngine,
  '0003-schedules': schedules,
  '0004-claims': claims,
  '0005-stop-rules': stopRules,
  '0006-versions': versions,
  '0007-waiting-mails': waitingMails,
  '0008-colleagues-seen': colleaguesSeen,
  '0009-resumptions': resumptions,
  '0010-domains-below': domainsBelow,
  '0011-fewer-indexes': fewerIndexes,
}
