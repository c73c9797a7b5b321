import { deflateRawSync } from 'node:zlib'
import { crc32 } from '../../../functions/domain/crc32.ts'

/** Workbooks as other programs write them, and as nobody should: made here byte by byte. */

export interface ZipPart {
  name: string
  content: string | Uint8Array
  /** stated instead of what is true */
  stated?: { unpacked?: number; packed?: number; crc?: number; flags?: number; method?: number; offset?: number }
}

const bytesOf = (content: string | Uint8Array) =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content

export function zipOf(parts: readonly ZipPart[], end: { count?: number } = {}): Uint8Array {
  const pieces: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, content, stated = {} } of parts) {
    const bytes = bytesOf(content)
    const packed = deflateRawSync(bytes)
    const title = Buffer.from(name)
    const fields = {
      flags: stated.flags ?? 0,
      method: stated.method ?? 8,
      crc: stated.crc ?? crc32(bytes),
      packed: stated.packed ?? packed.length,
      unpacked: stated.unpacked ?? bytes.length,
    }
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(20, 4)
    writeFields(local, 6, fields, title.length)
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50, 0)
    central.writeUInt16LE(20, 6)
    writeFields(central, 8, fields, title.length)
    central.writeUInt32LE(stated.offset ?? offset, 42)
    pieces.push(local, title, packed)
    directory.push(central, title)
    offset += 30 + title.length + packed.length
  }
  const list = Buffer.concat(directory)
  const tail = Buffer.alloc(22)
  tail.writeUInt32LE(0x06054b50, 0)
  tail.writeUInt16LE(end.count ?? parts.length, 8)
  tail.writeUInt16LE(end.count ?? parts.length, 10)
  tail.writeUInt32LE(list.length, 12)
  tail.writeUInt32LE(offset, 16)
  return new Uint8Array(Buffer.concat([...pieces, list, tail]))
}

function writeFields(
  header: Buffer,
  at: number,
  fields: { flags: number; method: number; crc: number; packed: number; unpacked: number },
  name_length: number,
): void {
  header.writeUInt16LE(fields.flags, at)
  header.writeUInt16LE(fields.method, at + 2)
  header.writeUInt32LE(fields.crc, at + 8)
  header.writeUInt32LE(fields.packed, at + 12)
  header.writeUInt32LE(fields.unpacked, at + 16)
  header.writeUInt16LE(name_length, at + 20)
}

export interface WorkbookParts {
  /** what stands in <sheetData>, or rows of values */
  rows?: string | readonly (readonly (string | number | null)[])[]
  /** after <sheetData> */
  after?: string
  /** instead of the whole sheet */
  sheet?: string
  /** <si> elements */
  shared?: string
  /** instead of the styles below */
  styles?: string
  workbook?: string
  more?: readonly ZipPart[]
}

const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

/** Styles 1 to 6: date, date and time, percent, five digits, duration, a format of its own. */
const styles = `<styleSheet xmlns="${main}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd;@"/><numFmt numFmtId="165" formatCode="00000"/></numFmts>
<cellXfs count="7"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="9"/><xf numFmtId="165"/><xf numFmtId="46"/><xf numFmtId="164"/></cellXfs></styleSheet>`

export function workbookParts(parts: WorkbookParts): ZipPart[] {
  const rows = typeof parts.rows === 'string' ? parts.rows : rowsXml(parts.rows ?? [])
  const sheet =
    parts.sheet ?? `${head}<worksheet xmlns="${main}"><sheetData>${rows}</sheetData>${parts.after ?? ''}</worksheet>`
  const workbook =
    parts.workbook ??
    `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="List" sheetId="1" r:id="rId1"/></sheets></workbook>`
  const relation = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${office}/${type}" Target="${target}"/>`
  const relations = (inner: string) =>
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${inner}</Relationships>`
  return [
    { name: '[Content_Types].xml', content: '<Types/>' },
    { name: '_rels/.rels', content: relations(relation('rId1', 'officeDocument', 'xl/workbook.xml')) },
    { name: 'xl/workbook.xml', content: workbook },
    {
      name: 'xl/_rels/workbook.xml.rels',
      content: relations(
        relation('rId1', 'worksheet', 'worksheets/sheet1.xml') +
          relation('rId2', 'worksheet', '/xl/worksheets/sheet2.xml') +
          relation('rId3', 'sharedStrings', 'sharedStrings.xml') +
          relation('rId4', 'styles', 'styles.xml'),
      ),
    },
    { name: 'xl/worksheets/sheet1.xml', content: sheet },
    { name: 'xl/sharedStrings.xml', content: `<sst xmlns="${main}">${parts.shared ?? ''}</sst>` },
    { name: 'xl/styles.xml', content: parts.styles ?? styles },
    ...(parts.more ?? []),
  ]
}

export const workbookOf = (parts: WorkbookParts): Uint8Array => zipOf(workbookParts(parts))

export const sheetXml = (rows: string) => `<worksheet xmlns="${main}"><sheetData>${rows}</sheetData></worksheet>`

export function rowsXml(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows.map((cells) => `<row>${cells.map(cellXml).join('')}</row>`).join('')
}

function cellXml(value: string | number | null): string {
  if (value === null) return '<c/>'
  if (typeof value === 'number') return `<c><v>${value}</v></c>`
  return `<c t="inlineStr"><is><t>${value.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</t></is></c>`
}
