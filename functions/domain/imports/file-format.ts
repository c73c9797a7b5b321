import { InvalidError } from '../../errors.ts'

const asCsv = 'Save the list as CSV or XLSX and import that.'

/** By content: what a file is called, or what a browser says it is, may be wrong. */
export function isZip(bytes: Uint8Array): boolean {
  return starts(bytes, 0x50, 0x4b, 0x03, 0x04) || starts(bytes, 0x50, 0x4b, 0x05, 0x06)
}

/**
 * Says what a file is that is neither text nor a workbook.
 *
 * @param beginning the first of its text, read as the encoding it seems to have
 * @throws InvalidError with what to do
 */
export function refuseOtherFormats(bytes: Uint8Array, beginning: string): void {
  const what = nameOf(bytes) ?? nameOfText(beginning)
  if (what !== undefined) throw new InvalidError(what)
}

function nameOf(bytes: Uint8Array): string | undefined {
  if (starts(bytes, 0xd0, 0xcf, 0x11, 0xe0)) return nameOfOle(bytes)
  if (isZip(bytes)) return `This is an archive or a workbook, not a text file. ${asCsv}`
  if (starts(bytes, 0x25, 0x50, 0x44, 0x46)) return `This is a PDF. ${asCsv}`
  if (starts(bytes, 0x1f, 0x8b)) return 'This is a compressed file (gzip). Unpack it and import what is in it.'
  if (starts(bytes, 0x52, 0x61, 0x72, 0x21) || starts(bytes, 0x37, 0x7a, 0xbc, 0xaf))
    return 'This is a compressed archive. Unpack it and import what is in it.'
  return undefined
}

/** Old workbooks and encrypted new ones come in the same container; the name of the encrypted part is UTF-16 in its directory. */
function nameOfOle(bytes: Uint8Array): string {
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, 1024 * 1024)).replaceAll('\0', '')
  if (text.includes('EncryptedPackage'))
    return 'The workbook is protected with a password. Open it in Excel, save it without one and import that.'
  if (text.includes('WordDocument')) return `This is a Word document. ${asCsv}`
  return 'This is a workbook of the old format (.xls). Open it in Excel, save it as XLSX or CSV and import that.'
}

function nameOfText(beginning: string): string | undefined {
  const text = beginning.slice(0, 2000).trimStart()
  if (/^<(?:!doctype html|html|head|table|meta)[\s>]/i.test(text))
    return 'This is a web page, whatever its name says. Open it in Excel, save it as XLSX or CSV and import that.'
  if (/^<\?xml/i.test(text)) return `This is an XML file. ${asCsv}`
  if (text.startsWith('{\\rtf')) return `This is a text document (RTF). ${asCsv}`
  if (/^(?:\{\s*"|\[\s*\{\s*")/.test(text)) return `This is a JSON file. ${asCsv}`
  return undefined
}

function starts(bytes: Uint8Array, ...signature: number[]): boolean {
  return signature.every((byte, index) => bytes[index] === byte)
}
