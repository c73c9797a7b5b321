import type { Seniority, SinglePersona } from './personas.ts'

/**
 * Which words in a job title make which persona: comma-separated phrases, folded (no case, no accents), matched as whole words. Ordered by
 * persona; a title may match several. English, with the commonest words of German, French, Spanish, Italian, Dutch and Portuguese.
 */
export const PERSONA_WORDS: Record<SinglePersona, string> = {
  operations: `
    operations, operation, operational, operating, ops, opex, logistics, logistic, supply chain, supplychain, scm, distribution, warehouse, warehouses,
    warehousing, fulfillment, fulfilment, transport, transportation, fleet, freight management, intermodal, inbound, network, dc, yard, port,
    logistik, betrieb, lager, versand, spedition, lieferkette, logistique, chaine d approvisionnement, entrepot, exploitation,
    logistica, operaciones, cadena de suministro, almacen, transporte, operazioni, magazzino, trasporti, logistiek, magazijn, operacoes, armazem
  `,
  executive: `
    ceo, coo, cfo, cto, cio, cso, ciso, cmo, cro, cpo, cco, chro, caio, cdo, cgo, chief, president, vp, svp, evp, avp, head, gm,
    general manager, founder, co founder, cofounder, owner, chairman, chairwoman, chair of the board, executive chair, managing director,
    geschaftsfuhrer, geschaftsfuhrerin, vorstand, directeur general, directrice generale, pdg, director general, directora general, gerente general,
    amministratore delegato, direttore generale, algemeen directeur, diretor geral
  `,
  procurement: `
    procurement, sourcing, purchasing, purchaser, buyer, einkauf, einkaufer, beschaffung, achats, acheteur, compras, comprador, acquisti, inkoop, inkoper
  `,
  sales: `
    sales, marketing, business development, biz dev, bizdev, bd, bdr, sdr, account executive, customer success, revenue, growth, alliances, gtm,
    go to market, partnership, demand gen, demand generation, vertrieb, verkauf, ventes, commercial director, ventas, vendite, verkoop, vendas
  `,
  technology: `
    technology, technologies, tech, it, cio, cto, ciso, engineering, engineer, software, developer, data, science, scientist, analytics, platform,
    architect, product, digital, automation, information systems, ai, informatik, informatique, tecnologia, sistemas, informatica
  `,
}

/** Phrases cut out of a title before its words are looked for: there they do not mean what they say elsewhere. */
export const PERSONA_EXCEPTIONS: Partial<Record<SinglePersona, string>> = {
  operations:
    'chief operating officer, operating partner, social network, neural network, network security, network engineer',
  executive:
    'product owner, process owner, executive assistant to the ceo, assistant to the ceo, assistant to ceo, office of the ceo',
  procurement: 'media buyer',
}

/** Highest rank first: the first that matches wins. */
export const SENIORITY_WORDS: readonly (readonly [Seniority, string])[] = [
  [
    'individual',
    'assistant to, executive assistant, personal assistant, chief of staff to, account executive, account manager, product owner',
  ],
  ['director', 'chief of staff'],
  [
    'c_level',
    `chief, ceo, coo, cfo, cto, cio, cso, ciso, cmo, cro, cpo, cco, chro, caio, cdo, cgo, president, founder, co founder, cofounder, owner, chairman,
     chairwoman, executive chair, managing director, geschaftsfuhrer, geschaftsfuhrerin, vorstand, pdg, directeur general, director general,
     amministratore delegato, algemeen directeur`,
  ],
  ['vp', 'vp, svp, evp, avp'],
  [
    'director',
    `director, dir, head, gm, general manager, managing partner, general partner, partner, leiter, leiterin, bereichsleiter, directeur, directrice,
     directora, direttore, direttrice, diretor, diretora`,
  ],
  [
    'manager',
    'manager, mgr, supervisor, superintendent, lead, leader, foreman, teamleiter, gerente, responsable, responsabile',
  ],
]
