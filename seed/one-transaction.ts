import type { Tx } from '../db/schema.ts'

/**
 * A store whose transactions all join the one that is open. The verbs the seed calls each open their own; joined, the
 * whole world appears at once or not at all, and an app that runs on the database never sees half of it.
 */
export function joinTransaction(tx: Tx): Tx {
  const joined: Tx = new Proxy(tx, {
    get(target, property) {
      if (property === 'transaction') return () => ({ execute: (work: (tx: Tx) => unknown) => work(joined) })
      const value: unknown = Reflect.get(target, property, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return joined
}
