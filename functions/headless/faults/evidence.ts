import { sql } from 'kysely'
import type { Db } from '../../../db/schema.ts'
import type { AcceptedMail } from '../../local/sendgrid/store.ts'
import type { DeliveredEvent } from './mailbag.ts'
import type { Outside } from './outside.ts'
import { type Recipient, readMark, type Story } from './story.ts'

/** When a stop had been answered, and which mails were out of our hands by then. */
interface StopSeen {
  at: number
  /** our message ids that had been handed over: the one batch that may still arrive */
  handed: ReadonlySet<string>
}

export interface Findings {
  sent: number
  lost: number
  duplicates: number
  mailedAfterStop: number
  stuck: number
  unconfirmed: number
  /** our rows say something else than SendGrid's record */
  untrue: number
  /** in words, for whoever replays the seed */
  about: string[]
}

/** While something is paused nothing more of it may be handed over. */
interface HaltSeen extends StopSeen {
  what: 'sequence' | 'sender'
  until: number
}

/** What the harness saw with its own eyes, to be held against SendGrid's record at the end. */
export class Evidence {
  readonly enrolled = new Set<string>()
  readonly #stops = new Map<string, StopSeen>()
  readonly #halts: HaltSeen[] = []
  /** steps of every version so far: whoever is in the sequence gets them, whatever was chosen for them at an edit */
  #kept: Story['steps']

  constructor(
    readonly db: Db,
    readonly outside: Outside,
    readonly story: Story,
  ) {
    this.#kept = story.steps
  }

  isStopped(person_id: string): boolean {
    return this.#stops.has(person_id)
  }

  /** A stop of this person has been committed and answered: from now on no mail may be handed over. */
  async noteStop(person_id: string): Promise<void> {
    if (this.#stops.has(person_id)) return
    const at = performance.now()
    const rows = await this.db
      .selectFrom('message')
      .select('id')
      .where('person_id', '=', person_id)
      .where('handed_at', 'is not', null)
      .execute()
    this.#stops.set(person_id, { at, handed: new Set(rows.map(({ id }) => id)) })
  }

  /** An answer has been recorded: it stops whoever gave it, and their colleagues if the sequence says so. */
  async noteReply({ id, account_id }: Recipient): Promise<void> {
    await this.noteStop(id)
    if (this.story.sequence.colleague_reply !== 'stop') return
    const colleagues = this.story.recipients.filter((other) => other.account_id === account_id && other.id !== id)
    if (colleagues.length === 0) return
    // Who had come to the end has nothing left to be stopped.
    const rows = await this.db
      .selectFrom('enrollment')
      .select('person_id')
      .where(
        'person_id',
        'in',
        colleagues.map((other) => other.id),
      )
      .where('status', '<>', 'finished')
      .execute()
    for (const { person_id } of rows) await this.noteStop(person_id)
  }

  /** A pause has been answered. */
  async noteHalt(what: HaltSeen['what']): Promise<void> {
    const at = performance.now()
    const rows = await this.db.selectFrom('message').select('id').where('handed_at', 'is not', null).execute()
    this.#halts.push({ what, at, until: Infinity, handed: new Set(rows.map(({ id }) => id)) })
  }

  /** It is about to be resumed. */
  noteResumption(what: HaltSeen['what']): void {
    for (const halt of this.#halts) if (halt.what === what) halt.until = Math.min(halt.until, performance.now())
  }

  /** The steps have been edited, or may have been: those that are gone are nobody's any more. */
  noteSteps(steps: Story['steps']): void {
    const subjects = new Set(steps.map(({ subject }) => subject))
    this.#kept = this.#kept.filter(({ subject }) => subjects.has(subject))
  }

  /** Bounces and complaints stop too. */
  async noteEvents(events: readonly DeliveredEvent[]): Promise<void> {
    for (const { event, type, email } of events) {
      const stops = event === 'spamreport' || (event === 'bounce' && type === 'bounce')
      const person = stops && this.story.recipients.find(({ address }) => address === email)
      if (person) await this.noteStop(person.id)
    }
  }

  async judge(now: Date): Promise<Findings> {
    const record = await this.outside.mail.accepted()
    const about: string[] = []
    const taken = new Map<string, string[]>()
    for (const { text, custom_args } of record) {
      const mark = readMark(text)
      if (mark === undefined) about.push(`a mail of nobody: ${text.slice(0, 60)}`)
      else {
        const key = `${mark.tag} step ${mark.step}`
        taken.set(key, [...(taken.get(key) ?? []), custom_args.message_id ?? ''])
      }
    }
    const twice = [...taken].filter(([, ids]) => ids.length > 1)
    for (const [key, ids] of twice) about.push(`twice: ${key} (${ids.join(', ')})`)

    const enrolled = this.story.recipients.filter(({ id }) => this.enrolled.has(id))
    const passed = await this.#passedOver()
    const lost = enrolled.flatMap((person) =>
      this.isStopped(person.id) ? [] : this.#missing(person, taken).filter((key) => !passed.has(key)),
    )
    for (const key of lost) about.push(`lost: ${key}`)

    const accepted = new Set(record.map(({ custom_args }) => custom_args.message_id ?? ''))
    const late = [
      ...this.#arrivedAfterStop(record),
      ...this.#arrivedInHalt(accepted),
      ...(await this.#handedAfterStop(accepted)),
      ...(await this.#handedInPause(accepted)),
    ]
    about.push(...late)
    const rest = await this.#leftOver(now)
    about.push(...rest.about)
    const untrue = await this.#untrue(accepted)
    about.push(...untrue)
    return {
      sent: record.length,
      lost: lost.length,
      duplicates: twice.reduce((sum, [, ids]) => sum + ids.length - 1, 0),
      mailedAfterStop: late.length,
      stuck: rest.stuck,
      unconfirmed: rest.unconfirmed,
      untrue: untrue.length,
      about,
    }
  }

  #missing(person: Recipient, taken: ReadonlyMap<string, string[]>): string[] {
    return this.#kept.flatMap(({ kind, subject = '' }) => {
      const key = `${person.tag} ${subject.toLowerCase()}`
      return kind === 'email' && !taken.has(key) ? [key] : []
    })
  }

  /** What hangs on the show may have become too late; nothing else may. */
  async #passedOver(): Promise<Set<string>> {
    const { rows } = await sql<{ given_name: string; subject: string }>`
      select distinct p.given_name, step.subject from message m join person p on p.id = m.person_id
        join step on step.sequence_id = m.sequence_id and step.version = m.version and step.step_key = m.step_key
      where m.state = 'skipped' and m.reason = 'too_late' and step.timing = 'event'`.execute(this.db)
    return new Set(rows.map(({ given_name, subject }) => `${given_name} ${subject.toLowerCase()}`))
  }

  #arrivedInHalt(accepted: ReadonlySet<string>): string[] {
    return this.#halts.flatMap(({ what, at, until, handed }) =>
      [...this.outside.arrivals].flatMap(([id, times]) =>
        accepted.has(id) && !handed.has(id) && times.some((time) => time > at && time < until)
          ? [`arrived while the ${what} was paused: ${id}`]
          : [],
      ),
    )
  }

  #arrivedAfterStop(record: readonly AcceptedMail[]): string[] {
    return record.flatMap(({ text, custom_args }) => {
      const id = custom_args.message_id ?? ''
      const person = this.story.recipients.find(({ tag }) => tag === readMark(text)?.tag)
      const stop = person && this.#stops.get(person.id)
      if (stop === undefined || stop.handed.has(id)) return []
      return (this.outside.arrivals.get(id) ?? []).some((at) => at > stop.at) ? [`arrived after a stop: ${id}`] : []
    })
  }

  /** Both lines are written under the enrollment's row, so their order is that of the commits. */
  async #handedAfterStop(accepted: ReadonlySet<string>): Promise<string[]> {
    const { rows } = await sql<{ message_id: string }>`
      select handed.message_id from receipt stopped
        join receipt handed on handed.enrollment_id = stopped.enrollment_id and handed.line > stopped.line
      where stopped.what = 'stopped' and handed.what = 'handed'`.execute(this.db)
    return rows.flatMap(({ message_id }) =>
      accepted.has(message_id) ? [`handed over after a stop: ${message_id}`] : [],
    )
  }

  /** A pause of one person, or a colleague's answer that holds them. */
  async #handedInPause(accepted: ReadonlySet<string>): Promise<string[]> {
    const { rows } = await sql<{ message_id: string }>`
      select handed.message_id from receipt handed
        join lateral (
          select what from receipt before where before.enrollment_id = handed.enrollment_id and before.line < handed.line
            and before.what in ('paused', 'resumed') order by line desc limit 1
        ) last on last.what = 'paused'
      where handed.what = 'handed'`.execute(this.db)
    return rows.flatMap(({ message_id }) => (accepted.has(message_id) ? [`handed over in a pause: ${message_id}`] : []))
  }

  async #leftOver(now: Date): Promise<{ stuck: number; unconfirmed: number; about: string[] }> {
    const { rows } = await sql<{ what: string; n: number }>`
      select 'message ' || state as what, count(*)::integer as n from message
        where state in ('planned', 'claimed', 'unconfirmed') group by state
      union all
      select 'job ' || name || ' ' || status, count(*)::integer from job
        where status = 'active' or (status in ('waiting', 'retrying') and run_at <= ${now}) group by name, status
      union all
      select 'enrollment ' || status, count(*)::integer from enrollment
        where status in ('active', 'paused') group by status`.execute(this.db)
    const unconfirmed = rows.find(({ what }) => what === 'message unconfirmed')?.n ?? 0
    const stuck = rows.filter(({ what }) => what !== 'message unconfirmed').reduce((sum, { n }) => sum + n, 0)
    return { stuck, unconfirmed, about: rows.map(({ what, n }) => `left over: ${n} ${what}`) }
  }

  /** Sent here and never taken there, or taken there and not known here. */
  async #untrue(accepted: ReadonlySet<string>): Promise<string[]> {
    const mails = await this.db.selectFrom('message').select(['id', 'state']).execute()
    return mails
      .filter(({ id, state }) => (state === 'sent') !== accepted.has(id))
      .map(
        ({ id, state }) => `untrue: ${id} is ${state}, SendGrid ${accepted.has(id) ? 'took it' : 'has no such mail'}`,
      )
  }
}
