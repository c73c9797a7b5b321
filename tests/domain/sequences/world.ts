import { saveWorkspaceCaps } from '../../../db/queries/senders.ts'
import type { Actor, Ctx } from '../../../functions/context.ts'
import { activateSequence } from '../../../functions/domain/sequences/activate-sequence.ts'
import { type CreateSequenceInput, createSequence } from '../../../functions/domain/sequences/create-sequence.ts'
import { type MovableClock, stoppedClock } from '../../../functions/ports/clock.ts'
import type { EmailSender, OutgoingMail, SendOutcome } from '../../../functions/ports/email.ts'
import type { Queue } from '../../../functions/ports/queue.ts'
import { openTestDatabase, type TestDatabase } from '../../database.ts'
import { openTestApp } from '../../test-app.ts'

/** A sender whose answers a test decides; it remembers what it accepted, which is the truth the tests count. */
export interface ScriptedSender extends EmailSender {
  accepted: OutgoingMail[]
  tried: OutgoingMail[]
  /** what happens to the next mails, in order; then they are accepted */
  script: ((mail: OutgoingMail) => SendOutcome | Promise<SendOutcome>)[]
}

export const accept = (sender: ScriptedSender) => (mail: OutgoingMail) => {
  sender.accepted.push(mail)
  return { outcome: 'accepted', provider_message_id: `sg-${mail.message_id}` } as const
}

function scriptedSender(): ScriptedSender {
  const sender: ScriptedSender = {
    mode: 'local',
    accepted: [],
    tried: [],
    script: [],
    async send(mail) {
      sender.tried.push(mail)
      return (sender.script.shift() ?? accept(sender))(mail)
    },
    check: async () => ({ ok: true }),
  }
  return sender
}

export interface World {
  ctx: Ctx
  database: TestDatabase
  clock: MovableClock
  sender: ScriptedSender
  owner_id: string
  event_id: string
  /** a fresh event with its own sequence and nobody in it; called before each test */
  reset(): Promise<void>
  close(): Promise<void>
}

/** A Monday in winter, 10:00 in New York. */
export const MONDAY = new Date('2026-03-02T15:00:00Z')

const configured = {
  SENDGRID_API_KEY: 'SG.test',
  APP_SECRET: 'x'.repeat(32),
  POSTAL_ADDRESS: '1 Dock Street, Reno',
  INBOUND_PARSE_KEY: 'inbound-key-0123456789',
}

export async function openWorld(): Promise<World> {
  const database = await openTestDatabase()
  const world = { database, close: () => database.close() } as World
  world.reset = async () => {
    for (const table of ['job', 'suppression', 'email_event', 'reply', 'hold', 'sender', 'setting'] as const)
      await database.db.deleteFrom(table).execute()
    await database.db.deleteFrom('message').execute()
    await database.db.deleteFrom('enrollment').execute()
    world.clock = stoppedClock(MONDAY)
    world.sender = scriptedSender()
    const event_id = crypto.randomUUID()
    const owner_id = crypto.randomUUID()
    Object.assign(world, { event_id, owner_id })
    await database.db
      .insertInto('event')
      .values({
        id: event_id,
        name: `Show ${event_id}`,
        venue: 'Hall 4',
        city: 'Reno',
        country: null,
        time_zone: 'America/Los_Angeles',
        booth: '4711',
        starts_on: '2026-04-01',
        ends_on: '2026-04-03',
        archived_at: null,
        created_at: MONDAY,
        updated_at: MONDAY,
      })
      .execute()
    await database.db
      .insertInto('user')
      .values({
        id: owner_id,
        email: `${owner_id}@yardflow.test`,
        name: 'Rita Rep',
        role: 'MEMBER',
        password_hash: null,
        time_zone: 'America/New_York',
        active_event_id: event_id,
        created_at: MONDAY,
        deactivated_at: null,
      })
      .execute()
    const actor: Actor = {
      user_id: owner_id,
      name: 'Rita Rep',
      email: 'rita@yardflow.test',
      role: 'MEMBER',
      time_zone: 'America/New_York',
      active_event_id: event_id,
    }
    const { ctx } = openTestApp(database.db, {
      env: configured,
      services: { queue: deafQueue, email: world.sender },
      clock: world.clock,
    })
    world.ctx = { ...ctx, actor }
  }
  await world.reset()
  return world
}

const deafQueue: Queue = {
  mode: 'local',
  missing: [],
  publish: async (messages) => messages.map(() => crypto.randomUUID()),
  verify: async () => true,
  setSchedules: async () => {},
  ping: async () => ({ ok: true }),
}

export const threeSteps = [
  {
    kind: 'email',
    delay_amount: 0,
    delay_unit: 'minutes',
    subject: 'Meet at {{ event.name }}',
    body: 'Hi {{ person.given_name }},\n\nwe are at booth {{ event.booth }}.',
  },
  {
    kind: 'email',
    delay_amount: 2,
    delay_unit: 'business_days',
    thread: 'reply',
    body: 'Did you see my mail, {{ person.given_name }}?',
  },
  {
    kind: 'email',
    delay_amount: 3,
    delay_unit: 'business_days',
    thread: 'reply',
    body: 'Last try, {{ person.given_name | default: "there" }}.',
  },
] satisfies CreateSequenceInput['steps']

export async function makeSequence(world: World, settings: Partial<CreateSequenceInput> = {}): Promise<string> {
  const { id } = await createSequence(world.ctx, {
    event_id: world.event_id,
    owner_id: world.owner_id,
    name: `Sequence ${crypto.randomUUID()}`,
    from_name: 'Rita Rep',
    from_address: 'rita@yardflow.test',
    time_zone: 'America/New_York',
    contact_reason: 'You are on the list of attendees.',
    steps: threeSteps,
    ...settings,
  })
  await activateSequence(world.ctx, { sequence_id: id })
  return id
}

/** For tests that mail more than a sender, a domain or an account may get in a day. */
export async function raiseCaps(world: World): Promise<void> {
  const { db } = world.database
  await saveWorkspaceCaps(db, { account_daily_cap: null, domain_daily_cap: null }, MONDAY)
  await db
    .updateTable('sender')
    .set({ daily_cap: 1_000_000, weekly_cap: 1_000_000, new_people_cap: 1_000_000 })
    .execute()
}

export interface PersonGiven {
  name?: string
  given_name?: string | null
  title?: string | null
  country?: string | null
  time_zone?: string | null
  replied_at?: Date | null
  event_id?: string
  account_id?: string | null
  address?: string | null
  source?: 'given' | 'guessed'
  confidence?: number
  status?: 'unknown' | 'valid' | 'invalid' | 'bounced'
}

export async function addPerson(world: World, given: PersonGiven = {}): Promise<string> {
  const id = crypto.randomUUID()
  const name = given.name ?? `Ann ${id.slice(0, 8)}`
  const address = given.address === undefined ? `ann.${id.slice(0, 8)}@${id.slice(0, 8)}.test` : given.address
  await world.database.db
    .insertInto('person')
    .values({
      id,
      event_id: given.event_id ?? world.event_id,
      account_id: given.account_id ?? null,
      name,
      name_key: id,
      given_name: given.given_name === undefined ? 'Ann' : given.given_name,
      title: given.title ?? null,
      country: given.country ?? null,
      time_zone: given.time_zone ?? null,
      replied_at: given.replied_at ?? null,
      created_at: MONDAY,
      updated_at: MONDAY,
    })
    .execute()
  if (address !== null)
    await world.database.db
      .insertInto('email_address')
      .values({
        id: crypto.randomUUID(),
        person_id: id,
        address,
        address_key: address.toLowerCase(),
        domain: address.slice(address.indexOf('@') + 1).toLowerCase(),
        source: given.source ?? 'given',
        confidence: given.confidence ?? 1,
        provenance: '{}',
        status: given.status ?? 'unknown',
        is_primary: true,
        verified_at: null,
        created_at: MONDAY,
        updated_at: MONDAY,
      })
      .execute()
  return id
}

export async function messagesOf(world: World, person_id?: string) {
  return world.database.db
    .selectFrom('message')
    .selectAll()
    .$if(person_id !== undefined, (query) => query.where('person_id', '=', person_id ?? ''))
    .orderBy('position')
    .orderBy('rotation')
    .execute()
}

export async function enrollmentOf(world: World, person_id: string) {
  return world.database.db
    .selectFrom('enrollment')
    .selectAll()
    .where('person_id', '=', person_id)
    .executeTakeFirstOrThrow()
}
