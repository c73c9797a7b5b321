import { describe, expect, it } from 'vitest'
import { companyKey } from '../../../functions/domain/accounts/normalise-company.ts'

describe('companyKey', () => {
  it.each([
    ['Acme', 'ACME, Inc.'],
    ['Acme', 'The Acme Company'],
    ['Acme', 'Acme Co., Ltd.'],
    ['Acme', 'acme l.l.c.'],
    ['Acme', 'Acme S.A.'],
    ['Acme', 'Acme S.A. de C.V.'],
    ['Acme', 'Acme S. de R.L. de C.V.'],
    ['Acme', 'Acme SAS'],
    ['Acme', 'Acme S.p.A.'],
    ['Acme', 'Acme S.r.l'],
    ['Acme', 'Acme GmbH & Co. KG'],
    ['Acme', 'Acme AG'],
    ['Acme', 'Acme B.V.'],
    ['Acme', 'Acme A/S'],
    ['Acme', 'Acme ApS'],
    ['Acme', 'Acme AB (publ)'],
    ['Acme', 'Acme Oy'],
    ['Acme', 'Acme Pty Ltd'],
    ['Acme', 'Acme Kft.'],
    ['Acme', 'Acme sp. z o.o.'],
    ['Acme', 'Acme s.r.o.'],
    ['Acme', 'Acme d.o.o.'],
    ['Acme', 'Acme K.K.'],
    ['Acme', 'PT Acme Tbk'],
    ['Smith & Sons', 'Smith and Sons'],
    ['Smith', 'Smith & Co.'],
    ['Nestlé', 'NESTLE S.A.'],
    ['Mærsk', 'Maersk A/S'],
    ["Lowe's", 'Lowe’s Companies, Inc.'],
    ['J.B. Hunt', 'J B Hunt'],
    ['J.B. Hunt', 'JB Hunt'],
    ['トヨタ自動車株式会社', 'トヨタ自動車'],
    ['三星有限公司', '三星'],
    ['ООО Ромашка', 'Ромашка'],
  ])('%s and %s are one company', (a, b) => {
    expect(companyKey(b)).toBe(companyKey(a))
  })

  it.each([
    ['Acme', 'Acme Group'],
    ['Acme', 'Acme Logistics'],
    ['Acme', 'Acme 2'],
    ['The Limited', 'The Company'],
  ])('%s and %s are two companies', (a, b) => {
    expect(companyKey(b)).not.toBe(companyKey(a))
  })

  it.each([
    ['Inc.', 'inc'],
    ['The', 'the'],
    ['&', '&'],
    ['  -- ', '--'],
    ['AB', 'ab'],
    ['北京', '北京'],
    ['شركة الاتصالات', 'شركة الاتصالات'],
  ])('%s keeps a key', (name, key) => {
    expect(companyKey(name)).toBe(key)
  })

  it('is stable when applied to its own result', () => {
    for (const name of ['The Acme Company, Inc.', 'J. B. Hunt', 'GmbH', 'Smith & Co.']) {
      expect(companyKey(companyKey(name))).toBe(companyKey(name))
    }
  })
})
