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
    // English, and how sorted lists write the article.
    ['Home Depot', 'The Home Depot'],
    ['Home Depot', 'Home Depot, The'],
    ['Home Depot', 'Home Depot, Inc. (The)'],
    ['Patagonia', 'Patagonia, PBC'],
    // German
    ['Müller und Söhne', 'Müller & Söhne GmbH'],
    ['Acme', 'Acme Gesellschaft mit beschränkter Haftung'],
    ['Acme', 'Acme Aktiengesellschaft'],
    ['Acme', 'Acme UG (haftungsbeschränkt)'],
    ['Acme', 'Acme eG'],
    // French
    ['Dupont et Fils', 'Dupont & Fils SARL'],
    ['Lazard', 'Lazard et Cie'],
    ['Acme', 'Acme S.N.C.'],
    ['Acme', 'Acme Société Anonyme'],
    // Spanish and Portuguese
    ['Pérez', 'Pérez y Cía., S.A.'],
    ['Pérez e Hijos', 'Perez & Hijos, S.L.'],
    ['Acme', 'Acme Sociedad Limitada'],
    ['Silva', 'Silva e Cia. Ltda.'],
    ['Acme', 'Acme Unipessoal, Lda.'],
    ['Acme', 'Acme S/A'],
    // Italian
    ['Rossi e Figli', 'Rossi & Figli S.n.c.'],
    ['Acme', 'Acme Società per Azioni'],
    ['Acme', 'Acme S.c.a.r.l.'],
    // Dutch
    ['Jansen en Zonen', 'Jansen & Zonen B.V.'],
    ['Acme', 'Acme V.O.F.'],
    // Swedish, Danish, Norwegian, Finnish
    ['Lund och Berg', 'Lund & Berg AB'],
    ['Lund og Berg', 'Lund & Berg ApS'],
    ['Acme', 'Acme Aktiebolag'],
    ['Acme', 'Acme K/S'],
    ['Acme', 'Acme I/S'],
    ['Acme', 'Acme ASA'],
    ['Acme', 'Acme Oyj'],
    ['Acme', 'Acme Oy Ab'],
    ['Acme', 'Acme Osakeyhtiö'],
    // Polish and Czech
    ['Kowalski i Synowie', 'Kowalski & Synowie Sp. z o.o.'],
    ['Kowalski', 'P.P.H.U. Kowalski sp. j.'],
    ['Acme', 'Acme Spółka Akcyjna'],
    ['Acme', 'Acme spol. s r.o.'],
    ['Acme', 'Acme a.s.'],
    // Turkish
    ['Koç', 'KOÇ A.Ş.'],
    ['Koç', 'Koç San. ve Tic. A.Ş.'],
    ['Koç', 'Koç Sanayi ve Ticaret Limited Şirketi'],
    ['Koç', 'Koç Tic. Ltd. Şti.'],
    // Japanese, Chinese and Korean in Latin letters
    ['Toyota', 'Toyota Kabushiki Kaisha'],
    ['Huawei', 'Huawei Youxian Gongsi'],
    ['Huawei', 'Huawei Co., Ltd.'],
    ['Acme', 'Acme Jusik Hoesa'],
  ])('%s and %s are one company', (a, b) => {
    expect(companyKey(b)).toBe(companyKey(a))
  })

  it.each([
    ['Acme', 'Acme Group'],
    ['Acme', 'Acme Logistics'],
    ['Acme', 'Acme 2'],
    ['The Limited', 'The Company'],
    // Letters and articles that are part of a name.
    ['Big Y Foods', 'Big Foods'],
    ['Plan A Inc.', 'Plan Inc.'],
    ['Vitamin E Co.', 'Vitamin Co.'],
    ['La Poste', 'Poste'],
    ['Die Zeit', 'Zeit'],
    ['De Vos', 'De'],
    ['Bridge En Route', 'Bridge Route'],
    ['What It Is', 'What It'],
    ['San Tic Foods', 'Foods'],
    ['Thermo King KY', 'Thermo King'],
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
