import type { Clock } from '../../ports/clock.ts'

/** The engine's clock: it runs with the wall clock and is set and moved by the harness, which tells every app process. */
export interface EngineClock extends Clock {
  readonly offset_ms: number
  /** for the start of a run; the only time that it may go back */
  set(moment: Date): void
  advance(milliseconds: number): void
}

export function openEngineClock(): EngineClock {
  let offset_ms = 0
  return {
    get offset_ms() {
      return offset_ms
    },
    now: () => new Date(Date.now() + offset_ms),
    set(moment) {
      offset_ms = moment.getTime() - Date.now()
    },
    advance(milliseconds) {
      offset_ms += Math.max(0, milliseconds)
    },
  }
}
