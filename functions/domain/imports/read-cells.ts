import { parseRevenue } from '../accounts/parse-revenue.ts'

/** Of a company or a person; an index holds the whole name. */
export const MAX_NAME_LENGTH = 300

/** Readers of one cell of a list. Each answers null when the cell says nothing, never a guess. */

export function textCell(value: string | undefined, limit = 2000): string | null {
  // Cut off so, an emoji may lose its second half, which PostgreSQL refuses.
  const text = withoutGuard(value ?? '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, limit)
    .replace(/[\uD800-\uDBFF]$/, '')
  return text === '' || /^(?:n\/?a|null|undefined|-+|–|#(?:n\/a|ref!|value!|div\/0!|name\?|null!|num!))$/i.test(text)
    ? null
    : text
}

/** Exports lead what a spreadsheet would run with an apostrophe. */
function withoutGuard(value: string): string {
  return value.replace(/^'(?=\s*[=+\-@|])/, '')
}

export function numberCell(value: string | undefined): number | null {
  const text = (value ?? '').trim()
  if (!/^[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text) || !/\d/.test(text)) return null
  const number = Number(text.replaceAll(',', ''))
  return Number.isFinite(number) ? number : null
}

/** "1,001-5,000" and "10000+" count from below. */
export function countCell(value: string | undefined): number | null {
  const first = /^\s*([\d,]+)/.exec(value ?? '')?.[1]
  const count = first === undefined ? Number.NaN : Number(first.replaceAll(',', ''))
  return Number.isInteger(count) && count < 2 ** 31 ? count : null
}

export function flagCell(value: string | undefined): boolean | null {
  const text = (value ?? '').trim().toLowerCase()
  if (/^(?:true|yes|y|1|x)$/.test(text)) return true
  return /^(?:false|no|n|0)$/.test(text) ? false : null
}

/** "Tier 1", "T1", "1", "A". */
export function tierCell(value: string | undefined): number | null {
  const text = (value ?? '').trim()
  const digit = /^(?:tier|t)?\s*([1-9])$/i.exec(text)?.[1]
  if (digit !== undefined) return Number(digit)
  const letter = /^(?:tier\s*)?([a-d])$/i.exec(text)?.[1]
  return letter === undefined ? null : 'abcd'.indexOf(letter.toLowerCase()) + 1
}

/** The text as it stood; the amount only when it is in dollars, since no rate of exchange is known here. */
export function revenueCell(value: string | undefined): { revenue_text: string | null; revenue_usd: number | null } {
  const revenue_text = textCell(value)
  const revenue = revenue_text === null ? null : parseRevenue(revenue_text)
  return { revenue_text, revenue_usd: revenue?.currency === 'USD' ? revenue.amount : null }
}
