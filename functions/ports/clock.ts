/** Where the time comes from. Everything that asks for the time is handed one of these. */
export interface Clock {
  now(): Date
  /** resolves when so much of this clock's time has passed; the wall clock's when it has none of its own */
  sleep?(milliseconds: number): Promise<void>
}

/** The wall clock. */
export const wallClock: Clock = { now: () => new Date() }

/** A clock that runs with the wall clock from a moment of its own and can be moved forward: for the demo, the tests and the local services. */
export interface MovableClock extends Clock {
  advance(milliseconds: number): void
}

export function movableClock(start?: Date): MovableClock {
  let offset = start === undefined ? 0 : start.getTime() - Date.now()
  return {
    now: () => new Date(Date.now() + offset),
    advance: (milliseconds) => {
      if (milliseconds < 0) throw new RangeError('A clock does not go back')
      offset += milliseconds
    },
  }
}

/** A clock that stands still until it is advanced, for tests that compare instants. */
export function stoppedClock(start: Date): MovableClock {
  let now = start.getTime()
  return {
    now: () => new Date(now),
    advance: (milliseconds) => {
      if (milliseconds < 0) throw new RangeError('A clock does not go back')
      now += milliseconds
    },
  }
}
