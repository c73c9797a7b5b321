import type { Ctx } from '../../../functions/context.ts'
import { stoppedClock } from '../../../functions/ports/clock.ts'
import type { Dns } from '../../../functions/ports/dns.ts'
import type { Services } from '../../../functions/services.ts'
import { openTestDatabase, type TestDatabase } from '../../database.ts'
import { openTestApp } from '../../test-app.ts'

export const NOW = new Date('2026-03-02T10:00:00Z')

/** A name server whose answers a test decides; it remembers what it was asked. */
export interface ScriptedDns extends Dns {
  asked: string[]
  mail: Map<string, 'found' | 'absent' | 'refused' | 'unknown'>
  hosts: Map<string, 'found' | 'absent' | 'unknown'>
}

function scriptedDns(): ScriptedDns {
  const dns: ScriptedDns = {
    asked: [],
    mail: new Map(),
    hosts: new Map(),
    async mailExchangers(domain) {
      dns.asked.push(domain)
      const outcome = dns.mail.get(domain) ?? 'found'
      return outcome === 'found' ? { outcome, hosts: [`mx.${domain}`] } : { outcome }
    },
    async addresses(host) {
      const outcome = dns.hosts.get(host) ?? 'absent'
      return outcome === 'found' ? { outcome, addresses: ['203.0.113.1'] } : { outcome }
    },
  }
  return dns
}

export interface AddressWorld {
  database: TestDatabase
  ctx: Ctx
  clock: ReturnType<typeof stoppedClock>
  dns: ScriptedDns
  event_id: string
  account_id: string
  /** an empty event with one account, acme.com */
  reset(services?: Partial<Services>): Promise<void>
  addPerson(name: string, address?: Partial<NewAddress> & { address: string }, account_id?: string): Promise<string>
  addAccount(name: string, domain: string | null): Promise<string>
  address(address: string): Promise<AddressRow>
}

interface NewAddress {
  source: 'given' | 'imported' | 'guessed'
  status: 'unknown' | 'valid' | 'risky' | 'invalid' | 'bounced'
  confidence: number
  is_primary: boolean
  delivered_at: Date | null
  bounced_at: Date | null
  verified_at: Date | null
}

type AddressRow = Awaited<ReturnType<typeof readAddress>>

const readAddress = (database: TestDatabase, address: string) =>
  database.db.selectFrom('email_address').selectAll().where('address', '=', address).executeTakeFirstOrThrow()

export async function openAddressWorld(): Promise<AddressWorld> {
  const database = await openTestDatabase()
  const world = { database } as AddressWorld
  world.address = (address) => readAddress(database, address)
  world.reset = async (services = {}) => {
    await database.db.deleteFrom('event').execute()
    for (const table of ['pattern', 'job', 'provider_use'] as const) await database.db.deleteFrom(table).execute()
    const [clock, dns, event_id] = [stoppedClock(NOW), scriptedDns(), crypto.randomUUID()]
    const { ctx } = openTestApp(database.db, { clock, services: { dns, ...services } })
    Object.assign(world, { clock, dns, event_id, ctx })
    await database.db
      .insertInto('event')
      .values({
        id: event_id,
        name: `Show ${event_id}`,
        time_zone: 'UTC',
        starts_on: '2026-04-01',
        ends_on: '2026-04-02',
        created_at: NOW,
        updated_at: NOW,
      })
      .execute()
    world.account_id = await world.addAccount('Acme', 'acme.com')
  }
  world.addAccount = async (name, domain) => {
    const id = crypto.randomUUID()
    const source = domain === null ? {} : { domain, domain_source: 'imported' as const }
    await database.db
      .insertInto('account')
      .values({
        id,
        event_id: world.event_id,
        name,
        name_key: name.toLowerCase(),
        ...source,
        created_at: NOW,
        updated_at: NOW,
      })
      .execute()
    return id
  }
  world.addPerson = async (name, given, account_id = world.account_id) => {
    const id = crypto.randomUUID()
    await database.db
      .insertInto('person')
      .values({
        id,
        event_id: world.event_id,
        account_id,
        name,
        name_key: name.toLowerCase(),
        created_at: NOW,
        updated_at: NOW,
      })
      .execute()
    if (given === undefined) return id
    const address_key = given.address.toLowerCase()
    await database.db
      .insertInto('email_address')
      .values({
        id: crypto.randomUUID(),
        person_id: id,
        address_key,
        domain: address_key.split('@').at(-1) ?? '',
        source: 'imported',
        confidence: 1,
        provenance: '{"by":"test"}',
        is_primary: true,
        created_at: NOW,
        updated_at: NOW,
        ...given,
      })
      .execute()
    return id
  }
  return world
}
