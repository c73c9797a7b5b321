import { rowsXml, sheetXml, workbookOf, workbookParts, type ZipPart, zipOf } from './workbook-files.ts'

/** A file that means harm, or that a broken program wrote. */
export interface HostileFile {
  name: string
  bytes: Uint8Array
  /** what is said about it; without: whatever is clear */
  says?: RegExp
}

const utf8 = (text: string) => new TextEncoder().encode(text)
const utf16 = (text: string) => new Uint8Array(Buffer.from(text, 'utf16le'))
const people = 'Name,Company,Title,Notes\nAnn Lee,Acme,COO,hello\nBo,Beta,VP,"two\nlines"\nCy,Gamma,CEO,x\n'
const list = [
  ['Name', 'Company', 'Notes'],
  ['Ann', 'Acme', 'x'],
  ['Bo', 'Beta', 'y'],
]
const cells = (inner: string) => workbookOf({ rows: `${rowsXml([['Name', 'Company']])}<row>${inner}</row>` })
const withPart = (name: string, change: (part: ZipPart) => Partial<ZipPart>): Uint8Array =>
  zipOf(workbookParts({ rows: list }).map((part) => (part.name === name ? { ...part, ...change(part) } : part)))
const sheet1 = 'xl/worksheets/sheet1.xml'
const zeros = (megabytes: number) => new Uint8Array(megabytes * 2 ** 20)

export function handMade(): HostileFile[] {
  const text: Record<string, [string | Uint8Array, RegExp?]> = {
    'nothing.csv': ['', /empty/],
    'blanks.csv': [' \r\n\t\n  ', /empty/],
    'delimiters.csv': [',,,\n,,,\n', /empty/],
    'header-only.csv': ['Name,Company\n', /no rows/],
    'bom-only.csv': ['\uFEFF', /empty/],
    'ten-thousand-columns.csv': [
      `${Array.from({ length: 10_000 }, (_, i) => `c${i}`).join(',')}\nx`,
      /10000 columns|5000 cells/,
    ],
    '201-columns.csv': [`${Array.from({ length: 201 }, (_, i) => `c${i}`).join(',')}\nx`, /201 columns/],
    'a-million-delimiters.csv': [`Name\nx${','.repeat(1_000_000)}`, /5000 cells/],
    'fifty-thousand-wide-rows.csv': [`Name,Company\n${`x,y${','.repeat(900)}\n`.repeat(20_000)}`],
    'megabyte-cell.csv': [
      `Name,Notes\nAnn,${'x'.repeat(1_000_000)}`,
      /row 2, column Notes has more than 32,767 characters/,
    ],
    'megabyte-quoted-cell.csv': [`Name,Notes\nAnn,"${'x'.repeat(1_000_000)}"`, /column Notes has more than 32,767/],
    'megabyte-header.csv': [`${'x'.repeat(1_000_000)},Name\nAnn,Acme`, /32,767/],
    'endless-line.csv': [`Name,Company ${'x,'.repeat(2000)}`],
    'endless-text.csv': ['x'.repeat(5_000_000), /32,767/],
    'open-quote.csv': ['Name,Company\nAnn,"Acme\nBo,Beta', /never closed/],
    'open-quote-long.csv': [`Name,Company\nAnn,"Acme\n${'Bo,Beta\n'.repeat(100_000)}`, /32,767|never closed/],
    'quotes.csv': ['"'.repeat(100_001)],
    'even-quotes.csv': ['"'.repeat(100_000)],
    'quote-storm.csv': [`Name,Note\n${'"a"b"c",x\n'.repeat(5000)}`],
    'too-many-rows.csv': [`Name\n${'Ann\n'.repeat(100_001)}`, /more than 100,000 rows/],
    'five-million-lines.csv': ['a\n'.repeat(5_000_000), /more than 100,000 rows/],
    'cr-only.csv': [people.replaceAll('\n', '\r')],
    'crcrlf.csv': [people.replaceAll('\n', '\r\r\n')],
    'vertical-tabs.csv': [people.replaceAll(' ', '\v')],
    'null-bytes.csv': [people.replace('hello', 'he\0llo')],
    'only-nulls.csv': [zeros(1), /not a text file|empty/],
    'null-names.csv': [`N\0ame,Company\nA\0nn,Acme\n${'Bo,Beta\n'.repeat(50)}`],
    'controls.csv': [`Name,Company\n${'\u0001\u0002\u0003,\u0004\u0005\n'.repeat(200)}`, /not a text file/],
    'rtl-marks.csv': ['Name,Company\n\u202Eeel nnA,Ac\u200Fme\n\u2066Bo\u2069,Beta'],
    'zero-width.csv': ['\u200BName,Comp\u00ADany\nAnn\u200D,Acme\u2060'],
    'bom-inside.csv': ['\uFEFF\uFEFFName,\uFEFFCompany\nAnn,Acme'],
    'replacement.csv': [`Name,Company\nA\uFFFDn,Acme\n${people}`],
    'noncharacters.csv': ['Name,Company\nA\uFFFEn,\uFFFFAcme'],
    'emoji.csv': [`Name,Company\n${'👩‍👩‍👧‍👦'.repeat(2000)},Acme`],
    'combining.csv': [`Name,Company\nA${'\u0301'.repeat(20_000)},Acme`],
    'lone-surrogates.csv': [utf16('\uFEFFName,Company\nA\uD83Dnn,Ac\uDE00me')],
    'utf16-cut.csv': [utf16(`\uFEFF${people}`).slice(0, -1)],
    'utf16-no-bom.csv': [utf16(people)],
    'utf16-swapped.csv': [swapped(utf16(`\uFEFF${people}`))],
    'utf8-cut.csv': [utf8('Name,Company\nMüller,Söhne').slice(0, -4)],
    'utf8-overlong.csv': [new Uint8Array([...utf8('Name,Company\n'), 0xc0, 0xaf, 0x2c, 0xed, 0xa0, 0x80, 0x0a])],
    'utf32.csv': [utf32(people)],
    'windows-1252.csv': [new Uint8Array(Buffer.from('Name,Company\nJos\xe9,\x93Acme\x94', 'latin1'))],
    'sep-nothing.csv': ['sep=\nName,Company\nAnn,Acme'],
    'sep-quote.csv': ['sep="\nName"Company\nAnn"Acme'],
    'sep-letter.csv': ['sep=a\nNamea Company\nAnna Acme'],
    'same-headers.csv': [`${'Name,'.repeat(150)}x\n${'Ann,'.repeat(150)}y`],
    'same-headers-numbered.csv': ['Name,Name (2),Name,name\na,b,c,d'],
    'proto.csv': ['__proto__,constructor,toString,hasOwnProperty\na,b,c,d'],
    'formulas.csv': ['Name,Company\n=cmd|\' /C calc\'!A0,@SUM(1+1)\n+1,-2+3\n=HYPERLINK("x"),\tx'],
    'html.csv': ['<html><body><table>', /web page/],
    'html.xls': ['<!DOCTYPE html><table>', /web page/],
    'xml.xls': ['<?xml version="1.0"?><Workbook/>', /XML/],
    'json.csv': ['[{"name":"Ann"}]', /JSON/],
    'rtf.csv': ['{\\rtf1 Ann}', /RTF/],
    'pdf.csv': ['%PDF-1.7\nx', /PDF/],
    'picture.csv': [new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, ...zeros(0.001)]), /not a text file|empty/],
    'gzip.csv': [new Uint8Array([0x1f, 0x8b, 8, 0, 1, 2, 3]), /gzip/],
    'rar.xlsx': [new Uint8Array([0x52, 0x61, 0x72, 0x21, 1]), /archive/],
    'seven-zip.xlsx': [new Uint8Array([0x37, 0x7a, 0xbc, 0xaf, 1]), /archive/],
    'old.xls': [new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), /\.xls/],
    'encrypted.xlsx': [
      new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, ...utf16('EncryptedPackage')]),
      /protected with a password/,
    ],
    'exe.csv': [new Uint8Array([0x4d, 0x5a, 0x90, 0, 3, 0, 0, 0, 4, 0, 0, 0, 0xff, 0xff, 0, 0]), /not a text file/],
    'a-csv-named.xlsx': [people],
    'too-large.csv': [zeros(51), /50 MB/],
  }
  const workbooks: Record<string, [Uint8Array, RegExp?]> = {
    'a-workbook-named.csv': [workbookOf({ rows: list })],
    'no-rows.xlsx': [workbookOf({ rows: '' }), /empty/],
    'header-only.xlsx': [workbookOf({ rows: [['Name']] }), /no rows/],
    'ten-thousand-columns.xlsx': [workbookOf({ rows: [Array(10_000).fill('c'), ['x']] }), /at most 200 columns/],
    'far-column.xlsx': [cells('<c r="XFD2"><v>1</v></c>'), /column 16384/],
    'beyond-columns.xlsx': [cells('<c r="ZZZZ2"><v>1</v></c>')],
    'ten-thousand-blank-columns.xlsx': [workbookOf({ rows: [...list, ['x', ...Array(10_000).fill(null)]] })],
    'megabyte-cell.xlsx': [
      workbookOf({ rows: [...list, ['Cy', 'Gamma', 'x'.repeat(1_000_000)]] }),
      /row 4, column Notes has more than 32,767 characters/,
    ],
    'megabyte-shared.xlsx': [
      workbookOf({
        rows: `${rowsXml([['Name', 'Notes']])}<row><c><v>1</v></c><c t="s"><v>0</v></c></row>`,
        shared: `<si><t>${'x'.repeat(1_000_000)}</t></si>`,
      }),
      /row 2, column Notes/,
    ],
    'negative-row.xlsx': [workbookOf({ rows: `<row r="-5"><c><v>1</v></c></row><row r="-7"><c><v>2</v></c></row>` })],
    'row-zero.xlsx': [workbookOf({ rows: `<row r="0"><c><v>a</v></c></row><row r="1e3"><c><v>2</v></c></row>` })],
    'far-row.xlsx': [
      workbookOf({ rows: `${rowsXml(list)}<row r="99999999"><c><v>1</v></c></row>` }),
      /beyond the last one/,
    ],
    'rows-backwards.xlsx': [workbookOf({ rows: `<row r="9"><c><v>a</v></c></row><row r="3"><c><v>b</v></c></row>` })],
    'repeated-cells.xlsx': [cells('<c r="A2"><v>1</v></c><c r="A2"><v>2</v></c><c r="A2"><v>3</v></c>')],
    'cells-backwards.xlsx': [cells('<c r="C2"><v>1</v></c><c r="A2"><v>2</v></c>')],
    'wrong-references.xlsx': [cells('<c r="1A"><v>1</v></c><c r="A-2"><v>2</v></c><c r=""><v>3</v></c>')],
    'shared-missing.xlsx': [cells('<c t="s"><v>99</v></c>'), /damaged/],
    'shared-negative.xlsx': [cells('<c t="s"><v>-1</v></c>'), /damaged/],
    'shared-word.xlsx': [cells('<c t="s"><v>constructor</v></c>'), /damaged/],
    'unknown-type.xlsx': [cells('<c t="evil"><v>x</v></c>')],
    'style-missing.xlsx': [cells('<c s="999"><v>45000</v></c><c s="-1"><v>2</v></c>')],
    'absurd-numbers.xlsx': [cells('<c><v>1E+308</v></c><c><v>-1e-300</v></c><c><v>NaN</v></c><c><v>Infinity</v></c>')],
    'absurd-dates.xlsx': [
      cells('<c s="1"><v>-1</v></c><c s="1"><v>1e300</v></c><c s="2"><v>2958466</v></c><c s="5"><v>1e20</v></c>'),
    ],
    'null-entity.xlsx': [cells('<c t="inlineStr"><is><t>a&#0;b&#xD800;c&#x110000;d_x0000_e_xD83D_</t></is></c>')],
    'cdata.xlsx': [cells('<c t="str"><v><![CDATA[<Acme> & ]] Söhne]]></v></c>')],
    'formulas.xlsx': [cells('<c t="str"><f>HYPERLINK("x")</f><v>=cmd|calc</v></c><c><f>1+1</f></c>')],
    'doctype.xlsx': [
      workbookOf({ sheet: `<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]>${sheetXml(rowsXml(list))}` }),
      /document type/,
    ],
    'external-entity.xlsx': [
      workbookOf({ shared: '', sheet: `<!DOCTYPE x SYSTEM "file:///etc/passwd">${sheetXml('')}` }),
      /document type/,
    ],
    'unknown-entity.xlsx': [cells('<c t="str"><v>&evil;&amp;</v></c>')],
    'deep.xlsx': [workbookOf({ sheet: `${'<a>'.repeat(200_000)}${sheetXml(rowsXml(list))}${'</a>'.repeat(200_000)}` })],
    'never-closed.xlsx': [workbookOf({ sheet: '<worksheet><sheetData><row><c><v>1' }), /empty/],
    'tag-never-ends.xlsx': [workbookOf({ sheet: `<worksheet ${'x'.repeat(2_000_000)}` }), /does not end/],
    'no-xml.xlsx': [workbookOf({ sheet: 'Name,Company' }), /empty/],
    'empty-part.xlsx': [withPart(sheet1, () => ({ content: '' })), /damaged/],
    'no-sheets.xlsx': [workbookOf({ workbook: '<workbook><sheets/></workbook>' }), /no sheet/],
    'sheet-elsewhere.xlsx': [
      workbookOf({ workbook: '<workbook xmlns:r="r"><sheets><sheet name="a" r:id="rId9"/></sheets></workbook>' }),
      /no sheet/,
    ],
    'merges.xlsx': [
      workbookOf({
        rows: list,
        after: '<mergeCells><mergeCell ref="A1:XFD1048576"/><mergeCell ref="A2:A1048576"/></mergeCells>',
      }),
    ],
    'merge-nonsense.xlsx': [
      workbookOf({ rows: list, after: '<mergeCell ref="B9:A1"/><mergeCell ref="x"/><mergeCell/>' }),
    ],
    'dimension-lies.xlsx': [
      workbookOf({ sheet: `<worksheet><dimension ref="A1:XFD1048576"/>${sheetXml(rowsXml(list))}</worksheet>` }),
    ],
    'bomb.xlsx': [
      zipOf(workbookParts({ more: [], sheet: `<worksheet>${' '.repeat(300 * 2 ** 20)}` })),
      /far more than a list/,
    ],
    'bomb-that-lies.xlsx': [
      zipOf(
        workbookParts({}).map((part) =>
          part.name === sheet1 ? { ...part, content: zeros(300), stated: { unpacked: 1000 } } : part,
        ),
      ),
      /far more than a list/,
    ],
    'stated-bomb.xlsx': [withPart(sheet1, () => ({ stated: { unpacked: 4_000_000_000 } })), /far more than a list/],
    'many-parts.xlsx': [
      zipOf(Array.from({ length: 6000 }, (_, index) => ({ name: `p${index}`, content: '' }))),
      /6000 parts/,
    ],
    'count-lies.xlsx': [zipOf(workbookParts({ rows: list }), { count: 4000 }), /damaged/],
    'count-zero.xlsx': [zipOf(workbookParts({ rows: list }), { count: 0 }), /archive|damaged/],
    'crc-lies.xlsx': [withPart(sheet1, () => ({ stated: { crc: 12345 } })), /not what was written/],
    'packed-lies.xlsx': [withPart(sheet1, () => ({ stated: { packed: 20 } })), /damaged/],
    'packed-beyond.xlsx': [withPart(sheet1, () => ({ stated: { packed: 90_000_000 } })), /damaged/],
    'offset-lies.xlsx': [withPart(sheet1, () => ({ stated: { offset: 7 } })), /damaged/],
    'offset-beyond.xlsx': [withPart(sheet1, () => ({ stated: { offset: 4_000_000_000 } })), /damaged/],
    'method-unknown.xlsx': [withPart(sheet1, () => ({ stated: { method: 99 } })), /damaged/],
    'part-encrypted.xlsx': [withPart(sheet1, () => ({ stated: { flags: 1 } })), /password/],
    'path-tricks.xlsx': [
      workbookOf({
        rows: list,
        more: [
          { name: '../../etc/passwd', content: 'x' },
          { name: '/xl/../xl/workbook.xml', content: 'x' },
          { name: 'C:\\evil.exe', content: 'x' },
        ],
      }),
    ],
    'twice-the-same.xlsx': [workbookOf({ rows: list, more: [{ name: sheet1, content: 'evil' }] })],
    'just-a-head.xlsx': [new Uint8Array([0x50, 0x4b, 3, 4]), /damaged/],
    'empty-zip.xlsx': [new Uint8Array([0x50, 0x4b, 5, 6, ...Array(18).fill(0)]), /archive/],
    'document.docx': [zipOf([{ name: 'word/document.xml', content: '<x/>' }]), /Word/],
    'slides.pptx': [zipOf([{ name: 'ppt/presentation.xml', content: '<x/>' }]), /presentation/],
    'binary.xlsb': [zipOf([{ name: 'xl/workbook.bin', content: 'x' }]), /xlsb/],
    'sheet.ods': [zipOf([{ name: 'mimetype', content: 'application/vnd.oasis.opendocument.spreadsheet' }]), /\.ods/],
    'list.numbers': [zipOf([{ name: 'Index/Document.iwa', content: 'x' }]), /Numbers/],
    'zipped.zip': [zipOf([{ name: 'people.csv', content: people }]), /Unpack it/],
    'sheets-10000.xlsx': [
      workbookOf({
        rows: list,
        workbook: `<workbook xmlns:r="r"><sheets>${'<sheet name="a" r:id="rId1"/>'.repeat(10_000)}</sheets></workbook>`,
      }),
    ],
  }
  return [...Object.entries(text), ...Object.entries(workbooks)].map(([name, [content, says]]) => ({
    name,
    bytes: typeof content === 'string' ? utf8(content) : content,
    ...(says === undefined ? {} : { says }),
  }))
}

/** Good files that were cut, flipped, doubled or mixed; the same for the same seed. */
export function broken(count: number, seed: number): HostileFile[] {
  const random = dice(seed)
  const originals = [
    utf8(people.repeat(20)),
    utf16(`\uFEFF${people.repeat(5)}`),
    utf8(people.replaceAll(',', ';')),
    workbookOf({ rows: [...list, ...list, ...list] }),
    workbookOf({
      rows: '<row><c t="s"><v>0</v></c><c s="1"><v>45000</v></c></row>'.repeat(30),
      shared: '<si><t>Ann</t></si>',
    }),
  ]
  return Array.from({ length: count }, (_, index) => {
    const original = originals[index % originals.length] ?? utf8(people)
    const kind = Math.floor(random() * mutations.length)
    const bytes = mutations[kind]?.(original, random) ?? original
    return { name: `broken-${index}-${kind}`, bytes }
  })
}

const pick = (bytes: Uint8Array, random: () => number) => Math.floor(random() * bytes.length)

const mutations: ((bytes: Uint8Array, random: () => number) => Uint8Array)[] = [
  (bytes, random) => bytes.slice(0, pick(bytes, random)),
  (bytes, random) => bytes.slice(pick(bytes, random)),
  (bytes, random) => bytes.map((byte) => (random() < 0.01 ? Math.floor(random() * 256) : byte)),
  (bytes, random) => bytes.map((byte) => (random() < 0.002 ? byte ^ 0xff : byte)),
  (bytes, random) => {
    const [at, to] = [pick(bytes, random), pick(bytes, random)]
    return new Uint8Array([...bytes.slice(0, at), ...bytes.slice(to)])
  },
  (bytes, random) =>
    bytes.map((byte) => (random() < 0.03 ? ([34, 44, 59, 10, 13, 0, 9][Math.floor(random() * 7)] ?? 0) : byte)),
  (bytes, random) => {
    const head = bytes.slice(0, 4)
    return new Uint8Array([...head, ...Array.from({ length: 3000 }, () => Math.floor(random() * 256))])
  },
]

/** mulberry32 */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

function swapped(bytes: Uint8Array): Uint8Array {
  return bytes.map((_, index) => bytes[index ^ 1] ?? 0)
}

function utf32(text: string): Uint8Array {
  return new Uint8Array(Uint32Array.from([0xfeff, ...[...text].map((letter) => letter.codePointAt(0) ?? 0)]).buffer)
}
