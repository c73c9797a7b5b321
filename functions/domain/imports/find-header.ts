import type { RawRow } from './raw-row.ts'

/** Titles, "Exported on …" and the like above a header. */
const MOST_LINES_ABOVE = 5
const ROWS_LOOKED_AT = 40

/** What the header of a list calls its columns, in the languages lists come in. Whole cells, letters only. */
const words = new Set(
  `company companyname account accountname organization organisation employer exhibitor exhibitorname name fullname contact contactname
  attendee attendeename firstname givenname first lastname familyname surname last title jobtitle position role email emailaddress mail phone
  phonenumber mobile telephone linkedin linkedinurl website url web domain industry sector country state region city address street zip
  postalcode category type status owner notes note comments score tier revenue employees id value kind reason source booth department
  firma unternehmen firmenname vorname nachname anrede funktion abteilung telefon land stadt ort plz strasse straße branche webseite
  société societe entreprise prénom prenom nom poste fonction téléphone courriel pays ville adresse secteur
  empresa nombre apellido apellidos cargo puesto correo teléfono telefono país pais ciudad sector
  azienda società nome cognome ruolo paese città settore bedrijf voornaam achternaam functie telefoon plaats
  apelido sobrenome telefone cidade setor`.split(/\s+/),
)

/**
 * Which of the rows is the header: the first one, unless what stands above another one can be no row of the same table, being emptier, and
 * that one looks like a header.
 *
 * @param rows the first of a file that are not blank
 * @returns its index; 0 when nothing tells
 */
export function findHeader(rows: readonly RawRow[]): number {
  const looked = rows.slice(0, ROWS_LOOKED_AT)
  const filled = looked.map(({ cells }) => cells.filter((cell) => cell !== '').length)
  const known = looked.map(({ cells }) => cells.filter(isHeaderWord).length)
  const width = [...filled].sort((one, other) => one - other)[Math.floor(filled.length * 0.75)] ?? 0
  const isAbove = (at: number) => filled.slice(0, at).every((count) => count < (filled[at] ?? 0))
  if ((known[0] ?? 0) > 0 && known[0] === filled[0]) return 0
  for (let at = 1; at <= Math.min(MOST_LINES_ABOVE, looked.length - 2); at++) {
    const [cells, words_known] = [filled[at] ?? 0, known[at] ?? 0]
    const isNothingKnownAbove = known.slice(0, at).every((count) => count < Math.max(1, words_known / 2))
    if (!isNothingKnownAbove) continue
    if (words_known >= 2 && words_known >= cells / 2 && isAbove(at)) return at
    if (width === 1 && words_known === 1 && cells === 1) return at
    if (width > 1 && words_known === 1 && cells >= width * 0.6 && isAbove(at) && hasFew(filled, at, width)) return at
    if (width >= 3 && cells >= width * 0.8 && isAbove(at) && hasFew(filled, at, width) && isWordy(looked[at])) return at
    // From here on, rows are the table's own.
    if (cells >= Math.max(2, width * 0.6)) return 0
  }
  return 0
}

/** A title has one cell; "Exported on" and its date have two. */
function hasFew(filled: readonly number[], at: number, width: number): boolean {
  return filled.slice(0, at).every((count) => count <= (width >= 5 ? 2 : 1))
}

function isWordy(row: RawRow | undefined): boolean {
  const cells = row?.cells.filter((cell) => cell !== '') ?? []
  return cells.every((cell) => cell.length <= 60 && /\p{L}/u.test(cell) && !/@|:\/\/|^\d/.test(cell))
}

function isHeaderWord(cell: string): boolean {
  return cell.length <= 40 && words.has(cell.toLowerCase().replace(/[^\p{L}]/gu, ''))
}
