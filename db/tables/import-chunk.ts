/** A part of an uploaded file, at most 4 MiB, until the file is read. */
export interface ImportChunkTable {
  import_id: string
  /** from 0 */
  chunk_number: number
  bytes: Uint8Array
}
