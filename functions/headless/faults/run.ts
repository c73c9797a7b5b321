import { sql } from 'kysely'
import type { Db } from '../../../db/schema.ts'
import { inTime } from '../../in-time.ts'
import type { RecipientAction } from '../../local/sendgrid/recipient.ts'
import { type AppProcesses, openAppProcesses, RefusedError } from './app-processes.ts'
import { type EngineClock, openEngineClock } from './clock.ts'
import { type Dice, openDice } from './dice.ts'
import { Evidence, type Findings } from './evidence.ts'
import { type App, Network } from './network.ts'
import { type Outside, openOutside } from './outside.ts'
import { plantMailFaults, plantQueueFaults, plantTraps } from './plant.ts'
import { Recovery } from './recovery.ts'
import { openStores, type Stores } from './stores.ts'
import { beginningOf, dayAfter, editSteps, type Recipient, type Story, tellStory, writeStory } from './story.ts'
import { Wire } from './wire.ts'

const SECOND = 1_000
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const OUTAGES = ['database', 'queue', 'mail', 'redis'] as const
/** Rounds of the quiet end; a healthy run needs as many as it has moments at which something is due. */
const QUIET_ROUNDS = 500
const QUIET_STRIDE_MS = 15 * MINUTE
/** A run that hangs is no clean one, and keeps no other from being played. */
const LONGEST_RUN_MS = 90_000

export interface Rig {
  stores: Stores
  outside: Outside
  processes: AppProcesses
  clock: EngineClock
  door: Wire<App>
  /** the run that the door belongs to now */
  current: Network | undefined
  notes: string[]
  close(): Promise<void>
}

/** What stays up from run to run: the stand-ins, a door with a fixed address, and processes that are loaded already. */
export async function openRig(server: string | null): Promise<Rig> {
  const notes: string[] = []
  const clock = openEngineClock()
  const stores = await openStores(server)
  const rig = { stores, clock, notes, current: undefined } as unknown as Rig
  rig.door = await new Wire<App>({
    name: 'door',
    target: () => rig.current?.target(),
    watch: (chunk) => rig.current?.watch(chunk.target, chunk) ?? 'pass',
  }).open()
  rig.outside = await openOutside(stores, clock, `http://127.0.0.1:${rig.door.port}`)
  rig.processes = await openAppProcesses((line) => notes.push(`app: ${line.slice(0, 300)}`))
  rig.close = async () => {
    await rig.processes.close()
    await rig.outside.close()
    await rig.door.close()
    await stores.close()
  }
  return rig
}

export interface RunResult extends Findings {
  kills: number
  cuts: number
  decided: number
  max_recovery_s: number
  max_outage_recovery_s: number
}

export interface RunOptions {
  /** statements for the fresh database: a bug planted by a test, to see that it is found */
  sabotage?: string
}

/** One run: a random story with random faults, then quiet until nothing moves, then SendGrid's record is read. */
export async function playRun(rig: Rig, seed: number, options: RunOptions = {}): Promise<RunResult> {
  const dice = openDice(seed)
  rig.notes.length = 0
  rig.clock.set(beginningOf(dice))
  await rig.outside.reset()
  const store = await rig.stores.openRun()
  if (options.sabotage !== undefined) await sql.raw(options.sabotage).execute(store.db)
  const network = new Network(rig.processes, rig.outside, rig.clock, store.url, (line) => note(rig, line))
  network.onDoorBreak = () => rig.door.breakAll()
  rig.current = network
  try {
    const run = new Run(rig, network, store.db, dice)
    return await inTime(LONGEST_RUN_MS, 'The run', run.play())
  } finally {
    rig.current = undefined
    await network.close()
    await store.close()
  }
}

function note(rig: Rig, line: string): void {
  rig.notes.push(`${rig.clock.now().toISOString().slice(0, 19)} ${line}`)
}

class Run {
  readonly #story: Story
  readonly #evidence: Evidence
  readonly #recovery: Recovery
  readonly #apps: number
  #sequence_id = ''
  #decided = 0
  /** steps that an edit has added so far */
  #added = 0

  constructor(
    readonly rig: Rig,
    readonly network: Network,
    readonly db: Db,
    readonly dice: Dice,
  ) {
    this.#story = tellStory(dice, rig.clock.now())
    this.#apps = dice.chance(0.3) ? 2 : 1
    this.#evidence = new Evidence(db, rig.outside, this.#story)
    this.#recovery = new Recovery(db, network, rig.outside)
    rig.outside.onAnswered = (events) => this.#evidence.noteEvents(events)
  }

  async play(): Promise<RunResult> {
    const { dice, network } = this
    await writeStory(this.db, this.#story, dice, this.rig.clock.now())
    await network.raise(this.#apps)
    this.#sequence_id = (await network.ask('createSequence', this.#story.sequence)).id
    await network.ask('activateSequence', { sequence_id: this.#sequence_id })
    this.#say()
    await this.#enrol()
    for (let round = dice.between(3, 7); round > 0; round--) await this.#disturb()
    await this.#calm()
    const findings = await this.#evidence.judge(this.rig.clock.now())
    const { kills, cuts } = network.counts
    return {
      ...findings,
      kills,
      cuts,
      decided: this.#decided,
      max_recovery_s: this.#recovery.longest_s,
      max_outage_recovery_s: this.#recovery.longest_outage_s,
    }
  }

  #say(): void {
    const { recipients, steps, sequence, is_always_open } = this.#story
    note(
      this.rig,
      `${recipients.length} people, steps ${steps.map((s) => `${s.kind}+${s.delay_amount} ${s.delay_unit}`).join(', ')}, ${is_always_open ? 'always open' : 'office hours'}, cap ${sequence.daily_cap}, a colleague's reply: ${sequence.colleague_reply}, ${this.#apps} app(s)`,
    )
  }

  /** In two halves now and then, so that some enter while others are under way. */
  async #enrol(): Promise<void> {
    const { recipients } = this.#story
    if (this.dice.chance(0.7)) plantTraps(this.network, this.dice)
    const half = this.dice.chance(0.3) ? Math.ceil(recipients.length / 2) : recipients.length
    await this.#enrolSome(recipients.slice(0, half).map(({ id }) => id))
    if (half < recipients.length) {
      await this.#deliver()
      await this.#enrolSome(recipients.slice(half).map(({ id }) => id))
    }
    await this.#afterDeaths()
  }

  async #enrolSome(person_ids: string[]): Promise<void> {
    // The answer may have been lost with its process: asked again, it enrols nobody twice and names them as left out.
    await this.network.ask('enrollPeople', { sequence_id: this.#sequence_id, person_ids })
    const rows = await this.db
      .selectFrom('enrollment')
      .select('person_id')
      .where('sequence_id', '=', this.#sequence_id)
      .execute()
    for (const { person_id } of rows) this.#evidence.enrolled.add(person_id)
    const missing = person_ids.filter((id) => !this.#evidence.enrolled.has(id))
    if (missing.length > 0) note(this.rig, `left out: ${missing.length}`)
  }

  /** One round of trouble: traps, outages, callbacks that repeat, and meanwhile people act. */
  async #disturb(): Promise<void> {
    const { dice, network } = this
    if (dice.chance(0.9)) plantTraps(network, dice)
    if (dice.chance(0.35)) plantQueueFaults(this.rig.outside, dice)
    if (dice.chance(0.3)) plantMailFaults(this.rig.outside, dice)
    const down = dice.chance(0.25) ? dice.pick(OUTAGES) : undefined
    await this.#moveOn()
    const acting = this.#act(dice.between(0, 2))
    if (down !== undefined) await this.#outage(down)
    await Promise.all([this.#deliver(), this.rig.outside.bag.deliver(dice, { share: 0.4, again: 0.3 }), acting])
    if (down !== undefined) await network.mend(down)
    if (dice.chance(0.1)) network.killAny()
    if (dice.chance(0.5)) await this.#doTasks()
    network.traps.length = 0
    await this.#afterDeaths()
    if (down !== undefined) await this.#recovery.afterOutage(down, () => this.#deliver())
  }

  async #outage(down: (typeof OUTAGES)[number]): Promise<void> {
    const { dice, network } = this
    const kind = dice.chance(0.7) ? 'refusing' : 'dead'
    note(this.rig, `outage of ${down}: ${kind}`)
    await network.fail(down, kind)
    // What is said on a dead wire waits for a time-out of seconds; the wire is mended before.
    if (kind === 'dead') setTimeout(() => void network.mend(down), 200)
  }

  async #afterDeaths(): Promise<void> {
    const { network, dice } = this
    const died_at = network.died_at
    if (died_at === undefined) return
    network.died_at = undefined
    if (network.living === 0 && dice.chance(0.5)) await network.advance(dice.between(0, 20) * SECOND)
    const alone = network.living === 0
    await network.raise(this.#apps)
    note(this.rig, 'restarted')
    if (alone || dice.chance(0.5)) await this.#recovery.afterRestart(died_at, () => this.#deliver())
  }

  /** To the next moment at which something is due, or anywhere. */
  async #moveOn(): Promise<void> {
    const { dice, network } = this
    if (dice.chance(0.85)) {
      const next = await this.#nextMoment()
      if (next !== undefined) return network.advance(next.getTime() - this.rig.clock.now().getTime() + 50)
    }
    await network.advance(dice.pick([SECOND, 7 * SECOND, MINUTE, 11 * MINUTE, HOUR, 9 * HOUR, 26 * HOUR, 72 * HOUR]))
  }

  async #nextMoment(): Promise<Date | undefined> {
    const { rows } = await sql<{ at: Date | null }>`
      select least(
        (select min(due_at) from message where state = 'planned' and due_at > ${this.rig.clock.now()}),
        (select min(lease_until) from message where lease_until > ${this.rig.clock.now()}),
        (select min(lease_until) from job where lease_until > ${this.rig.clock.now()}),
        (select min(resume_at) from enrollment where resume_at > ${this.rig.clock.now()}),
        (select min(until_at) from hold where until_at > ${this.rig.clock.now()}),
        (select min(due_at) from task where done_at is null and skipped_at is null and due_at > ${this.rig.clock.now()})
      ) as at`.execute(this.db)
    const call = await this.rig.outside.nextCallAt()
    const moments = [rows[0]?.at, call].flatMap((at) => (at ? [at.getTime()] : []))
    return moments.length === 0 ? undefined : new Date(Math.min(...moments))
  }

  async #deliver(): Promise<void> {
    await this.rig.outside.queue.deliverDue()
  }

  async #act(times: number): Promise<void> {
    for (let n = 0; n < times; n++) {
      await new Promise((resolve) => setTimeout(resolve, this.dice.between(0, 40)))
      await this.#actOnce().catch((error) => {
        if (!(error instanceof RefusedError)) throw error
        note(this.rig, `refused: ${error.message}`)
      })
    }
  }

  async #actOnce(): Promise<void> {
    const { dice, network } = this
    const person = dice.pick(this.#story.recipients)
    const what = dice.pick([
      'recipient',
      'recipient',
      'recipient',
      'recipient',
      'stop',
      'pause_one',
      'pause_all',
      'pause_sender',
      'resume_all',
      'edit',
      'move_show',
    ] as const)
    if (!this.#evidence.enrolled.has(person.id)) return
    const enrollment = await this.db
      .selectFrom('enrollment')
      .select('id')
      .where('person_id', '=', person.id)
      .executeTakeFirst()
    if (enrollment === undefined) return
    note(this.rig, `${what} ${person.tag}`)
    switch (what) {
      case 'recipient':
        return this.#recipientActs(person)
      case 'stop':
        await network.ask('stopEnrollment', { enrollment_id: enrollment.id })
        return this.#evidence.noteStop(person.id)
      case 'pause_one':
        return void (await network.ask('pauseEnrollment', { enrollment_id: enrollment.id }))
      case 'pause_all':
        await network.ask('pauseSequence', { sequence_id: this.#sequence_id })
        return this.#evidence.noteHalt('sequence')
      case 'pause_sender':
        await network.ask('pauseSender', { address: this.#story.sequence.from_address })
        return this.#evidence.noteHalt('sender')
      case 'resume_all':
        return void (await this.#resumeAll())
      case 'edit':
        return this.#edit()
      case 'move_show':
        return void (await network.ask('moveEvent', {
          event_id: this.#story.event_id,
          owner_id: this.#story.owner_id,
          starts_on: dayAfter(new Date(this.#story.starts_on), dice.between(-20, 20)),
        }))
    }
  }

  /** Whoever paused them: a rep, or too many bounces. */
  async #resumeAll(): Promise<number> {
    const { from_address: address } = this.#story.sequence
    const { rows } = await sql<{ sequence: boolean; sender: boolean }>`
      select exists (select from sequence where status = 'paused') as sequence,
        exists (select from sender where paused_at is not null) as sender`.execute(this.db)
    const paused = rows[0]
    if (paused?.sequence) {
      this.#evidence.noteResumption('sequence')
      await this.network.ask('resumeSequence', { sequence_id: this.#sequence_id })
    }
    if (paused?.sender) {
      this.#evidence.noteResumption('sender')
      await this.network.ask('resumeSender', { address })
    }
    return Number(paused?.sequence ?? false) + Number(paused?.sender ?? false)
  }

  async #edit(): Promise<void> {
    const { dice, network } = this
    const sequence_id = this.#sequence_id
    const rows = await this.db
      .selectFrom('step')
      .innerJoin('sequence', (on) =>
        on.onRef('sequence.id', '=', 'step.sequence_id').onRef('sequence.version', '=', 'step.version'),
      )
      .selectAll('step')
      .where('step.sequence_id', '=', sequence_id)
      .orderBy('step.position')
      .execute()
    const steps = editSteps(
      rows.map(({ id: _id, condition: _condition, ...step }) => step),
      dice,
      this.#story.steps.length + this.#added++,
    )
    const choice = dice.pick(['after_current_step', 'now', 'new_people_only'] as const)
    note(this.rig, `edited for ${choice}: ${steps.map(({ subject }) => subject).join(', ')}`)
    // Before it is answered: it may be done already.
    this.#evidence.noteSteps(steps)
    await network.ask('saveSteps', { sequence_id, steps, choice })
  }

  async #recipientActs(person: Recipient): Promise<void> {
    const { mail } = this.rig.outside
    const got = (await mail.accepted()).find(({ to }) => to.address === person.address)
    if (got === undefined) return
    const action = this.dice.pick<RecipientAction['kind']>([
      'reply',
      'unsubscribe_one_click',
      'unsubscribe_link',
      'bounce',
      'spam',
      'soft_bounce',
      'out_of_office',
      'open',
      'scan',
    ])
    const act = () =>
      mail.act(got.sg_message_id, action === 'reply' ? { kind: action, text: 'Call me.' } : { kind: action as 'open' })
    const answered = await this.#untilAnswered(act)
    if (answered && action === 'reply') await this.#evidence.noteReply(person)
    if (answered && ['unsubscribe_one_click', 'unsubscribe_link'].includes(action))
      await this.#evidence.noteStop(person.id)
  }

  /** Providers try again; the app may be down in between. */
  async #untilAnswered(act: () => Promise<number[]>): Promise<boolean> {
    for (let tries = 0; tries < 20; tries++) {
      const answers = await act()
      if (answers.length === 0) return false
      if ((answers.at(-1) ?? 0) >= 200 && (answers.at(-1) ?? 0) < 300) return true
      await new Promise((resolve) => setTimeout(resolve, 50))
      await this.network.mend('database')
      await this.network.raise(1)
    }
    note(this.rig, 'never answered')
    return false
  }

  /** No more faults: everything arrives, the rep does what is theirs to do, the clock runs on until nothing is left. */
  async #calm(): Promise<void> {
    const { network, rig } = this
    network.traps.length = 0
    rig.outside.queue_faults.length = 0
    rig.outside.mail_faults.length = 0
    for (const wire of OUTAGES) await network.mend(wire)
    await network.raise(1)
    note(rig, 'calm')
    for (let round = 0; round < QUIET_ROUNDS; round++) {
      await this.#deliver()
      await rig.outside.bag.deliver(this.dice, { share: 1, again: 0 })
      const acted = await this.#repActs()
      await this.#deliver()
      if (acted || rig.outside.bag.size > 0) continue
      if (await this.#isQuiet()) return note(rig, `quiet after ${round} rounds`)
      const next = await this.#nextMoment()
      const now = rig.clock.now().getTime()
      // Strides, so that many moments are met at once.
      await network.advance(Math.max((next?.getTime() ?? 0) - now + 50, QUIET_STRIDE_MS))
    }
    note(rig, 'never quiet')
  }

  async #isQuiet(): Promise<boolean> {
    const { rows } = await sql<{ open: boolean }>`
      select exists (select from message where state in ('planned', 'claimed', 'unconfirmed'))
        or exists (select from enrollment where status in ('active', 'paused'))
        or exists (select from job where status in ('waiting', 'retrying', 'active')) as open`.execute(this.db)
    return rows[0]?.open === false && (await this.rig.outside.nextCallAt()) === undefined
  }

  /** Resumes, does tasks, and decides about unconfirmed mails by looking at what SendGrid has. */
  async #repActs(): Promise<boolean> {
    const { network } = this
    const resumed = await this.#resumeAll()
    // Who is away goes on by themselves when they are back.
    const paused = await this.db
      .selectFrom('enrollment')
      .select('id')
      .where('status', '=', 'paused')
      .where('resume_at', 'is', null)
      .execute()
    await Promise.all(paused.map(({ id }) => network.ask('resumeEnrollment', { enrollment_id: id })))
    const done = await this.#doTasks()
    const decided = await this.#decide()
    return resumed + paused.length + done + decided > 0
  }

  async #doTasks(): Promise<number> {
    const tasks = await this.db
      .selectFrom('task')
      .select('id')
      .where('done_at', 'is', null)
      .where('skipped_at', 'is', null)
      .where('due_at', '<=', this.rig.clock.now())
      .execute()
    await Promise.all(
      tasks.map(({ id }) => this.network.ask(this.dice.chance(0.8) ? 'completeTask' : 'skipTask', { task_id: id })),
    )
    return tasks.length
  }

  async #decide(): Promise<number> {
    const open = await this.db
      .selectFrom('message')
      .innerJoin('enrollment', 'enrollment.id', 'message.enrollment_id')
      .select(['message.id', 'enrollment.status'])
      .where('message.state', '=', 'unconfirmed')
      .execute()
    if (open.length === 0) return 0
    const taken = new Set((await this.rig.outside.mail.accepted()).map(({ custom_args }) => custom_args.message_id))
    for (const { id, status } of open) {
      const runs = status === 'active' || status === 'paused'
      const decision = taken.has(id) ? 'count_as_sent' : runs ? 'send_again' : 'skip'
      await this.network.ask('decideUnconfirmed', { message_id: id, decision }).catch((error) => {
        if (!(error instanceof RefusedError)) throw error
        // An event was quicker.
        note(this.rig, `decision refused: ${error.message}`)
      })
    }
    this.#decided += open.length
    return open.length
  }
}
