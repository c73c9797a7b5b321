import { InvalidError } from '../../../errors.ts'
import { crc32 } from '../../crc32.ts'

/** A workbook of 200 sheets has about 1,000. */
const MOST_ENTRIES = 5000

/** Of one reading, all parts together: 100,000 rows of 40 columns are about 200 MB of XML. */
const MOST_UNPACKED_BYTES = 384 * 1024 * 1024

/** A sheet of the same few words packs to about a hundredth, DEFLATE's best is 1,032. Small parts may be anything. */
const MOST_RATIO = 300
const RATIO_MATTERS_FROM_BYTES = 16 * 1024 * 1024

/** Into the decompressor at once; what one piece can become stays small. */
const PIECE_BYTES = 16 * 1024

export interface ZipEntry {
  name: string
  method: number
  is_encrypted: boolean
  crc: number
  packed_bytes: number
  /** as stated; what comes out is counted */
  unpacked_bytes: number
  offset: number
}

export const damaged = (what: string) =>
  new InvalidError(`The workbook is damaged: ${what}. Open it in Excel, save it again and import that.`)

const tooLarge = () =>
  new InvalidError('The workbook unpacks to far more than a list can be. Save the sheet as CSV and import that.')

/** An archive in memory. Its parts are unpacked as they are read, never more of them than a list can be. */
export class Zip {
  readonly entries: ReadonlyMap<string, ZipEntry>
  #unpacked = 0

  constructor(readonly bytes: Uint8Array) {
    this.entries = readDirectory(bytes)
  }

  /** Names are compared as Windows does: case and the slash at the beginning do not matter. */
  find(name: string): ZipEntry | undefined {
    return this.entries.get(entryKey(name))
  }

  /** @throws InvalidError when the part is damaged, encrypted, or becomes too large */
  async *read(entry: ZipEntry): AsyncGenerator<Uint8Array> {
    if (entry.is_encrypted) throw new InvalidError('The archive is protected with a password. Save it without one.')
    const packed = packedBytes(this.bytes, entry)
    let [crc, size] = [0, 0]
    for await (const piece of entry.method === 0 ? [packed] : inflate(packed, entry.name)) {
      crc = crc32(piece, crc)
      size += piece.length
      this.#unpacked += piece.length
      if (this.#unpacked > MOST_UNPACKED_BYTES || isBomb(size, packed.length)) throw tooLarge()
      yield piece
    }
    if (entry.crc !== 0 && crc !== entry.crc) throw damaged(`${shown(entry.name)} is not what was written`)
  }
}

const isBomb = (unpacked: number, packed: number) =>
  unpacked > RATIO_MATTERS_FROM_BYTES && unpacked > packed * MOST_RATIO

const entryKey = (name: string) => name.replaceAll('\\', '/').replace(/^\/+/, '').toLowerCase()

/** A name comes from the file. */
const shown = (name: string) => `“${name.replace(/[^\x20-\x7e]/g, '?').slice(0, 60)}”`

function packedBytes(bytes: Uint8Array, entry: ZipEntry): Uint8Array {
  const view = viewOf(bytes)
  const { offset, packed_bytes, method, name } = entry
  if (offset + 30 > bytes.length || view.getUint32(offset, true) !== 0x04034b50)
    throw damaged(`${shown(name)} is not where it should be`)
  if (method !== 0 && method !== 8) throw damaged(`${shown(name)} is packed in a way that cannot be read`)
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true)
  if (start + packed_bytes > bytes.length) throw damaged('its end is missing')
  return bytes.subarray(start, start + packed_bytes)
}

async function* inflate(packed: Uint8Array, name: string): AsyncGenerator<Uint8Array> {
  const { readable, writable } = new DecompressionStream('deflate-raw')
  const [reader, writer] = [readable.getReader(), writable.getWriter()]
  // Its failure shows at the reader, which is the one waited for.
  const written = write(writer, packed).catch(() => {})
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } catch {
    throw damaged(`${shown(name)} cannot be unpacked`)
  } finally {
    await reader.cancel().catch(() => {})
    await written
  }
}

async function write(writer: WritableStreamDefaultWriter<BufferSource>, packed: Uint8Array): Promise<void> {
  for (let start = 0; start < packed.length; start += PIECE_BYTES)
    await writer.write(packed.slice(start, start + PIECE_BYTES))
  await writer.close()
}

/** The central directory at the end: local headers may leave the sizes out. */
function readDirectory(bytes: Uint8Array): Map<string, ZipEntry> {
  const view = viewOf(bytes)
  const end = findEnd(view)
  if (end === -1) throw damaged('its end is missing')
  const [count, start] = [view.getUint16(end + 10, true), view.getUint32(end + 16, true)]
  if (count > MOST_ENTRIES) throw damaged(`it has ${count} parts`)
  const entries = new Map<string, ZipEntry>()
  let stated = 0
  for (let at = start, read = 0; read < count; read++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50) throw damaged('its list of parts is broken')
    const [name_length, extra_length] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true)]
    const entry = readEntry(bytes, view, at, name_length, extra_length)
    if (!entries.has(entryKey(entry.name))) entries.set(entryKey(entry.name), entry)
    stated += entry.unpacked_bytes
    if (isBomb(entry.unpacked_bytes, entry.packed_bytes)) throw tooLarge()
    at += 46 + name_length + extra_length + view.getUint16(at + 32, true)
  }
  // Pictures and sheets that nobody reads count, too: nobody's list is that large.
  if (stated > MOST_UNPACKED_BYTES * 4) throw tooLarge()
  return entries
}

function readEntry(bytes: Uint8Array, view: DataView, at: number, name_length: number, extra_length: number): ZipEntry {
  const name_end = at + 46 + name_length
  if (name_end + extra_length > bytes.length) throw damaged('its list of parts is broken')
  const entry: ZipEntry = {
    name: new TextDecoder().decode(bytes.subarray(at + 46, name_end)),
    is_encrypted: (view.getUint16(at + 8, true) & 1) === 1,
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    packed_bytes: view.getUint32(at + 20, true),
    unpacked_bytes: view.getUint32(at + 24, true),
    offset: view.getUint32(at + 42, true),
  }
  return withLargeSizes(entry, view, name_end, name_end + extra_length)
}

/** ZIP64: some programs write every size as 64 bits, also where 32 would do. */
function withLargeSizes(entry: ZipEntry, view: DataView, from: number, to: number): ZipEntry {
  for (let at = from; at + 4 <= to; ) {
    const [id, length] = [view.getUint16(at, true), view.getUint16(at + 2, true)]
    if (id === 1) {
      let place = at + 4
      for (const field of ['unpacked_bytes', 'packed_bytes', 'offset'] as const) {
        if (entry[field] !== 0xffffffff || place + 8 > Math.min(to, at + 4 + length)) continue
        entry[field] = Number(view.getBigUint64(place, true))
        place += 8
      }
    }
    at += 4 + length
  }
  return entry
}

/** A comment of up to 65,535 bytes may follow. */
function findEnd(view: DataView): number {
  const last = view.byteLength - 22
  for (let at = last; at >= Math.max(0, last - 65_535); at--) if (view.getUint32(at, true) === 0x06054b50) return at
  return -1
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
