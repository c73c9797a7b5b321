import { InvalidError, TooLargeError } from '../../errors.ts'

/** A list of 100,000 rows is about 20 MB. */
const MAX_FILE_BYTES = 50 * 1024 * 1024

/**
 * The text of an uploaded file, whatever wrote it: UTF-8, UTF-16 with or without a byte order mark, else Windows-1252 (Excel on Windows).
 * Null bytes, which PostgreSQL cannot store, become U+FFFD.
 *
 * @throws TooLargeError, InvalidError when it is empty, a workbook or no text at all
 */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.length > MAX_FILE_BYTES)
    throw new TooLargeError('The file is larger than 50 MB. Split it and import the parts.')
  refuseOtherFormats(bytes)
  const text = new TextDecoder(encodingOf(bytes)).decode(bytes).replaceAll('\0', '\uFFFD')
  if (text.trim() === '') throw new InvalidError('The file is empty.')
  if (controlShare(text) > 0.02)
    throw new InvalidError('This is not a text file. Save the list as CSV and import that.')
  return text
}

function refuseOtherFormats(bytes: Uint8Array): void {
  const starts = (...signature: number[]) => signature.every((byte, index) => bytes[index] === byte)
  if (starts(0x50, 0x4b, 0x03, 0x04) || starts(0xd0, 0xcf, 0x11, 0xe0))
    throw new InvalidError('Excel workbooks cannot be read yet. Save the sheet as CSV (File → Save as → CSV UTF-8).')
  if (starts(0x25, 0x50, 0x44, 0x46)) throw new InvalidError('This is a PDF. Import a CSV file.')
}

function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  const zeros = zeroShares(bytes.subarray(0, 4096))
  if (zeros.odd > 0.4 && zeros.even < 0.1) return 'utf-16le'
  if (zeros.even > 0.4 && zeros.odd < 0.1) return 'utf-16be'
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return 'utf-8'
  } catch {
    return 'windows-1252'
  }
}

/** ASCII in UTF-16 has a zero in every other byte. */
function zeroShares(bytes: Uint8Array): { even: number; odd: number } {
  const zeros = [0, 0] as [number, number]
  bytes.forEach((byte, index) => {
    if (byte === 0) zeros[(index % 2) as 0 | 1]++
  })
  const half = Math.max(1, bytes.length / 2)
  return { even: zeros[0] / half, odd: zeros[1] / half }
}

function controlShare(text: string): number {
  const sample = text.slice(0, 10_000)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return (sample.match(/[\u0001-\u0008\u000e-\u001f\ufffd]/g)?.length ?? 0) / sample.length
}
