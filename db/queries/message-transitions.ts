import { type RawBuilder, sql } from 'kysely'
import type { MessageState } from '../tables/message.ts'

/** A change of a message's state, and the only states it may begin in. */
export interface Transition {
  from: readonly MessageState[]
  to: MessageState
  /** whether the bytes may have left: `handed_at` before the change, and after it */
  handed: boolean
  handed_after: boolean
  /** `refuse` and `defer` are by claim token, so that after this they are still open to the one who has it */
  keeps_token?: boolean
}

const change = (transition: Transition) => transition

/**
 * Every way a message may go. The statements take their guards from here (`may`), and the model in tests/faults explores
 * this same table: no path leads from "handed over" back to "planned" except a provider that provably took nothing.
 */
export const transitions = {
  claim: change({ from: ['planned'], to: 'claimed', handed: false, handed_after: false }),
  /** a lease that ran out, a pause, or a provider that is down, before the bytes left */
  release: change({ from: ['claimed'], to: 'planned', handed: false, handed_after: false }),
  hand_over: change({ from: ['claimed'], to: 'claimed', handed: false, handed_after: true }),
  /** the provider said yes; also when it says so after the lease had run out */
  accept: change({ from: ['claimed', 'unconfirmed'], to: 'sent', handed: true, handed_after: true }),
  refuse: change({ from: ['claimed', 'unconfirmed'], to: 'failed', handed: true, handed_after: true }),
  /** the provider provably took nothing */
  defer: change({ from: ['claimed', 'unconfirmed'], to: 'planned', handed: true, handed_after: false }),
  /** no answer after the bytes left */
  lose: change({ from: ['claimed'], to: 'unconfirmed', handed: true, handed_after: true }),
  /** a lease that ran out after the bytes left: an answer may still come to whoever handed the mail over */
  expire: change({ from: ['claimed'], to: 'unconfirmed', handed: true, handed_after: true, keeps_token: true }),
  /** an event of the provider names our id: it has the mail, whatever we thought */
  confirm: change({
    from: ['claimed', 'unconfirmed', 'skipped', 'cancelled'],
    to: 'sent',
    handed: true,
    handed_after: true,
  }),
  cancel: change({ from: ['planned', 'claimed'], to: 'cancelled', handed: false, handed_after: false }),
  skip: change({ from: ['planned', 'claimed'], to: 'skipped', handed: false, handed_after: false }),
  /** a person decides about an unconfirmed mail */
  decide_sent: change({ from: ['unconfirmed'], to: 'sent', handed: true, handed_after: true }),
  decide_skip: change({ from: ['unconfirmed'], to: 'skipped', handed: true, handed_after: true }),
  /** its next rotation is planned in the same transaction */
  decide_again: change({ from: ['unconfirmed'], to: 'cancelled', handed: true, handed_after: true }),
} as const satisfies Record<string, Transition>

export type TransitionName = keyof typeof transitions

/** The guard of a transition, for the `where` of the statement that makes it. `message` goes by the alias `m`. */
export function may(name: TransitionName): RawBuilder<boolean> {
  const { from, handed }: Transition = transitions[name]
  const states = sql.join(from.map((state) => sql.lit(state)))
  return handed
    ? sql<boolean>`(m.state in (${states}) and m.handed_at is not null)`
    : sql<boolean>`(m.state in (${states}) and m.handed_at is null)`
}
