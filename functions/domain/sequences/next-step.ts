/** A step as its order sees it. `step_key` stays the same from version to version. */
export interface Placed {
  step_key: string
}

/** Where somebody stands, and the orders they go through. */
export interface Way<Step extends Placed> {
  /** keys of what was planned for them before, the current step among them or not */
  done: ReadonlySet<string>
  /** null: they stand before the first step */
  current: string | null
  /** the order in which they came to the current step, then every one they were sent on to since; the last holds */
  orders: readonly (readonly Step[])[]
}

/** The first of `stepsAhead`. */
export const nextStep = <Step extends Placed>(way: Way<Step>): Step | undefined => stepsAhead(way)[0]

/**
 * Everything that still lies before somebody who stands at a step while its sequence is edited, in the order in which
 * they will get it. Pure.
 *
 * From order to order, what lies before them begins at the first step that has not been done and that either lay before
 * them until now or stands behind where they are. So what was ahead stays ahead, however it was moved; what is new counts
 * when it stands behind where they are, or behind what they get next; nothing that was done comes again.
 *
 * Where they are is the place of the current step; when it is gone, that of the nearest step before it that is still there.
 */
export function stepsAhead<Step extends Placed>({ done, current, orders }: Way<Step>): Step[] {
  const [first = [], ...others] = orders
  const isOpen = ({ step_key }: Placed) => step_key !== current && !done.has(step_key)
  const from = placeIn(first, current, done)
  let ahead = first.slice(from + 1).filter(isOpen)
  let behind = first.slice(0, from + 1)
  for (const order of others) {
    const here = placeBehind(order, behind)
    const keys = new Set(ahead.map(({ step_key }) => step_key))
    const begin = order.findIndex((step, index) => isOpen(step) && (index > here || keys.has(step.step_key)))
    ahead = begin < 0 ? [] : order.slice(begin).filter(isOpen)
    behind = order.slice(0, here + 1)
  }
  return ahead
}

/** An index; -1 is before the first step. Whoever stands at a step that is not there is behind all that they have done. */
function placeIn(order: readonly Placed[], current: string | null, done: ReadonlySet<string>): number {
  const place = order.findIndex(({ step_key }) => step_key === current)
  return place >= 0 || current === null ? place : order.findLastIndex(({ step_key }) => done.has(step_key))
}

/** The place of the last of these steps that the order has. */
function placeBehind(order: readonly Placed[], behind: readonly Placed[]): number {
  const last = behind.findLast(({ step_key }) => order.some((step) => step.step_key === step_key))
  return order.findIndex(({ step_key }) => step_key === last?.step_key)
}
