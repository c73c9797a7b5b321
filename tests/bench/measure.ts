export interface Figures {
  p50_ms: number
  p95_ms: number
}

/** Runs something over and over, one after another, and tells how long it took half of the time and nearly always. */
export async function measure(times: number, run: () => Promise<unknown>): Promise<Figures> {
  const milliseconds: number[] = []
  for (let count = 0; count < times; count += 1) {
    const started = performance.now()
    await run()
    milliseconds.push(performance.now() - started)
  }
  milliseconds.sort((a, b) => a - b)
  const at = (share: number) =>
    Math.round((milliseconds[Math.min(times - 1, Math.floor(times * share))] ?? 0) * 10) / 10
  return { p50_ms: at(0.5), p95_ms: at(0.95) }
}

/** Standard output belongs to the figures. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
