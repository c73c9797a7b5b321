/** A step as its order sees it. `step_key` stays the same from version to version. */
export interface Placed {
  step_key: string
}

/**
 * What comes next for somebody who stands at a step of an old version and goes on in a new one. Pure.
 *
 * In the order of the new steps, the first that has not been done and that either was ahead of them in the old order or
 * stands behind where they are in the new one. So what was ahead stays ahead, however it was moved; what is new counts
 * when it stands behind where they are; nothing that was done comes again.
 *
 * Where they are is the place of the current step in the new order; when it is gone, that of the nearest step before it
 * that is still there. With the same steps twice this is the next step of one version.
 *
 * @param of.done keys of what was planned for them before, the current step among them or not
 * @param of.current null: they stand before the first step
 */
export function nextStep<Step extends Placed>(of: {
  done: ReadonlySet<string>
  current: string | null
  old: readonly Placed[]
  steps: readonly Step[]
}): Step | undefined {
  const { done, current, old, steps } = of
  const here = placeOf(current, old, steps, done)
  const from = old.findIndex(({ step_key }) => step_key === current)
  const isGone = from < 0 && current !== null
  const ahead = new Set(isGone ? [] : old.slice(from + 1).map(({ step_key }) => step_key))
  return steps.find(
    ({ step_key }, index) => step_key !== current && !done.has(step_key) && (index > here || ahead.has(step_key)),
  )
}

/** Everything that still lies before them, in the order in which they will get it. */
export function stepsAhead<Step extends Placed>(of: Parameters<typeof nextStep<Step>>[0]): Step[] {
  const first = nextStep(of)
  if (first === undefined) return []
  // From the first on they are in the new order: what stands behind it is ahead of them, new or not.
  return of.steps
    .slice(of.steps.indexOf(first))
    .filter(({ step_key }) => step_key !== of.current && !of.done.has(step_key))
}

/** An index in the new order; -1 is before its first step. */
function placeOf(
  current: string | null,
  old: readonly Placed[],
  steps: readonly Placed[],
  done: ReadonlySet<string>,
): number {
  const index = new Map(steps.map(({ step_key }, at) => [step_key, at]))
  const from = old.findIndex(({ step_key }) => step_key === current)
  for (let at = from; at >= 0; at--) {
    const place = index.get(old[at]?.step_key ?? '')
    if (place !== undefined) return place
  }
  if (from >= 0 || current === null) return -1
  // A step of neither version: whoever has done the last of these is behind them all.
  return steps.findLastIndex(({ step_key }) => step_key === current || done.has(step_key))
}
