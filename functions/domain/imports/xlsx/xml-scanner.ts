import { damaged } from './unzip.ts'

/** No tag of a workbook is longer. */
const MOST_CHARACTERS_A_TAG = 1_000_000

export interface XmlHandler {
  /** @param tag what stands between the brackets, for `attribute` */
  open(name: string, tag: string): void
  /** of a tag that closes itself, too */
  close(name: string): void
  /** with entities put in place; a text may come in several pieces */
  text(text: string): void
}

/**
 * Reads as much of XML as workbooks have, in pieces, and remembers nothing, so depth costs nothing: tags, text, CDATA. Prefixes of names are
 * left out. There are no entities but the five of XML and numbers: a document type, where others would be declared, is refused.
 */
export class XmlScanner {
  #rest = ''

  constructor(readonly handler: XmlHandler) {}

  write(piece: string): void {
    const text = this.#rest === '' ? piece : this.#rest + piece
    let at = 0
    for (;;) {
      const tag = text.indexOf('<', at)
      if (tag === -1) {
        at = this.#textUntil(text, at, safeEnd(text, at))
        break
      }
      at = this.#textUntil(text, at, tag)
      const next = this.#markup(text, tag)
      if (next === -1) break
      at = next
    }
    this.#rest = text.slice(at)
    if (this.#rest.length > MOST_CHARACTERS_A_TAG) throw damaged('it has a tag that does not end')
  }

  #textUntil(text: string, from: number, to: number): number {
    if (to > from) this.handler.text(withEntities(text.slice(from, to)))
    return to
  }

  /** Where it goes on after the tag that begins here, or -1 when its end has not come yet. */
  #markup(text: string, at: number): number {
    const kind = text.charCodeAt(at + 1)
    if (kind === EXCLAMATION) return this.#declaration(text, at)
    if (kind === QUESTION) return after(text, '?>', at)
    const end = tagEnd(text, at)
    if (end === -1) return -1
    if (kind === SLASH) {
      this.handler.close(nameIn(text, at + 2, end))
      return end + 1
    }
    const name = nameIn(text, at + 1, end)
    this.handler.open(name, text.slice(at + 1, end))
    if (text.charCodeAt(end - 1) === SLASH) this.handler.close(name)
    return end + 1
  }

  #declaration(text: string, at: number): number {
    if (text.startsWith('<!--', at)) return after(text, '-->', at + 4)
    const cdata = '<![CDATA['
    if (text.startsWith(cdata, at)) {
      const end = text.indexOf(']]>', at + cdata.length)
      if (end !== -1) this.handler.text(text.slice(at + cdata.length, end))
      return end === -1 ? -1 : end + 3
    }
    if (cdata.startsWith(text.slice(at)) || '<!--'.startsWith(text.slice(at))) return -1
    throw damaged('it declares a document type, which no spreadsheet writes')
  }
}

const EXCLAMATION = 33
const QUESTION = 63
const SLASH = 47

function after(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from)
  return at === -1 ? -1 : at + mark.length
}

/** A bracket within quotes ends nothing. */
function tagEnd(text: string, from: number): number {
  const end = text.indexOf('>', from)
  const quote = text.indexOf('"', from)
  if (end === -1 || ((quote === -1 || quote > end) && !text.slice(from, end).includes("'"))) return end
  let open = 0
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (open !== 0) open = code === open ? 0 : open
    else if (code === 34 || code === 39) open = code
    else if (code === 62) return at
  }
  return -1
}

function nameIn(text: string, from: number, end: number): string {
  let to = from
  let begin = from
  for (; to < end; to++) {
    const code = text.charCodeAt(to)
    if (code <= 32 || code === SLASH) break
    if (code === 58) begin = to + 1
  }
  return text.slice(begin, to)
}

/** An entity may be cut in two. */
function safeEnd(text: string, from: number): number {
  const entity = text.lastIndexOf('&')
  return entity >= from && entity > text.length - 12 && !text.includes(';', entity) ? entity : text.length
}

/** The value of an attribute, whatever the prefix of its name; null when it is not there. */
export function attribute(tag: string, name: string): string | null {
  const plain = tag.indexOf(` ${name}="`)
  if (plain !== -1) {
    const from = plain + name.length + 3
    const to = tag.indexOf('"', from)
    return to === -1 ? null : withEntities(tag.slice(from, to))
  }
  const found = new RegExp(`[\\s:]${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(tag)
  return found === null ? null : withEntities(found[1] ?? found[2] ?? '')
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function withEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#(\d{1,8})|#x([\da-f]{1,8})|([a-z]{2,4}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return entities[name] ?? whole
    return characterOf(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal))
  })
}

/** Null, which PostgreSQL cannot store, halves of pairs and what is beyond Unicode become U+FFFD. */
export function characterOf(code: number): string {
  const isNone = code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)
  return isNone ? '\uFFFD' : String.fromCodePoint(code)
}
