/** Random choices that come out the same for the same seed. */
export interface Dice {
  /** 0 ≤ x < 1 */
  roll(): number
  chance(probability: number): boolean
  /** both ends included */
  between(least: number, most: number): number
  pick<T>(from: readonly T[]): T
  shuffle<T>(items: readonly T[]): T[]
  /** version 4 */
  uuid(): string
}

/** mulberry32: small, fast, and good enough to choose faults by. */
export function openDice(seed: number): Dice {
  let state = seed >>> 0
  const roll = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const between = (least: number, most: number) => least + Math.floor(roll() * (most - least + 1))
  return {
    roll,
    between,
    chance: (probability) => roll() < probability,
    pick(from) {
      const picked = from[between(0, from.length - 1)]
      if (picked === undefined) throw new RangeError('Nothing to pick from')
      return picked
    },
    uuid() {
      const hex = Array.from({ length: 32 }, () => between(0, 15).toString(16)).join('')
      const variant = '89ab'[between(0, 3)]
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
    },
    shuffle(items) {
      const order = items.map((item) => ({ item, place: roll() }))
      return order.sort((a, b) => a.place - b.place).map(({ item }) => item)
    },
  }
}
