import type { Credentials } from './credentials.ts'
import type { MessageRow } from './message.ts'
import { newSigningKey } from './signature.ts'

/** One thing to go wrong for messages whose destination path begins with `path`. */
export interface QStashFault {
  path: string
  /** How many attempts it spoils; without it, all. */
  times?: number
  /** The attempt reaches the destination twice. */
  duplicate?: boolean
  /** The destination is called, but its answer is lost: QStash tries again. */
  dropAnswer?: boolean
  /** Each message comes this much later than it should (once; by the server's clock). */
  delaySeconds?: number
  /** Messages due at once arrive one by one, last first. */
  reorder?: boolean
  /** The destination is not called; this is taken as its answer. */
  status?: number
  badSignature?: boolean
  /** Sign with another key than the current one. */
  key?: 'next' | 'old' | 'wrong'
  /** Shifts `iat` and `exp`; -600 makes a signature that has lapsed. */
  clockSkewSeconds?: number
}

/** Live: the server looks at it before every attempt, so a test may push to it and empty it. */
export type QStashFaults = QStashFault[]

/** The faults that spoil this attempt, merged; uses up one of their `times`. */
export function takeFaults(faults: QStashFaults, message: MessageRow): Omit<QStashFault, 'path' | 'times'> {
  const path = new URL(message.url).pathname
  const merged: Omit<QStashFault, 'path' | 'times'> = {}
  for (const fault of faults) {
    if (!path.startsWith(fault.path) || fault.times === 0) continue
    const { path: _, times, ...effect } = fault
    if (times !== undefined) fault.times = times - 1
    Object.assign(merged, effect)
  }
  return merged
}

/** Which of the claimed messages are to arrive in reverse, one by one. */
export function isReordered(faults: QStashFaults, message: MessageRow): boolean {
  const path = new URL(message.url).pathname
  return faults.some((fault) => fault.reorder && fault.times !== 0 && path.startsWith(fault.path))
}

export function signingKeyFor(fault: Pick<QStashFault, 'key'>, credentials: Credentials): string {
  switch (fault.key) {
    case 'next':
      return credentials.next_signing_key
    case 'old':
      return credentials.previous_signing_key
    case 'wrong':
      return newSigningKey()
    case undefined:
      return credentials.current_signing_key
  }
}
