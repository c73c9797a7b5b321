import { InvalidError, TooLargeError } from '../../errors.ts'
import { refuseOtherFormats } from './file-format.ts'

/** A list of 100,000 rows is about 20 MB. */
export const MAX_FILE_BYTES = 50 * 1024 * 1024

/** Decoded so much at a time: the text of a file is up to twice its size. */
const CHUNK_BYTES = 1024 * 1024

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

/**
 * The text of an uploaded file, whatever wrote it: UTF-8, UTF-16 with or without a byte order mark, else Windows-1252 (Excel on Windows).
 * Null bytes, which PostgreSQL cannot store, become U+FFFD.
 *
 * @throws TooLargeError, InvalidError when it is empty, a workbook or no text at all
 */
export function decodeText(bytes: Uint8Array): string {
  return [...textChunks(bytes, encodingOf(bytes))].join('')
}

/** The same in pieces of about a million characters. A byte order mark is left out. */
export function* textChunks(bytes: Uint8Array, encoding: Encoding): Generator<string> {
  if (bytes.length > MAX_FILE_BYTES)
    throw new TooLargeError('The file is larger than 50 MB. Split it and import the parts.')
  const decoder = new TextDecoder(encoding)
  let isEmpty = true
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    const stream = start + CHUNK_BYTES < bytes.length
    const chunk = decoder.decode(bytes.subarray(start, start + CHUNK_BYTES), { stream }).replaceAll('\0', '\uFFFD')
    if (start === 0) refuseOtherFormats(bytes, chunk)
    if (start === 0 && controlShare(chunk) > 0.02)
      throw new InvalidError('This is not a text file. Save the list as CSV or XLSX and import that.')
    isEmpty &&= chunk.trim() === ''
    yield chunk
  }
  if (isEmpty) throw new InvalidError('The file is empty.')
}

export function encodingOf(bytes: Uint8Array): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  const zeros = zeroShares(bytes.subarray(0, 4096))
  if (zeros.odd > 0.4 && zeros.even < 0.1) return 'utf-16le'
  if (zeros.even > 0.4 && zeros.odd < 0.1) return 'utf-16be'
  return isUtf8(bytes) ? 'utf-8' : 'windows-1252'
}

function isUtf8(bytes: Uint8Array): boolean {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for (let start = 0; start < bytes.length; start += CHUNK_BYTES)
      decoder.decode(bytes.subarray(start, start + CHUNK_BYTES), { stream: true })
    decoder.decode()
    return true
  } catch {
    return false
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
  return (sample.match(/[\u0001-\u0008\u000e-\u001f\ufffd]/g)?.length ?? 0) / Math.max(1, sample.length)
}
