import {
  type AddressToCheck,
  type CheckedAddress,
  listAddressesToCheck,
  listCatchAllDomains,
  saveChecks,
} from '../../../db/queries/address-checks.ts'
import type { AddressStatus } from '../../../db/tables/email-address.ts'
import type { Ctx } from '../../context.ts'
import { transact } from '../../transact.ts'
import { askProvider } from './ask-provider.ts'
import { checkAddress, isReservedDomain } from './check-address.ts'
import { findMailServers, type MailServers } from './find-mail-servers.ts'
import { judgeAddress } from './judge-address.ts'

export interface VerifyResult {
  /** how many came out as what */
  counts: Record<AddressStatus, number>
  addresses: number
  /** of each address, as it was found out now */
  statuses: Map<string, AddressStatus>
  /** domains nobody answered for: what was known of their addresses before stays */
  unanswered: string[]
}

/** Verifies all addresses of an account's people. Idempotent. */
export async function verifyAccount(
  ctx: Ctx,
  { account_id }: { account_id: string },
): Promise<Omit<VerifyResult, 'statuses'> & { outcome: 'verified' | 'no_address' }> {
  const addresses = await listAddressesToCheck(ctx.db, { account_ids: [account_id] })
  const { statuses: _statuses, ...result } = await verifyAddresses(ctx, addresses)
  return { outcome: result.addresses === 0 ? 'no_address' : 'verified', ...result }
}

/**
 * Looks every address over and keeps what was found out, with its reasons and the date. Each domain is asked for once. A
 * look-up that failed never takes the place of something that was found out before.
 */
export async function verifyAddresses(ctx: Ctx, addresses: readonly AddressToCheck[]): Promise<VerifyResult> {
  const asked = addresses.filter(isWorthAsking).map(({ domain }) => domain)
  const servers = await findMailServers(ctx, asked)
  const catchAll = await listCatchAllDomains(ctx.db, asked)
  const checked: CheckedAddress[] = []
  const counts: VerifyResult['counts'] = { unknown: 0, valid: 0, risky: 0, invalid: 0, bounced: 0 }
  const statuses: VerifyResult['statuses'] = new Map()
  for (const address of addresses) {
    const mail = servers.get(address.domain) ?? 'unknown'
    const facts = { ...address, mail, is_catch_all: catchAll.has(address.domain) }
    const provider = isWorthMoney(address, mail) ? await askProvider(ctx, address.address) : null
    const { status, reasons } = judgeAddress({ ...facts, provider })
    counts[status] += 1
    statuses.set(address.id, status)
    const isKept = reasons.includes('lookup_failed') && wasFoundOut(address)
    if (status !== 'bounced' && !isKept) checked.push({ id: address.id, status, reasons })
  }
  await transact(ctx, (tx) => saveChecks(tx.db, checked, tx.clock.now()))
  const unanswered = [...servers].filter(([, mail]) => mail === 'unknown').map(([domain]) => domain)
  return { counts, addresses: addresses.length, statuses, unanswered }
}

const isWorthAsking = ({ address, domain, status }: AddressToCheck) =>
  status !== 'bounced' && !isReservedDomain(domain) && checkAddress(address).verdict !== 'invalid'

/** A mailbox that took a mail of ours needs no second opinion, and a domain that takes none no first one. */
const isWorthMoney = (address: AddressToCheck, mail: MailServers) =>
  isWorthAsking(address) && address.delivered_at === null && (mail === 'found' || mail === 'address_only')

const wasFoundOut = ({ verified_at, check_reasons, status }: AddressToCheck) =>
  status === 'valid' || (verified_at !== null && !check_reasons.includes('lookup_failed'))
