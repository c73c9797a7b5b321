import type { Db } from '../../../db/schema.ts'
import type { CreateSequenceInput } from '../../domain/sequences/create-sequence.ts'
import type { Dice } from './dice.ts'

/** Somebody who is to be mailed. `tag` stands in every mail to them, so that SendGrid's own record says whose it was. */
export interface Recipient {
  id: string
  tag: string
  address: string
  account_id: string
}

/** What a run is about, all of it chosen by its seed. */
export interface Story {
  event_id: string
  owner_id: string
  recipients: Recipient[]
  steps: NonNullable<CreateSequenceInput['steps']>
  sequence: CreateSequenceInput
  is_always_open: boolean
  /** YYYY-MM-DD */
  starts_on: string
}

type Step = Story['steps'][number]

const ZONES = ['America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kolkata', 'America/St_Johns', 'UTC']
const TASKS = ['manual_email', 'call', 'linkedin', 'task'] as const
const DELAYS = [
  { delay_amount: 0, delay_unit: 'minutes' },
  { delay_amount: 1, delay_unit: 'minutes' },
  { delay_amount: 45, delay_unit: 'minutes' },
  { delay_amount: 3, delay_unit: 'hours' },
  { delay_amount: 1, delay_unit: 'days' },
  { delay_amount: 2, delay_unit: 'business_days' },
] as const
/** Otherwise it is office hours, where the recipients are. */
const ALWAYS_OPEN = { windows: [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from_minute: 0, to_minute: 1440 })) }
const FROM_ADDRESS = 'rita@yardflow.test'
const SHOW_IN_DAYS = 90
/** What of a step that hangs on the show: most of them go out before a run is over, as its clock leaps. */
const BEFORE_DOORS = {
  timing: 'event',
  anchor: 'doors_open',
  anchor_side: 'before',
  clock: 'venue',
  delay_unit: 'days',
} as const
/** Days on which clocks change somewhere, and days on which nothing happens. */
const BEGINNINGS = ['2026-03-06', '2026-03-27', '2026-10-23', '2026-10-30', '2027-03-12', '2027-06-02', '2028-02-28']

export function beginningOf(dice: Dice): Date {
  return new Date(Date.parse(`${dice.pick(BEGINNINGS)}T00:00:00Z`) + dice.between(0, 86_399) * 1000)
}

export function tellStory(dice: Dice, now: Date): Story {
  const event_id = dice.uuid()
  const owner_id = dice.uuid()
  // Most runs are small, so that many fit into an hour; some have more people than one claim takes.
  const count = 5 + Math.floor(dice.roll() ** 2 * 56)
  const accounts = Array.from({ length: Math.max(1, Math.ceil(count * (0.3 + dice.roll() * 0.7))) }, () => dice.uuid())
  const recipients = Array.from({ length: count }, (_, n) => {
    const account = dice.between(0, accounts.length - 1)
    const tag = `p${n}`
    return { id: dice.uuid(), tag, address: `${tag}@account${account}.test`, account_id: accounts[account]! }
  })
  const steps = tellSteps(dice)
  const is_always_open = dice.chance(0.6)
  return {
    event_id,
    owner_id,
    recipients,
    steps,
    is_always_open,
    starts_on: dayAfter(now, SHOW_IN_DAYS),
    sequence: {
      event_id,
      owner_id,
      name: 'Faults',
      from_name: 'Rita Rep',
      from_address: FROM_ADDRESS,
      time_zone: dice.pick(ZONES),
      contact_reason: 'You are on the list of attendees.',
      ...(is_always_open && ALWAYS_OPEN),
      daily_cap: dice.chance(0.15) ? Math.max(3, Math.ceil(count / 2)) : 10_000,
      track_clicks: dice.chance(0.5),
      colleague_reply: dice.pick(['hold', 'hold', 'nothing', 'stop']),
      steps,
    },
  }
}

function tellSteps(dice: Dice): Story['steps'] {
  const count = dice.between(1, 4)
  const mailed = dice.between(0, count - 1)
  return Array.from({ length: count }, (_, index) => {
    const delay = index === 0 && dice.chance(0.7) ? DELAYS[0] : dice.pick(DELAYS)
    const kind = index !== mailed && dice.chance(0.2) ? dice.pick(TASKS) : 'email'
    if (index > 0 && kind === 'email' && dice.chance(0.12))
      return { ...mail(index), ...BEFORE_DOORS, delay_amount: dice.between(5, 85) }
    if (kind === 'email') return { ...mail(index), ...delay }
    return { kind, ...delay, thread: 'new', subject: `Step ${index}`, body: 'By hand.' }
  })
}

const mail = (index: number) => ({
  kind: 'email' as const,
  thread: 'new' as const,
  subject: `Step ${index}`,
  body: `For {{ person.given_name }}: step ${index}.`,
})

/** Another text, another wait, one step more, one less, or two in another order; the first one stays. */
export function editSteps(steps: readonly Step[], dice: Dice, number: number): Step[] {
  const edited = [...steps]
  const at = dice.between(0, edited.length - 1)
  const chosen = edited[at]
  if (chosen === undefined) return edited
  switch (dice.pick(['text', 'wait', 'add', 'remove', 'swap'] as const)) {
    case 'text':
      edited[at] = { ...chosen, body: `${chosen.body} Edited.` }
      break
    case 'wait':
      if (chosen.timing !== 'event') edited[at] = { ...chosen, ...dice.pick(DELAYS) }
      break
    case 'add':
      edited.splice(dice.between(1, edited.length), 0, { ...mail(number), ...dice.pick(DELAYS) })
      break
    case 'remove':
      if (at > 0) edited.splice(at, 1)
      break
    case 'swap':
      if (at > 1) edited.splice(at - 1, 0, ...edited.splice(at, 1))
  }
  return edited
}

export function dayAfter(moment: Date, days: number): string {
  return new Date(moment.getTime() + days * 86_400_000).toISOString().slice(0, 10)
}

/** Whose mail it was and of which step, as the mail itself says. */
export function readMark(text: string): { tag: string; step: number } | undefined {
  const found = /For (p\d+): step (\d+)\./.exec(text)
  return found === null ? undefined : { tag: found[1]!, step: Number(found[2]) }
}

/** The event, its accounts and its people; the sequence is the app's to make. */
export async function writeStory(db: Db, story: Story, dice: Dice, now: Date): Promise<void> {
  const { event_id, owner_id, recipients, starts_on } = story
  const written = { created_at: now, updated_at: now }
  await db
    .insertInto('event')
    .values({
      id: event_id,
      name: 'Faults',
      time_zone: 'America/Los_Angeles',
      starts_on,
      ends_on: starts_on,
      ...written,
    })
    .execute()
  await db
    .insertInto('user')
    .values({
      id: owner_id,
      email: 'rita@yardflow.test',
      name: 'Rita Rep',
      role: 'MEMBER',
      time_zone: 'UTC',
      active_event_id: event_id,
      created_at: now,
    })
    .execute()
  await db
    .insertInto('account')
    .values(
      [...new Set(recipients.map(({ account_id }) => account_id))].map((id, n) => ({
        id,
        event_id,
        name: `Account ${n}`,
        name_key: `account ${n}`,
        score_override: dice.between(0, 100),
        ...written,
      })),
    )
    .execute()
  await db
    .insertInto('person')
    .values(
      recipients.map(({ id, tag, account_id }) => ({
        id,
        event_id,
        account_id,
        name: `${tag} Recipient`,
        name_key: `${tag} recipient`,
        given_name: tag,
        time_zone: dice.chance(0.5) ? dice.pick(ZONES) : null,
        ...written,
      })),
    )
    .execute()
  await db
    .insertInto('email_address')
    .values(
      recipients.map(({ id, address }) => ({
        id: crypto.randomUUID(),
        person_id: id,
        address,
        address_key: address,
        domain: address.slice(address.indexOf('@') + 1),
        source: 'given' as const,
        confidence: 1,
        provenance: '{}',
        is_primary: true,
        ...written,
      })),
    )
    .execute()
}
