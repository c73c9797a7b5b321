/** Things by the minute they are due, the earliest minute first. */
export class MinuteQueue<Thing> {
  private readonly due = new Map<number, Thing[]>()
  /** a binary heap of the minutes that have something */
  private readonly minutes: number[] = []

  add(minute: number, thing: Thing): void {
    const things = this.due.get(minute)
    if (things !== undefined) things.push(thing)
    else {
      this.due.set(minute, [thing])
      this.rise(minute)
    }
  }

  /** The earliest minute; undefined when nothing is left. */
  next(): number | undefined {
    return this.minutes[0]
  }

  /** All that is due at the earliest minute, which must be `minute`. */
  take(minute: number): Thing[] {
    const things = this.due.get(minute) ?? []
    this.due.delete(minute)
    if (this.minutes[0] === minute) this.sink()
    return things
  }

  *all(): Generator<Thing> {
    for (const things of this.due.values()) yield* things
  }

  private rise(minute: number): void {
    const heap = this.minutes
    let index = heap.push(minute) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if ((heap[parent] ?? 0) <= minute) break
      heap[index] = heap[parent] ?? 0
      index = parent
    }
    heap[index] = minute
  }

  private sink(): void {
    const heap = this.minutes
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let index = 0
    for (let child = 1; child < heap.length; child = 2 * index + 1) {
      if ((heap[child + 1] ?? Number.POSITIVE_INFINITY) < (heap[child] ?? 0)) child += 1
      if ((heap[child] ?? 0) >= last) break
      heap[index] = heap[child] ?? 0
      index = child
    }
    heap[index] = last
  }
}
