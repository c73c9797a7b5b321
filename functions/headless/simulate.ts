import { parseArgs } from 'node:util'
import { ConfigError } from '../config.ts'
import { emptyBook } from '../domain/sequences/caps.ts'
import { noDaysOff } from '../domain/sequences/days-off.ts'
import { noWait } from '../domain/sequences/timing.ts'
import { officeHours } from '../domain/sequences/windows.ts'
import {
  type SimulatedPerson,
  type SimulatedStep,
  type SimulateInput,
  simulate,
} from '../domain/simulation/simulate.ts'
import { summarise } from '../domain/simulation/summarise.ts'
import { wallClock } from '../ports/clock.ts'
import { namedUuid } from '../uuid.ts'
import { progress, runCommand } from './open.ts'

const DAY_MS = 86_400_000
const SENDER = 'rep@yardflow.test'
const DEFAULT_DAILY_CAP = 500

/** Named mixes; any other mix is spelled out: `America/New_York=5,Europe/Berlin=3`. */
const mixes: Record<string, string> = {
  us: 'America/New_York=5,America/Chicago=3,America/Denver=1,America/Los_Angeles=2',
  europe:
    'Europe/London=3,Europe/Berlin=3,Europe/Paris=2,Europe/Madrid=1,Europe/Rome=1,Europe/Warsaw=1,Europe/Helsinki=1',
  world:
    'America/New_York=5,America/Chicago=3,America/Denver=1,America/Los_Angeles=2,America/Sao_Paulo=1,Europe/London=2,Europe/Berlin=2,Asia/Dubai=1,Asia/Kolkata=1,Asia/Singapore=1,Asia/Tokyo=1,Australia/Sydney=1,Australia/Lord_Howe=1',
}

// npm run simulate -- --people N --steps M --zone-mix us|europe|world|ZONE=WEIGHT,… [--daily-cap C] [--reply-rate R]
// [--start 2027-03-01T15:00:00Z]: plays made-up people through made-up steps. Touches no database.
await runCommand(import.meta, async () => {
  const { values } = parseArgs({
    options: {
      people: { type: 'string', default: '10000' },
      steps: { type: 'string', default: '5' },
      'zone-mix': { type: 'string', default: 'world' },
      'daily-cap': { type: 'string', default: String(DEFAULT_DAILY_CAP) },
      'reply-rate': { type: 'string', default: '0' },
      start: { type: 'string' },
    },
  })
  const people = readCount('--people', values.people, 1_000_000)
  const steps = readCount('--steps', values.steps, 50)
  const input = makeInput({
    people,
    steps,
    zones: readMix(values['zone-mix']),
    daily_cap: readCount('--daily-cap', values['daily-cap'], 1_000_000),
    reply_rate: readRate(values['reply-rate']),
    now: readStart(values.start),
  })
  progress(`${people} people, ${steps} steps, from ${input.now.toISOString()}`)
  const started = performance.now()
  const simulation = simulate(input)
  const seconds = Math.round(performance.now() - started) / 1000
  return { answer: { ...summarise(input, simulation, 'UTC'), steps, zone_mix: values['zone-mix'], seconds } }
})

function makeInput(of: {
  people: number
  steps: number
  zones: string[]
  daily_cap: number
  reply_rate: number
  now: Date
}): SimulateInput {
  const { now, zones } = of
  const opens = new Date(now.getTime() + 60 * DAY_MS)
  return {
    people: Array.from({ length: of.people }, (_, index) => somebody(index, zones[index % zones.length] ?? 'UTC')),
    steps: Array.from({ length: of.steps }, (_, index) => mail(index)),
    show: {
      starts_on: dayText(opens),
      ends_on: dayText(new Date(opens.getTime() + 2 * DAY_MS)),
      doors_open_minute: 540,
      doors_close_minute: 1020,
      time_zone: 'America/Los_Angeles',
      country: 'US',
    },
    schedule: {
      windows: officeHours,
      time_zone: 'America/New_York',
      skip_holidays: true,
      days_off: noDaysOff,
      workspace_time_zone: null,
    },
    sequence: { id: namedUuid('simulated sequence'), daily_cap: 1_000_000, sender: SENDER },
    limits: {
      account_daily_cap: 10,
      domain_daily_cap: 50,
      senders: new Map([
        [
          SENDER,
          {
            time_zone: 'America/New_York',
            daily_cap: of.daily_cap,
            weekly_cap: of.daily_cap * 5,
            new_people_cap: of.daily_cap,
            gap_minutes: 0,
            jitter_minutes: 0,
            ramp_started_on: null,
            ramp_first: 20,
            ramp_step: 20,
          },
        ],
      ]),
    },
    booked: emptyBook(),
    used: emptyBook(),
    now,
    reply_rate: of.reply_rate,
  }
}

/** Two people a company, as on a real list. */
function somebody(index: number, time_zone: string): SimulatedPerson {
  const domain = `company-${index >> 1}.test`
  return {
    enrollment_id: namedUuid(`simulated person ${index}`),
    score: (index * 37) % 101,
    account_key: domain,
    domain,
    time_zone,
    country: null,
    account_country: null,
    account_region: null,
    fields: {},
  }
}

/** The first at once, the last a week before the doors open, the others every third business day. */
function mail(index: number): SimulatedStep {
  return {
    ...noWait,
    delay_amount: index === 0 ? 0 : 3,
    delay_unit: 'business_days',
    step_key: namedUuid(`simulated step ${index}`),
    position: index + 1,
    kind: 'email',
    condition: null,
  }
}

function readMix(mix: string): string[] {
  const zones = (mixes[mix] ?? mix).split(',').flatMap((part) => {
    const [zone = '', weight = '1'] = part.split('=')
    return Array.from({ length: readCount('--zone-mix', weight, 100) }, () => zone)
  })
  for (const zone of zones)
    try {
      new Intl.DateTimeFormat('en', { timeZone: zone })
    } catch {
      throw new ConfigError([`--zone-mix: ${zone} is neither a time zone nor one of ${Object.keys(mixes).join(', ')}`])
    }
  return zones
}

function readCount(name: string, text: string, most: number): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1 || count > most)
    throw new ConfigError([`${name} must be a whole number from 1 to ${most}`])
  return count
}

function readRate(text: string): number {
  const rate = Number(text)
  if (!(rate >= 0 && rate <= 1)) throw new ConfigError(['--reply-rate must be from 0 to 1'])
  return rate
}

function readStart(text: string | undefined): Date {
  const start = text === undefined ? wallClock.now() : new Date(text)
  if (Number.isNaN(start.getTime())) throw new ConfigError(['--start must be a moment like 2027-03-01T15:00:00Z'])
  return start
}

function dayText(at: Date): string {
  return at.toISOString().slice(0, 10)
}
