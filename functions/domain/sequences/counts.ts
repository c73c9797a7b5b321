import type { CapReason } from './caps.ts'

/** How many mails count against one thing on one day: it changes where it stands, so that whoever holds it need not look it up. */
export interface Count {
  mails: number
}

/**
 * How many mails count against what, by day. Maps within maps: a key put together from the three of them would cost a
 * simulation, which asks a million times, more than all else it does. Days come first, for one has to do with few of
 * them at a time, and with thousands of companies.
 */
export class Counts {
  private readonly days = new Map<string, Map<CapReason, Map<string, Count>>>()

  /** @param when a day of the sender; for `cap_sender_week` the Monday that begins its week */
  get(reason: CapReason, of: string, when: string): number {
    return this.days.get(when)?.get(reason)?.get(of)?.mails ?? 0
  }

  add(reason: CapReason, of: string, when: string, mails: number): void {
    this.at(reason, of, when).mails += mails
  }

  at(reason: CapReason, of: string, when: string): Count {
    const counts = this.on(when, reason)
    let count = counts.get(of)
    if (count === undefined) {
      count = { mails: 0 }
      counts.set(of, count)
    }
    return count
  }

  addAll(other: Counts): void {
    for (const [when, reasons] of other.days)
      for (const [reason, counts] of reasons) for (const [of, { mails }] of counts) this.add(reason, of, when, mails)
  }

  private on(when: string, reason: CapReason): Map<string, Count> {
    let reasons = this.days.get(when)
    if (reasons === undefined) {
      reasons = new Map()
      this.days.set(when, reasons)
    }
    let counts = reasons.get(reason)
    if (counts === undefined) {
      counts = new Map()
      reasons.set(reason, counts)
    }
    return counts
  }
}
