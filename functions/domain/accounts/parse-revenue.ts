export type Revenue = {
  /** A year's revenue, in whole units of the currency. */
  amount: number
  /** ISO 4217. A bare number is taken for dollars. */
  currency: 'USD' | 'EUR' | 'GBP'
  /** 'below' for "<$5M": the amount is a limit, not a figure. */
  bound: 'about' | 'below' | 'above'
}

const AMOUNT =
  /([<>~]?)\s*(US\$|[$€£]|USD|EUR|GBP)?\s*(\d[\d.,]*)\s*(thousand|million|billion|trillion|mrd|mio|bn|tn|[kmbt])?(\+?)(?![\p{L}\d])/giu

const CURRENCIES: Record<string, Revenue['currency']> = { '€': 'EUR', eur: 'EUR', '£': 'GBP', gbp: 'GBP' }

const MULTIPLIERS: Record<string, number> = {
  k: 1e3,
  thousand: 1e3,
  m: 1e6,
  mio: 1e6,
  million: 1e6,
  b: 1e9,
  bn: 1e9,
  mrd: 1e9,
  billion: 1e9,
  t: 1e12,
  tn: 1e12,
  trillion: 1e12,
}

/**
 * The first figure of a revenue text as lists have it: "11251000", "$80B (2024; projected $82B in 2025)", "<$5 million". A dollar figure in
 * brackets is preferred to another currency before it. Null when there is none, or it is a parent's ("Part of Toyota ($275B)").
 */
export function parseRevenue(text: string): Revenue | null {
  if (/^\s*(?:part|subsidiary|division) of\b/i.test(text)) return null
  const figures = [...text.matchAll(AMOUNT)].map(toRevenue).filter((figure) => figure !== null)
  const first = figures[0]
  if (!first || first.revenue.currency === 'USD') return first?.revenue ?? null
  return figures.find((figure) => figure.isDollars)?.revenue ?? first.revenue
}

function toRevenue(match: RegExpMatchArray): { revenue: Revenue; isDollars: boolean } | null {
  const [, relation = '', symbol = '', digits = '', unit = '', plus = ''] = match
  const number = parseNumber(digits)
  // A bare small number is a year or a count: only units, symbols or a large figure make it money.
  if (number === null || (symbol === '' && unit === '' && number < 10_000)) return null
  return {
    revenue: {
      amount: Math.round(number * (MULTIPLIERS[unit.toLowerCase()] ?? 1)),
      currency: CURRENCIES[symbol.toLowerCase()] ?? 'USD',
      bound: relation === '<' ? 'below' : relation === '>' || plus === '+' ? 'above' : 'about',
    },
    isDollars: /\$|usd/i.test(symbol),
  }
}

/** "1,234.5", "1.234,5", "1.234.567"; a single separator before exactly three digits is a thousands separator only when it is a comma. */
function parseNumber(digits: string): number | null {
  const text = digits.replace(/[.,]+$/, '')
  const decimal = text.lastIndexOf('.') > text.lastIndexOf(',') ? '.' : ','
  const group = decimal === '.' ? ',' : '.'
  const decimals = text.split(decimal)
  const isGrouped = decimals.length > 2 || (decimal === ',' && decimals.at(-1)?.length === 3)
  const plain = isGrouped ? text.replaceAll(/[.,]/g, '') : text.replaceAll(group, '').replace(decimal, '.')
  const number = Number(plain)
  return Number.isFinite(number) && plain !== '' ? number : null
}
