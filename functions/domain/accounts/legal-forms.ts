/**
 * Legal forms at the end of a company's name: folded, comma-separated, one country or language family a line. 'Group' and 'Holding' are not
 * among them: they tell one company from another ("Acme" and "Acme Group" may both be at the show). Nor are forms more often read as a word
 * an abbreviation or a family name (SCS, AE, AD, PC, SC, SCI, SAC, KY, ME, Ek, Vos).
 */
const FORMS = `
inc, incorporated, llc, l l c, llp, lp, lllp, pllc, plc, pbc, ltd, limited, corp, corporation, co, company, cos, companies
pty, pty ltd, pte, pte ltd, pvt, pvt ltd, private limited, public limited, ulc, cic, co ltd, limited liability company, limited partnership
gmbh, mbh, ggmbh, ag, kg, kgaa, ohg, og, gbr, ug, ev, eg, ekfm, se, haftungsbeschrankt, gesmbh, ges mbh, aktiengesellschaft
gesellschaft mit beschrankter haftung, kommanditgesellschaft, partg mbb, partgmbb, sagl
sa, s a, sas, sasu, sarl, s a r l, eurl, snc, sca, scop, selarl, sprl, srl, scrl, ltee, cie
societe anonyme, societe par actions simplifiee, societe a responsabilite limitee
sl, s l, slu, sll, slne, sau, s coop, scoop, sociedad anonima, sociedad limitada
sab, sapi, de cv, sa de cv, s a de c v, srl de cv, s de rl, s de rl de cv, sab de cv, sapi de cv
ltda, limitada, eireli, lda, unipessoal lda, sgps, cia, sociedade anonima
spa, s p a, s r l, srls, sapa, scarl, scpa, societa per azioni, societa a responsabilita limitata
bv, b v, nv, n v, vof, cv, bvba, cvba, besloten vennootschap, naamloze vennootschap
ab, publ, ab publ, hb, aktiebolag, ek for, as, a s, asa, ans, aps, a p s, ivs, aktieselskab, anpartsselskab, aksjeselskap
oy, oyj, oy ab, tmi, osakeyhtio, osuuskunta, ehf, hf
sp zoo, sp z oo, sp z o o, z oo, z o o, spzoo, sp j, sp k, spolka akcyjna, spolka z ograniczona odpowiedzialnoscia
sro, s r o, spol sro, spol s ro, spol s r o, kft, zrt, nyrt, doo, d o o, ood, eood, akciova spolecnost
as ti, ltd sti, sti, anonim sirketi, limited sirketi, san and tic, san and tic as, san and tic ltd sti, sanayi and ticaret, tic as, tic ltd sti
uab, sia, epe, ooo, ооо, оао, зао, пао, ао, тоо, тов
kk, k k, gk, yk, kabushiki kaisha, kabushiki gaisha, kabushikigaisha, godo kaisha, yugen kaisha
youxian gongsi, gufen youxian gongsi, gongsi, jusik hoesa, chusik hoesa
bhd, sdn, sdn bhd, tbk, jsc, ojsc, pjsc, fzco, fzc, fze, fz llc, dmcc, wll
`

export const LEGAL_FORMS: ReadonlySet<string> = new Set(FORMS.trim().split(/\s*[,\n]\s*/))

/** Legal forms that may stand before the name: "PT Unilever Indonesia Tbk", "ООО Ромашка", "P.P.H.U. Kowalski". */
export const LEADING_LEGAL_FORMS: ReadonlySet<string> = new Set(
  'pt tmi ооо оао зао пао ао тоо тов ooo pphu phu fhu'.split(' '),
)

/** Forms written without a space before or after the name, longest first. */
export const UNSPACED_LEGAL_FORMS =
  /股份有限公司|有限责任公司|有限公司|株式会社|有限会社|合同会社|\(株\)|\(有\)|주식회사|유한회사|\(주\)/gu

/** Scandinavian partnerships are told from the words "is", "ks" and "ps" by their stroke alone. */
export const STROKED_LEGAL_FORMS = /\s+[ikp]\/s\s*$/

/**
 * "And" between two words. The short ones are letters and words of other languages as well ("Big Y Foods", "Plan A"): they
 * count only before the heirs or the partners of a founder.
 */
export const CONJUNCTIONS: ReadonlySet<string> = new Set('and und et och og ve oraz'.split(' '))
export const SHORT_CONJUNCTIONS: ReadonlySet<string> = new Set('y e i a en ja'.split(' '))
export const HEIRS: ReadonlySet<string> = new Set(
  'hijos hijo hermanos figli figlio fratelli filhos filho irmaos zonen zoon zn synowie syn synove pojat poika'.split(
    ' ',
  ),
)
