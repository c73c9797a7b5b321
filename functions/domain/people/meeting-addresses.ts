import type { AddressRow } from '../../../db/queries/merged-addresses.ts'
import type { AddressSource, AddressStatus } from '../../../db/tables/email-address.ts'

export interface AddressPlan {
  /** rows as they will be, of both records, under the survivor */
  written: AddressRow[]
  /** rows of the lost record whose mailbox the survivor has, too */
  removed: string[]
  primary_id: string | null
}

/** The worst that is known of a mailbox is true of it. */
const WORST: readonly AddressStatus[] = ['bounced', 'invalid', 'valid', 'risky', 'unknown']
const SUREST: readonly AddressSource[] = ['given', 'imported', 'found', 'guessed']

/**
 * Both records' addresses as one person's. A mailbox that both have is kept once, with both origins, as the surer of the two says.
 * The survivor's primary address stays, unless it is a guess, or does not work, while the other record's is a fact that does.
 */
export function meetAddresses(
  own: readonly AddressRow[],
  others: readonly AddressRow[],
  survivor_id: string,
): AddressPlan {
  const byKey = new Map(own.map((row) => [row.address_key, row]))
  const removed: string[] = []
  const twins = new Map<string, string>()
  for (const other of others) {
    const mine = byKey.get(other.address_key)
    if (mine === undefined) {
      byKey.set(other.address_key, { ...other, person_id: survivor_id })
      continue
    }
    removed.push(other.id)
    twins.set(other.id, mine.id)
    byKey.set(other.address_key, asOne(mine, other))
  }
  const chosen = choosePrimary(
    own.find((row) => row.is_primary),
    others.find((row) => row.is_primary),
  )
  const primary_id = chosen === undefined ? null : (twins.get(chosen.id) ?? chosen.id)
  const written = [...byKey.values()].map((row) => ({ ...row, is_primary: row.id === primary_id }))
  return { written, removed, primary_id }
}

function asOne(mine: AddressRow, other: AddressRow): AddressRow {
  const isSurer = SUREST.indexOf(other.source) < SUREST.indexOf(mine.source)
  const [by, also] = isSurer ? [other, mine] : [mine, other]
  return {
    ...mine,
    source: by.source,
    confidence: by.confidence,
    provenance: { ...by.provenance, also: { source: also.source, ...also.provenance } },
    status: WORST.find((status) => status === mine.status || status === other.status) ?? mine.status,
    soft_bounces: Math.max(mine.soft_bounces, other.soft_bounces),
    verified_at: later(mine.verified_at, other.verified_at),
  }
}

function later(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b
  return a < b ? b : a
}

function choosePrimary(mine: AddressRow | undefined, other: AddressRow | undefined): AddressRow | undefined {
  if (mine === undefined || other === undefined) return mine ?? other
  if (isFact(mine) && works(mine)) return mine
  if (works(other) && (isFact(other) || !works(mine))) return other
  return mine
}

const isFact = ({ source, status }: AddressRow) => source !== 'guessed' || status === 'valid'
const works = ({ status }: AddressRow) => status !== 'bounced' && status !== 'invalid'
