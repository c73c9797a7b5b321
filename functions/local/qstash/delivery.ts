import { type Answer, callDestination, judge } from './attempt.ts'
import type { Credentials } from './credentials.ts'
import type { Database } from './database.ts'
import { claimDue, findNextDueAt } from './due-store.ts'
import { isReordered, type QStashFaults, takeFaults } from './faults.ts'
import type { MessageRow } from './message.ts'
import { fireSchedules } from './schedule-store.ts'
import { type Outcome, pruneHistory, settleOutcomes } from './settle-store.ts'

export const MAX_IN_FLIGHT = 20
const KEPT_EVENTS = 10_000
const PRUNE_EVERY_SETTLED = 1_000
/** A timer set for longer would not notice a laptop that slept, or a clock moved by hand. */
const LONGEST_SLEEP_MS = 60_000
const PAUSE_AFTER_ERROR_MS = 1_000
const CLOSE_GRACE_MS = 1_000
/** Answers that come close together share one turn, and so one statement of each kind. */
const COALESCE_MS = 4

export interface DeliveryContext {
  db: Database
  clock: { now(): Date }
  fetch: typeof fetch
  faults: QStashFaults
  credentials: () => Credentials
  log: (line: string) => void
}

/** Takes what is due, calls destinations (20 at once), records what came of it; by itself after `start()`, or on demand. */
export class Delivery {
  readonly #context: DeliveryContext
  readonly #inFlight = new Set<Promise<void>>()
  readonly #abort = new AbortController()
  #isClosing = false
  #settled: Outcome[] = []
  /** Messages the delay fault has held back once. */
  readonly #postponed = new Set<string>()
  #attempts = 0
  #settledSincePrune = 0
  #round: Promise<unknown> = Promise.resolve()
  #wake = newSignal()
  #loop: Promise<void> | undefined

  constructor(context: DeliveryContext) {
    this.#context = context
  }

  start(): void {
    this.#loop = this.#runLoop()
  }

  /** Something may have become due: a publish, a resumed queue, a moved clock. */
  notify(): void {
    const woken = this.#wake
    this.#wake = newSignal()
    woken.resolve()
  }

  async deliverDue(): Promise<number> {
    const before = this.#attempts
    while (!this.#isClosing) {
      const wake = this.#wake.promise
      if (await this.#advance()) continue
      if (this.#inFlight.size === 0 && this.#settled.length === 0) break
      await wake
      await this.#coalesce()
    }
    return this.#attempts - before
  }

  /** Lets attempts under way end for a second, then breaks them off: they are delivered again after the next start. */
  async close(): Promise<void> {
    this.#isClosing = true
    this.notify()
    await this.#loop
    await this.#round
    const timer = setTimeout(() => this.#abort.abort(), CLOSE_GRACE_MS)
    await Promise.all(this.#inFlight)
    clearTimeout(timer)
    await this.#settle()
  }

  async #runLoop(): Promise<void> {
    while (!this.#isClosing) {
      const wake = this.#wake.promise
      try {
        if (await this.#advance()) continue
        await this.#sleep(wake, await this.#untilNextDue())
        await this.#coalesce()
      } catch (error) {
        this.#context.log(`delivery stopped for a moment: ${error instanceof Error ? error.message : String(error)}`)
        await this.#sleep(wake, PAUSE_AFTER_ERROR_MS)
      }
    }
  }

  async #untilNextDue(): Promise<number> {
    const now = this.#context.clock.now()
    const nextDueAt = await findNextDueAt(this.#context.db, now)
    return nextDueAt ? Math.min(LONGEST_SLEEP_MS, Math.max(0, nextDueAt.getTime() - now.getTime())) : LONGEST_SLEEP_MS
  }

  async #sleep(wake: Promise<void>, milliseconds: number): Promise<void> {
    const timeUp = newSignal()
    const timer = setTimeout(timeUp.resolve, milliseconds)
    timer.unref()
    await Promise.race([wake, timeUp.promise])
    clearTimeout(timer)
  }

  async #coalesce(): Promise<void> {
    if (this.#inFlight.size > 0) await new Promise((resolve) => setTimeout(resolve, COALESCE_MS))
  }

  /** One turn: settle, fire, claim, start. The loop and deliverDue() take turns. Tells whether anything happened. */
  #advance(): Promise<boolean> {
    const turn = this.#round.then(() => this.#takeTurn())
    this.#round = turn.catch(() => undefined)
    return turn
  }

  async #takeTurn(): Promise<boolean> {
    const { db, clock, log } = this.#context
    const settled = await this.#settle()
    if (this.#isClosing) return false
    const now = clock.now()
    const fired = await fireSchedules(db, now, log)
    const free = MAX_IN_FLIGHT - this.#inFlight.size
    const claimed = free > 0 ? await claimDue(db, now, free) : []
    this.#begin(claimed)
    return settled + fired + claimed.length > 0
  }

  #begin(claimed: MessageRow[]): void {
    const { faults } = this.#context
    const reordered = claimed.filter((message) => isReordered(faults, message))
    for (const message of claimed) if (!reordered.includes(message)) this.#track(this.#deliver(message))
    if (reordered.length === 0) return
    this.#track(
      (async () => {
        for (const message of reordered.reverse()) await this.#deliver(message)
      })(),
    )
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => {
      this.#inFlight.delete(tracked)
      this.notify()
    })
    this.#inFlight.add(tracked)
  }

  async #deliver(message: MessageRow): Promise<void> {
    const { clock, credentials, fetch, log } = this.#context
    const fault = takeFaults(this.#context.faults, message)
    if (fault.delaySeconds !== undefined && !this.#postponed.has(message.message_id)) {
      this.#postponed.add(message.message_id)
      this.#settled.push(postpone(message, fault.delaySeconds, clock.now()))
      return
    }
    const wire = { fetch, credentials: credentials(), fault, signal: this.#abort.signal }
    const answer = await this.#attempt(() => callDestination(wire, message))
    if (fault.duplicate) await this.#attempt(() => callDestination(wire, message))
    // Broken off by close(): unknown to us, so it stays in flight and goes again after the next start.
    if (answer.status === undefined && this.#abort.signal.aborted) return
    const outcome = judge(message, answer, clock.now())
    this.#postponed.delete(message.message_id)
    this.#settled.push(outcome)
    log(`${message.method} ${message.url} ${answer.status ?? answer.error} ${outcome.result}`)
  }

  #attempt(call: () => Promise<Answer>): Promise<Answer> {
    this.#attempts++
    return call()
  }

  async #settle(): Promise<number> {
    const outcomes = this.#settled
    if (outcomes.length === 0) return 0
    this.#settled = []
    const { db, clock } = this.#context
    try {
      await settleOutcomes(db, outcomes)
    } catch (error) {
      this.#settled = [...outcomes, ...this.#settled]
      throw error
    }
    this.#settledSincePrune += outcomes.length
    if (this.#settledSincePrune >= PRUNE_EVERY_SETTLED) {
      this.#settledSincePrune = 0
      await pruneHistory(db, clock.now(), KEPT_EVENTS)
    }
    return outcomes.length
  }
}

function newSignal(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

function postpone(message: MessageRow, delaySeconds: number, now: Date): Outcome {
  return {
    message_id: message.message_id,
    result: 'postponed',
    settled_at: now,
    due_at: new Date(now.getTime() + delaySeconds * 1000),
    response_headers: {},
    response_body: new Uint8Array(),
    callbacks: [],
  }
}
