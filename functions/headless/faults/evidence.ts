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

/** What the harness saw with its own eyes, to be held against SendGrid's record at the end. */
export class Evidence {
  readonly enrolled = new Set<string>()
  readonly #stops = new Map<string, StopSeen>()

  constructor(
    readonly db: Db,
    readonly outside: Outside,
    readonly story: Story,
  ) {}

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
    const lost = enrolled.flatMap((person) => (this.isStopped(person.id) ? [] : this.#missing(person, taken)))
    for (const key of lost) about.push(`lost: ${key}`)

    const accepted = new Set(record.map(({ custom_args }) => custom_args.message_id ?? ''))
    const late = [...this.#arrivedAfterStop(record), ...(await this.#handedAfterStop(accepted))]
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
    return this.story.steps.flatMap(({ kind }, index) => {
      const key = `${person.tag} step ${index}`
      return kind === 'email' && !taken.has(key) ? [key] : []
    })
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
