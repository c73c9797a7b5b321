import { insertUser } from '../../db/queries/users.ts'
import { hashPassword } from '../../functions/auth/passwords.ts'
import type { Ctx } from '../../functions/context.ts'
import { insertTestEvent } from '../sign-in.ts'

/** The app somewhere behind a URL, and the database it uses. */
export interface Runtime {
  url: string
  ctx: Ctx
  deliverDue(): Promise<void>
}

/** What the scenarios meet: two accounts and three people at an event, and an admin who has a password. */
export interface World extends Runtime {
  email: string
  password: string
  event_id: string
  accounts: { acme: string; warehouse: string }
  people: { vera: string; paul: string; sam: string }
}

export async function prepareWorld(runtime: Runtime): Promise<World> {
  const { ctx } = runtime
  const now = ctx.clock.now()
  const event_id = await insertTestEvent({ ctx }, 'Manifest')
  const email = 'admin@yardflow.test'
  const password = 'Dock door 14 is blue'
  await insertUser(ctx.db, {
    id: crypto.randomUUID(),
    name: 'Ada Brandt',
    email,
    role: 'ADMIN',
    time_zone: 'America/Chicago',
    active_event_id: event_id,
    password_hash: await hashPassword(password),
    now,
  })
  const acme = await insertAccount(ctx, event_id, 'Acme Logistics', 'Logistics', 91)
  const warehouse = await insertAccount(ctx, event_id, 'Warehouse Solutions', 'Warehousing', 34)
  await ctx.db
    .updateTable('account')
    .set({ domain: 'acme-logistics.example', domain_source: 'given', domain_confidence: 1 })
    .where('id', '=', acme)
    .execute()
  const vera = await insertPerson(ctx, event_id, acme, 'Vera Holt', 'VP Operations', [
    'executive_operations',
    'operations',
    'executive',
  ])
  const paul = await insertPerson(ctx, event_id, acme, 'Paul Ide', 'Procurement Manager', ['procurement'])
  const sam = await insertPerson(ctx, event_id, warehouse, 'Sam Okoro', 'Account Executive', ['sales'])
  await insertAddress(ctx, vera, 'vera.holt@acme-logistics.example')
  await insertAddress(ctx, paul, 'paul.ide@acme-logistics.example')
  return { ...runtime, email, password, event_id, accounts: { acme, warehouse }, people: { vera, paul, sam } }
}

async function insertAccount(ctx: Ctx, event_id: string, name: string, industry: string, icp_score: number) {
  const id = crypto.randomUUID()
  const now = ctx.clock.now()
  const name_key = name.toLowerCase()
  const score = { icp_score, icp_breakdown: JSON.stringify([]), icp_scored_at: now }
  await ctx.db
    .insertInto('account')
    .values({ id, event_id, name, name_key, industry, ...score, created_at: now, updated_at: now })
    .execute()
  return id
}

async function insertPerson(
  ctx: Ctx,
  event_id: string,
  account_id: string,
  name: string,
  title: string,
  personas: string[],
) {
  const id = crypto.randomUUID()
  const now = ctx.clock.now()
  const [given_name, family_name] = name.split(' ')
  await ctx.db
    .insertInto('person')
    .values({
      id,
      event_id,
      account_id,
      name,
      name_key: name.toLowerCase(),
      given_name,
      family_name,
      title,
      personas,
      created_at: now,
      updated_at: now,
    })
    .execute()
  return id
}

async function insertAddress(ctx: Ctx, person_id: string, address: string) {
  const now = ctx.clock.now()
  await ctx.db
    .insertInto('email_address')
    .values({
      id: crypto.randomUUID(),
      person_id,
      address,
      address_key: address,
      domain: address.split('@')[1] ?? '',
      source: 'given',
      confidence: 1,
      provenance: JSON.stringify({ by: 'test' }),
      status: 'valid',
      is_primary: true,
      created_at: now,
      updated_at: now,
    })
    .execute()
}
