import { describe, expect, it } from 'vitest'
import { parseRevenue } from '../../../functions/domain/accounts/parse-revenue.ts'

describe('parseRevenue', () => {
  it.each([
    ['11251000', 11_251_000, 'USD', 'about'],
    ['$80B (2024; projected $82B in 2025)', 80e9, 'USD', 'about'],
    ['$4.4 billion (2025)', 4.4e9, 'USD', 'about'],
    ['$106.57B (2025 est.)', 106.57e9, 'USD', 'about'],
    ['<$5 million (2025)', 5e6, 'USD', 'below'],
    ['$100M+ (2024 est.; projected $110M in 2025)', 100e6, 'USD', 'above'],
    ['$1.9M (2025 est.; < $5M)', 1.9e6, 'USD', 'about'],
    ['€1.6B (2025 est.; ~$1.7B USD)', 1.7e9, 'USD', 'about'],
    ['€1,6 Mrd', 1.6e9, 'EUR', 'about'],
    ['£250k', 250_000, 'GBP', 'about'],
    ['$1,234,567', 1_234_567, 'USD', 'about'],
    ['$242B (combined with MIA; port-specific ~$61B)', 242e9, 'USD', 'about'],
  ])('%s', (text, amount, currency, bound) => {
    expect(parseRevenue(text)).toEqual({ amount, currency, bound })
  })

  it.each(['', 'n/a', 'unknown', '2025', 'Part of Toyota ($275B)', 'Series B', 'confidential (2024)'])(
    '%j says nothing',
    (text) => {
      expect(parseRevenue(text)).toBeNull()
    },
  )
})
