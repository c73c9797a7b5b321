import { listEventIdsByName } from '../../../db/queries/events.ts'
import type { NewSuppression } from '../../../db/queries/suppressions.ts'
import type { SuppressionReason } from '../../../db/tables/suppression.ts'
import type { Ctx } from '../../context.ts'
import { InvalidError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { isFreemailDomain } from '../accounts/freemail-domains.ts'
import { decodeText } from '../imports/decode-text.ts'
import { readCsv } from '../imports/read-csv.ts'
import { parseAddress } from '../people/parse-address.ts'
import { publicProvider, suppressAll } from './suppress.ts'

/** Named to the person who uploaded the file; the rest is counted. */
const NAMED_ROWS = 10

const valueHeaders = ['value', 'email', 'emailaddress', 'address', 'mail', 'domain', 'recipient', 'addressordomain']
const REASONS: readonly SuppressionReason[] = ['unsubscribed', 'complained', 'bounced', 'by_hand', 'erased']

export interface ImportedSuppressions {
  /** rows of the file, each of which is suppressed now */
  rows: number
  /** those of them that were not before */
  added: number
  /** people who were being written to and are stopped */
  stopped: number
}

/**
 * Suppresses each address and domain of a CSV: one a row, with or without a header, and columns "Reason" and "Source" where there
 * are any, as our own export has them. A column "Event" says for which event alone a row holds; where it says nothing the input does.
 * All or nothing: a row that is neither address nor domain, a public mail provider or of an unknown event is named, and none is taken.
 * Hashes say nothing to whoever reads them and cannot be told from each other: only an admin brings them back.
 *
 * @param input.event_id for one event alone; null: everywhere
 * @throws InvalidError that names the bad rows
 */
export async function importSuppressions(
  ctx: Ctx,
  input: { file_name: string; bytes: Uint8Array; event_id: string | null },
): Promise<ImportedSuppressions> {
  const suppressions = await readSuppressions(ctx, input)
  const isAdmin = ctx.actor === null || ctx.actor.role === 'ADMIN'
  if (!isAdmin && suppressions.some(({ kind }) => kind === 'address_hash')) {
    const refusal = 'Nothing was imported. Only an admin may bring back the addresses of people who were erased.'
    throw new InvalidError(refusal, { file: refusal })
  }
  const why = { reason: 'suppressed_imported', detail: input.file_name.slice(0, 150) }
  const { added, stopped } = await transact(ctx, (tx) => suppressAll(tx, suppressions, why))
  return { rows: suppressions.length, added, stopped: stopped.length }
}

async function readSuppressions(
  ctx: Ctx,
  input: { file_name: string; bytes: Uint8Array; event_id: string | null },
): Promise<NewSuppression[]> {
  const { header, rows } = readRows(input.bytes)
  const column = (names: readonly string[]) => header.findIndex((name) => names.includes(headerKey(name)))
  const at = {
    value: Math.max(column(valueHeaders), 0),
    kind: column(['kind']),
    reason: column(['reason']),
    source: column(['source', 'why']),
    event: column(['event']),
  }
  const eventOf = (cells: readonly string[]) => plain(cells[at.event] ?? '').toLowerCase()
  const events = await listEventIdsByName(ctx.db, [...new Set(rows.map(({ cells }) => eventOf(cells)))])
  const bad: string[] = []
  const read = rows.flatMap(({ cells, line }): NewSuppression[] => {
    const text = cells[at.value] ?? ''
    const target = readTarget(text, cells[at.kind] ?? '')
    if (target === undefined) {
      bad.push(`Row ${line}: “${text.slice(0, 60)}” is neither an address nor a domain.`)
      return []
    }
    const problem = findProblem(target, eventOf(cells), events)
    if (problem !== undefined) {
      bad.push(`Row ${line}: ${problem}`)
      return []
    }
    const reason = REASONS.find((known) => known === (cells[at.reason] ?? '').toLowerCase()) ?? 'by_hand'
    const source = plain(cells[at.source] ?? '').slice(0, 200) || `from ${input.file_name.slice(0, 150)}`
    return [{ ...target, event_id: events.get(eventOf(cells)) ?? input.event_id, reason, source, person_id: null }]
  })
  if (bad.length > 0) throw new InvalidError(badRows(bad), { file: badRows(bad) })
  return read
}

function findProblem(
  target: Pick<NewSuppression, 'kind' | 'value'>,
  event: string,
  events: ReadonlyMap<string, string>,
): string | undefined {
  if (target.kind === 'domain' && isFreemailDomain(target.value)) return publicProvider(target.value)
  return event === '' || events.has(event) ? undefined : `there is no event “${event.slice(0, 60)}”.`
}

function badRows(bad: readonly string[]): string {
  const more = bad.length - NAMED_ROWS
  const rest = more > 0 ? ` And ${more} more.` : ''
  return `Nothing was imported. ${bad.slice(0, NAMED_ROWS).join(' ')}${rest}`
}

/** A first line with an address or a domain in it is no header. Line numbers are those a spreadsheet shows. */
function readRows(bytes: Uint8Array): { header: string[]; rows: { cells: string[]; line: number }[] } {
  const first =
    /^[^\r\n]*/.exec(
      decodeText(bytes)
        .replace(/^\uFEFF/, '')
        .trimStart(),
    )?.[0] ?? ''
  const isHeader = !first.split(/[,;\t|]/).some((cell) => readTarget(cell.replaceAll('"', ''), '') !== undefined)
  // Where there is none, one of as many columns: the first line is a row then.
  const header = isHeader ? '' : `value${first.replace(/[^,;\t|]/g, '')}\n`
  const { columns, rows } = readCsv(new TextEncoder().encode(header + decodeText(bytes).replace(/^\uFEFF/, '')))
  return { header: columns, rows: rows.map((cells, index) => ({ cells, line: index + (isHeader ? 2 : 1) })) }
}

function readTarget(text: string, kind: string): Pick<NewSuppression, 'kind' | 'value'> | undefined {
  const value = plain(text).toLowerCase()
  if (kind === 'address_hash') return /^[\da-f]{64}$/.test(value) ? { kind: 'address_hash', value } : undefined
  if (value.includes('@') && !value.startsWith('@')) {
    const address = parseAddress(value)
    return address === null ? undefined : { kind: 'address', value: address.address_key }
  }
  const domain = value.replace(/^@|^https?:\/\/(www\.)?|\/.*$/g, '')
  return /^(?=.{4,253}$)[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]+$/.test(domain)
    ? { kind: 'domain', value: domain }
    : undefined
}

/** Our own export guards cells against formulas with an apostrophe. */
const plain = (text: string) => text.trim().replace(/^'(?=\s*[=+\-@|])/, '')

const headerKey = (column: string) => column.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
