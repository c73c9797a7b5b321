const SECONDS: Record<string, number> = { d: 86_400, h: 3_600, m: 60, s: 1, ms: 0.001 }

/** Reads a Go-style duration such as `90s`, `1d10h30m` or `6m5s` as seconds; undefined when it is none. */
export function parseDurationSeconds(text: string): number | undefined {
  const trimmed = text.trim()
  if (!/^(\d+(\.\d+)?(ms|[dhms]))+$/.test(trimmed)) return undefined
  let seconds = 0
  for (const [, amount, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|[dhms])/g)) {
    seconds += Number(amount) * (SECONDS[unit ?? ''] ?? 0)
  }
  return seconds
}
