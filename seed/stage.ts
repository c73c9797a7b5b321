import { findNextDue } from '../db/queries/message-plans.ts'
import type { Config } from '../functions/config.ts'
import type { Ctx } from '../functions/context.ts'
import { recordEmailEvents } from '../functions/domain/email/record-email-events.ts'
import { receiveJob } from '../functions/jobs/receive.ts'
import { silentLog } from '../functions/log.ts'
import { type MovableClock, stoppedClock } from '../functions/ports/clock.ts'
import type { EmailSender, OutgoingMail, SendOutcome } from '../functions/ports/email.ts'
import type { Queue } from '../functions/ports/queue.ts'

/** A world of its own: the verbs are the real ones, the clock stands where the story is, and nothing reaches the outside. */
export interface Stage {
  ctx: Ctx
  clock: MovableClock
  /** mails the provider took since the last call */
  takeAccepted(): OutgoingMail[]
  outside: Outside
}

/** What the provider makes of a mail. */
export interface Outside {
  /** undefined: it takes it */
  answer(mail: OutgoingMail): SendOutcome | undefined
  delivers(mail: OutgoingMail): boolean
}

/** Mails that wait for the same opening leave within ten minutes of it: one drain or two instead of one a mail. */
const DRAIN_EVERY_MS = 10 * 60_000

export function openStage(outer: Ctx, start: Date, outside: Outside): Stage {
  const clock = stoppedClock(start)
  let accepted: OutgoingMail[] = []
  const email: EmailSender = {
    mode: 'local',
    async send(mail) {
      const outcome = outside.answer(mail) ?? {
        outcome: 'accepted',
        provider_message_id: providerIdOf(mail.message_id),
      }
      if (outcome.outcome === 'accepted') accepted.push(mail)
      return outcome
    },
    check: async () => ({ ok: true }),
  }
  const unknown = async () => ({ outcome: 'unknown' }) as const
  return {
    clock,
    outside,
    ctx: {
      ...outer,
      clock,
      config: stageConfig(outer.config),
      log: silentLog,
      services: {
        ...outer.services,
        queue: trustingQueue,
        email,
        dns: { addresses: unknown, mailExchangers: unknown },
        fetchPage: async () => {
          throw new Error('The seed reads no pages')
        },
      },
    },
    takeAccepted() {
      const taken = accepted
      accepted = []
      return taken
    },
  }
}

/** Nothing is sent, so mail counts as configured. The secret makes links that nobody receives: it need not be one. */
function stageConfig(config: Config): Config {
  return {
    ...config,
    appSecret: 'links of seeded mails reach nobody',
    postalAddress: config.postalAddress || '1 Loopback Street, 12701 Localhost',
    mail: { mode: 'local', apiKey: '', baseUrl: '', webhookPublicKey: null, inboundKey: 'seed', outboxUrl: null },
  }
}

/** Takes nothing, since the story delivers the jobs itself, and believes every signature. */
const trustingQueue: Queue = {
  mode: 'off',
  missing: [],
  publish: async () => [],
  verify: async () => true,
  setSchedules: async () => {},
  ping: async () => ({ ok: true }),
}

const providerIdOf = (message_id: string) => `seed-${message_id.replaceAll('-', '').slice(0, 22)}`

/** Lets the days pass until then: what falls due on the way is sent, as the queue would have it sent. */
export async function passUntil(stage: Stage, until: Date): Promise<void> {
  let next = await findNextDue(stage.ctx.db)
  while (next !== undefined && next <= until) {
    const slot = Math.ceil(next.getTime() / DRAIN_EVERY_MS) * DRAIN_EVERY_MS
    const at = new Date(Math.min(slot, until.getTime()))
    moveTo(stage.clock, at)
    await drain(stage)
    next = await findNextDue(stage.ctx.db)
    // What a drain leaves due would go round for ever.
    if (next !== undefined && next <= at) throw new Error('The seeded mails do not leave')
  }
  moveTo(stage.clock, until)
}

async function drain(stage: Stage): Promise<void> {
  const { ctx, clock, outside } = stage
  const at = clock.now()
  await deliverJob(stage, 'drain-messages', { schedule: 'drain' }, `seed drain ${at.toISOString()}`)
  const mails = stage.takeAccepted().filter(outside.delivers)
  await recordEmailEvents(
    ctx,
    mails.map((mail) => ({ ...eventOf(mail.message_id, mail.to.address, at), event: 'delivered' })),
  )
}

/** One delivery of the queue, and its repetitions until the job is done or has failed for good. */
export async function deliverJob(
  stage: Stage,
  name: string,
  body: Record<string, unknown>,
  message_id?: string,
): Promise<void> {
  for (;;) {
    const answer = await receiveJob(stage.ctx, {
      name,
      body: JSON.stringify(body),
      signature: undefined,
      message_id,
    })
    if (answer.status !== 503) return
    stage.clock.advance(Number(answer.headers['Retry-After']) * 1000)
  }
}

/** The fields that every event of SendGrid's webhook has. */
export function eventOf(message_id: string, address: string, at: Date) {
  return {
    email: address,
    timestamp: Math.floor(at.getTime() / 1000),
    message_id,
    sg_message_id: `${providerIdOf(message_id)}.recvd-seed`,
  }
}

export function moveTo(clock: MovableClock, at: Date): void {
  clock.advance(at.getTime() - clock.now().getTime())
}
