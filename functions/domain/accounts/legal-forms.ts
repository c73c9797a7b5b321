/**
 * Legal forms at the end of a company's name: folded, comma-separated, one country or language family a line. 'Group' and 'Holding' are not
 * among them: they tell one company from another ("Acme" and "Acme Group" may both be at the show). Nor are forms more often read as an
 * abbreviation in a name (SCS, AE, AD, PC).
 */
const FORMS = `
inc, incorporated, llc, l l c, llp, lp, lllp, pllc, plc, ltd, limited, corp, corporation, co, company, cos, companies
pty, pty ltd, pte, pte ltd, pvt, pvt ltd, private limited, ulc, cic, co ltd, limited liability company
gmbh, mbh, ggmbh, ag, kg, kgaa, ohg, gbr, ug, ev, se, haftungsbeschrankt, gesmbh, ges mbh
sa, s a, sas, sasu, sarl, eurl, sprl, srl, ltee, cie
sl, s l, slu, sau, sab, sapi, de cv, sa de cv, s a de c v, srl de cv, s de rl, s de rl de cv, sab de cv, sapi de cv
ltda, eireli, lda, sgps, cia
spa, s p a, s r l, srls, sapa
bv, b v, nv, n v, vof, cv, bvba, cvba
ab, publ, ab publ, as, a s, asa, aps, a p s, ivs, oy, oyj, oy ab, ehf
sp zoo, sp z oo, sp z o o, z oo, z o o, spzoo, sp j, sp k
sro, s r o, spol sro, spol s ro, spol s r o, kft, zrt, nyrt, doo, d o o, ood, eood
as ti, ltd sti, sti, uab, sia, epe, ooo, ооо, оао, зао, пао, ао, тоо, тов
kk, k k, gk, yk, bhd, sdn, sdn bhd, tbk, jsc, ojsc, pjsc, fzco, fze, fz llc, dmcc, wll
`

export const LEGAL_FORMS: ReadonlySet<string> = new Set(FORMS.trim().split(/\s*[,\n]\s*/))

/** Legal forms that may stand before the name: "PT Unilever Indonesia Tbk", "ООО Ромашка". */
export const LEADING_LEGAL_FORMS: ReadonlySet<string> = new Set('pt ооо оао зао пао ао тоо тов ooo'.split(' '))

/** Forms written without a space before or after the name, longest first. */
export const UNSPACED_LEGAL_FORMS =
  /股份有限公司|有限责任公司|有限公司|株式会社|有限会社|合同会社|\(株\)|\(有\)|주식회사|유한회사|\(주\)/gu
