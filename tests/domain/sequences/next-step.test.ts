import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextStep, stepsAhead } from '../../../functions/domain/sequences/next-step.ts'

const steps = (keys: string) => [...keys].map((step_key) => ({ step_key }))
const next = (old: string, current: string | null, edited: string, done = '') =>
  nextStep({ done: new Set(done), current, orders: [steps(old), steps(edited)] })?.step_key

test.each<[string, string, string | null, string, string, string | undefined]>([
  ['nothing is edited', 'ABC', 'A', 'ABC', 'A', 'B'],
  ['the last step', 'ABC', 'C', 'ABC', 'ABC', undefined],
  ['before the first step', 'ABC', null, 'ABC', '', 'A'],
  ['a step added behind them', 'ABC', 'A', 'AXBC', 'A', 'X'],
  ['a step added before them', 'ABC', 'B', 'XABC', 'AB', 'C'],
  ['a step added at the end of a sequence they have done', 'ABC', 'C', 'ABCX', 'ABC', 'X'],
  ['the next step is gone', 'ABC', 'A', 'AC', 'A', 'C'],
  ['their own step is gone', 'ABC', 'B', 'AC', 'AB', 'C'],
  ['their own step is gone, and a new one stands in its place', 'ABC', 'B', 'AXC', 'AB', 'X'],
  ['all that was ahead is gone', 'ABC', 'A', 'A', 'A', undefined],
  ['what was ahead stands before them now', 'ABC', 'A', 'CBA', 'A', 'C'],
  ['what they have done stands behind them now', 'ABC', 'B', 'BCA', 'AB', 'C'],
  ['a new step between two that were ahead', 'ABC', 'A', 'BXCA', 'A', 'B'],
  ['everything is another sequence', 'ABC', 'B', 'XYZ', 'AB', 'X'],
])('%s', (_what, old, current, edited, done, expected) => {
  expect(next(old, current, edited, done)).toBe(expected)
})

/**
 * The same, written differently and slowly: two lists are made by walking the old and the new order step by step, and the
 * answer is the step of them that the new order names first.
 */
function reference(old: string[], current: string | null, edited: string[], done: Set<string>): string | undefined {
  const wasAhead: string[] = []
  let isPast = current === null
  for (const key of old) {
    if (isPast) wasAhead.push(key)
    if (key === current) isPast = true
  }
  const anchors = current === null ? [] : [...old.slice(0, old.indexOf(current) + 1)].reverse()
  const anchor = anchors.find((key) => edited.includes(key))
  const isBehindAnchor: string[] = []
  let isReached = anchor === undefined
  for (const key of edited) {
    if (isReached) isBehindAnchor.push(key)
    if (key === anchor) isReached = true
  }
  const candidates = [...wasAhead, ...isBehindAnchor].filter((key) => !done.has(key) && key !== current)
  for (const key of edited) if (candidates.includes(key)) return key
  return undefined
}

const letters = [...'ABCDEFGH']
const order = fc.shuffledSubarray(letters, { minLength: 1 })
const edit = fc.record({
  old: order,
  edited: fc.shuffledSubarray(letters),
  at: fc.nat(),
  skipped: fc.subarray(letters),
})

/** Somebody who stands at a step of the old order, with what stood before it done, or passed over. */
function standing({ old, at, skipped }: { old: string[]; at: number; skipped: string[] }) {
  const current = old[at % old.length]!
  const before = old.slice(0, at % old.length).filter((key) => !skipped.includes(key))
  return { current, done: new Set([...before, current]) }
}

const placed = (keys: string[]) => keys.map((step_key) => ({ step_key }))

test('the next step is that of the reference', () => {
  fc.assert(
    fc.property(edit, (given) => {
      const { current, done } = standing(given)
      const found = nextStep({ done, current, orders: [placed(given.old), placed(given.edited)] })
      expect(found?.step_key).toBe(reference(given.old, current, given.edited, done))
    }),
    { numRuns: 5_000 },
  )
})

/** Walks a whole sequence as the engine does: each step is planned once the one before it is done. */
function walk(old: string[], current: string, edited: string[], done: Set<string>): string[] {
  const got: string[] = []
  const seen = new Set(done)
  let [from, at] = [old, current]
  for (;;) {
    const step = nextStep({ done: seen, current: at, orders: [placed(from), placed(edited)] })
    if (step === undefined) return got
    got.push(step.step_key)
    seen.add(step.step_key)
    ;[from, at] = [edited, step.step_key]
  }
}

test('nothing comes twice, nothing that was ahead is lost, and the new order is kept', () => {
  fc.assert(
    fc.property(edit, (given) => {
      const { current, done } = standing(given)
      const got = walk(given.old, current, given.edited, done)
      expect(new Set(got).size).toBe(got.length)
      expect(got.filter((key) => done.has(key))).toEqual([])
      const ahead = given.old.slice(given.old.indexOf(current) + 1)
      for (const key of ahead) if (given.edited.includes(key) && !done.has(key)) expect(got).toContain(key)
      const places = got.map((key) => given.edited.indexOf(key))
      expect(places).toEqual([...places].sort((one, other) => one - other))
      const all = { done, current, orders: [placed(given.old), placed(given.edited)] }
      expect(stepsAhead(all).map(({ step_key }) => step_key)).toEqual(got)
    }),
    { numRuns: 5_000 },
  )
})

test('over any number of edits nothing comes twice, and what stayed ahead through all of them is got', () => {
  // Between two edits any number of steps are done, often none: then the orders pile up while they stand at one step.
  const edits = fc.array(fc.record({ after: fc.nat(2), edited: fc.shuffledSubarray(letters, { minLength: 1 }) }), {
    maxLength: 6,
  })
  fc.assert(
    fc.property(order, edits, (first, later) => {
      const got: string[] = []
      const done = new Set<string>()
      let current: string | null = null
      let orders = [placed(first)]
      const versions = [{ after: 0, edited: first }, ...later]
      for (const [index, { edited }] of versions.entries()) {
        if (index > 0) orders.push(placed(edited))
        const most = versions[index + 1]?.after ?? Number.POSITIVE_INFINITY
        const wasAhead = stepsAhead({ done, current, orders }).map(({ step_key }) => step_key)
        for (let count = 0; count < most; count++) {
          const step: { step_key: string } | undefined = nextStep({ done, current, orders })
          if (step === undefined) break
          got.push(step.step_key)
          done.add(step.step_key)
          current = step.step_key
          orders = [placed(edited)]
        }
        // What is ahead after an edit is what was ahead before it, as far as it is still there, and perhaps more.
        const next = versions[index + 1]?.edited
        if (next === undefined) continue
        const ahead = stepsAhead({ done, current, orders: [...orders, placed(next)] }).map(({ step_key }) => step_key)
        for (const key of wasAhead) if (next.includes(key) && !done.has(key)) expect(ahead).toContain(key)
      }
      expect(new Set(got).size).toBe(got.length)
    }),
    { numRuns: 5_000 },
  )
})
