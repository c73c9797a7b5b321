import { InvalidError } from '../../../errors.ts'
import type { RawRow } from '../raw-row.ts'
import { builtInKind, kindOfFormat, type NumberKind } from './number-formats.ts'
import { type CellContext, cellText, type Merge, SheetRows } from './sheet-rows.ts'
import { damaged, Zip, type ZipEntry } from './unzip.ts'
import { attribute, type XmlHandler, XmlScanner } from './xml-scanner.ts'

export interface WorkbookSheet {
  name: string
  is_hidden: boolean
  entry: ZipEntry
}

export interface Workbook {
  zip: Zip
  sheets: WorkbookSheet[]
  /** what the cells of every sheet refer to; read once */
  context(): Promise<CellContext>
}

/** Nobody chooses among more. */
const MOST_SHEETS = 500

/**
 * Finds the sheets of a workbook; none of them is read yet.
 *
 * @throws InvalidError saying what else the archive is, or what of it is damaged
 */
export async function openWorkbook(bytes: Uint8Array): Promise<Workbook> {
  const zip = new Zip(bytes)
  await refuseOtherArchives(zip)
  const main = (await targetOf(zip, '', 'officeDocument')) ?? 'xl/workbook.xml'
  const entry = zip.find(main)
  if (entry === undefined) throw new InvalidError(archiveWords(zip))
  const related = await relationsOf(zip, main)
  const byType = (type: string) => {
    const found = [...related.values()].find((relation) => relation.type.endsWith(`/${type}`))
    return found && zip.find(found.target)
  }
  const sheets: WorkbookSheet[] = []
  let is_1904 = false
  await scan(zip, entry, {
    open(name, tag) {
      if (name === 'workbookPr') is_1904 ||= /^(?:1|true)$/.test(attribute(tag, 'date1904') ?? '')
      if (name !== 'sheet' || sheets.length === MOST_SHEETS) return
      const relation = related.get(attribute(tag, 'id') ?? '')
      const part = relation?.type.endsWith('/worksheet') ? zip.find(relation.target) : undefined
      if (part === undefined) return
      const is_hidden = /hidden/i.test(attribute(tag, 'state') ?? '')
      const sheet_name = attribute(tag, 'name') ?? `Sheet ${sheets.length + 1}`
      sheets.push({ name: sheet_name.replaceAll('\0', '').slice(0, 200), is_hidden, entry: part })
    },
  })
  if (sheets.length === 0) throw new InvalidError('The workbook has no sheet with cells.')
  let context: Promise<CellContext> | undefined
  const readContext = async (): Promise<CellContext> => ({
    shared: await readShared(zip, byType('sharedStrings')),
    kinds: await readStyles(zip, byType('styles')),
    is_1904,
  })
  return {
    zip,
    sheets,
    context() {
      context ??= readContext()
      return context
    },
  }
}

/** The rows of a sheet in pieces as they come; `merges` is whole after the last. */
export async function openSheet(
  workbook: Workbook,
  sheet: WorkbookSheet,
): Promise<{ merges: Merge[]; batches: AsyncGenerator<RawRow[]> }> {
  const rows = new SheetRows(await workbook.context())
  async function* batches() {
    try {
      for await (const _ of scanning(workbook.zip, sheet.entry, rows)) yield rows.take()
    } catch (error) {
      yield rows.take()
      throw error
    }
  }
  return { merges: rows.merges, batches: batches() }
}

/** As the sheet states it at its beginning, else counted. */
export async function countRows({ zip }: Workbook, { entry }: WorkbookSheet): Promise<number> {
  let [stated, counted] = [0, 0]
  const counter: Partial<XmlHandler> = {
    open(name, tag) {
      if (name === 'row') counted++
      if (name === 'dimension') stated = Number(/:\$?[A-Z]+\$?(\d{1,7})$/.exec(attribute(tag, 'ref') ?? '')?.[1] ?? 0)
    },
  }
  for await (const _ of scanning(zip, entry, counter)) if (stated > 0) return stated
  return counted
}

async function readShared(zip: Zip, entry: ZipEntry | undefined): Promise<string[]> {
  const texts: string[] = []
  if (entry === undefined) return texts
  const state = { text: '', isText: false, isPhonetic: false }
  await scan(zip, entry, {
    open(name) {
      if (name === 'si') state.text = ''
      if (name === 'rPh') state.isPhonetic = true
      if (name === 't') state.isText = !state.isPhonetic
    },
    close(name) {
      if (name === 'si') texts.push(cellText(state.text))
      if (name === 'rPh') state.isPhonetic = false
      if (name === 't') state.isText = false
    },
    text(text) {
      if (state.isText) state.text += text
    },
  })
  return texts
}

async function readStyles(zip: Zip, entry: ZipEntry | undefined): Promise<NumberKind[]> {
  const written = new Map<number, NumberKind>()
  const kinds: NumberKind[] = []
  if (entry === undefined) return kinds
  let isInCells = false
  await scan(zip, entry, {
    open(name, tag) {
      const id = Number(attribute(tag, 'numFmtId') ?? Number.NaN)
      if (name === 'numFmt') written.set(id, kindOfFormat((attribute(tag, 'formatCode') ?? '').slice(0, 1000)))
      if (name === 'cellXfs') isInCells = true
      if (name === 'xf' && isInCells) kinds.push(written.get(id) ?? builtInKind(id))
    },
    close(name) {
      if (name === 'cellXfs') isInCells = false
    },
  })
  return kinds
}

interface Relation {
  type: string
  target: string
}

/** What a part refers to, by id, with names as the archive has them. */
async function relationsOf(zip: Zip, part: string): Promise<Map<string, Relation>> {
  const slash = part.lastIndexOf('/')
  const folder = part.slice(0, slash + 1)
  const entry = zip.find(`${folder}_rels/${part.slice(slash + 1)}.rels`)
  const relations = new Map<string, Relation>()
  if (entry === undefined) return relations
  await scan(zip, entry, {
    open(name, tag) {
      const target = attribute(tag, 'Target')
      if (name !== 'Relationship' || target === null || attribute(tag, 'TargetMode') === 'External') return
      // Only names of the archive are looked up with it: a path that leads out of it finds nothing.
      const path = new URL(target.replaceAll('\\', '/'), `http://archive/${folder}`).pathname
      relations.set(attribute(tag, 'Id') ?? '', { type: attribute(tag, 'Type') ?? '', target: decoded(path) })
    },
  })
  return relations
}

async function targetOf(zip: Zip, part: string, type: string): Promise<string | undefined> {
  const relations = await relationsOf(zip, part)
  return [...relations.values()].find((relation) => relation.type.endsWith(`/${type}`))?.target.replace(/^\//, '')
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

async function refuseOtherArchives(zip: Zip): Promise<void> {
  const mimetype = zip.find('mimetype')
  if (mimetype !== undefined && mimetype.unpacked_bytes < 200) {
    let type = ''
    for await (const piece of zip.read(mimetype)) type += new TextDecoder().decode(piece)
    if (type.includes('opendocument.spreadsheet'))
      throw new InvalidError('This is an OpenDocument sheet (.ods). Save it as XLSX or CSV and import that.')
  }
  if (zip.find('Index/Document.iwa') || zip.find('Index.zip'))
    throw new InvalidError('This is a Numbers document. Export it as Excel (XLSX) or CSV and import that.')
  if (zip.find('xl/workbook.bin'))
    throw new InvalidError(
      'This is a binary workbook (.xlsb). Open it in Excel, save it as XLSX or CSV and import that.',
    )
  if (zip.find('word/document.xml'))
    throw new InvalidError('This is a Word document. Save the list as CSV or XLSX and import that.')
  if (zip.find('ppt/presentation.xml'))
    throw new InvalidError('This is a presentation. Save the list as CSV or XLSX and import that.')
}

function archiveWords(zip: Zip): string {
  const lists = [...zip.entries.values()].filter(({ name }) => /\.(?:csv|tsv|txt|xlsx)$/i.test(name))
  if (zip.find('[Content_Types].xml'))
    return 'The workbook is damaged: it has no sheets. Save it again and import that.'
  return lists.length > 0
    ? 'This is an archive with files in it. Unpack it and import them one by one.'
    : 'This is an archive (ZIP) without a list in it. Save the list as CSV or XLSX and import that.'
}

async function scan(zip: Zip, entry: ZipEntry, handler: Partial<XmlHandler>): Promise<void> {
  for await (const _ of scanning(zip, entry, handler));
}

/** Hands a part to its reader; answers after each piece. */
async function* scanning(zip: Zip, entry: ZipEntry, handler: Partial<XmlHandler>): AsyncGenerator<void> {
  const nothing = () => {}
  const scanner = new XmlScanner({
    open: handler.open?.bind(handler) ?? nothing,
    close: handler.close?.bind(handler) ?? nothing,
    text: handler.text?.bind(handler) ?? nothing,
  })
  let decoder: TextDecoder | undefined
  for await (const piece of zip.read(entry)) {
    decoder ??= new TextDecoder(xmlEncoding(piece))
    scanner.write(decoder.decode(piece, { stream: true }))
    yield
  }
  if (decoder === undefined) throw damaged('a part of it is empty')
}

function xmlEncoding(beginning: Uint8Array): string {
  if (beginning[0] === 0xff && beginning[1] === 0xfe) return 'utf-16le'
  return beginning[0] === 0xfe && beginning[1] === 0xff ? 'utf-16be' : 'utf-8'
}
