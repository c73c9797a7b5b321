import type { AddressInfo } from 'node:net'
import { createAdaptorServer, type HttpBindings, type ServerType } from '@hono/node-server'
import type { Hono } from 'hono'
import type { Kysely } from 'kysely'
import { serverOptions } from '../server-options.ts'
import { type EventKind, eventHappening } from './events.ts'
import type { Fault, FaultPlan } from './faults.ts'
import { createMailApi } from './mail-api.ts'
import { createOutbox } from './outbox.tsx'
import { createEventPump, type EventPump, type Poster, postEvents } from './post-events.ts'
import { createRecipient, type RecipientAction } from './recipient.ts'
import { type AcceptedMail, openStore, type Store } from './store.ts'

export interface LocalSendGrid {
  /** Base URL of the v3 API. */
  url: string
  outboxUrl: string
  apiKey: string
  /** Base64 of the DER SPKI of an ECDSA P-256 key. */
  webhookPublicKey: string
  /** Goes into the inbound webhook's URL, since Inbound Parse signs nothing. */
  inboundKey: string
  /** Every accepted mail, oldest first, a line for each recipient: the record the demo counts from. */
  accepted(): Promise<AcceptedMail[]>
  /**
   * Does what a recipient does. The id is the X-Message-Id, the sg_message_id or our custom_args.message_id. Resolves with
   * the app's status codes, one for each attempt; with none where SendGrid would notice nothing (an open without tracking).
   */
  act(messageId: string, action: RecipientAction): Promise<number[]>
  /** Without autoDeliver: sends processed and delivered (or dropped) for every mail that still waits for them. */
  deliverWaiting(): Promise<void>
  /** Posts the mail's events once more, `times` over, as SendGrid is known to; with new sg_event_ids when asked. */
  repeatEvents(messageId: string, times: number, options?: { newEventIds?: boolean }): Promise<number[]>
  /** Posts any events under a genuine signature: unknown ids, broken items, old times. */
  postEvents(events: unknown[]): Promise<number[]>
  /** The next `times` sends go wrong in this way; before the plan given at the start is asked. */
  injectFault(fault: Fault, times?: number): void
  /** Resolves once every event that was on its way has been answered or given up. */
  idle(): Promise<void>
  close(): Promise<void>
}

export interface LocalSendGridOptions<DB> {
  /** Its tables live in schema `local`; never called inside a transaction of the caller. */
  db: Kysely<DB>
  /** The app's clock: dates mails and events. */
  clock: { now(): Date }
  /** The app's origin, such as http://localhost:3000. */
  appUrl: string
  /** `production` is refused. */
  environment: string
  /** The API's port; the outbox takes the next one. Without it both are free ports. */
  port?: number
  /** Sends processed and delivered (or dropped) by itself. Default true; else they wait for deliverWaiting(). */
  autoDeliver?: boolean
  faults?: FaultPlan
  fetch?: typeof fetch
  /** Waits before the second, third … attempt of a webhook. */
  retryDelaysMs?: number[]
  /** Real time, for signatures: the verifier's window compares with real time too. */
  wallNow?: () => Date
  log?: (line: string) => void
}

export async function startLocalSendGrid<DB>(options: LocalSendGridOptions<DB>): Promise<LocalSendGrid> {
  if (options.environment === 'production') throw new Error('The local SendGrid server refuses to run in production.')
  const store = await openStore(options.db)
  const { clock, autoDeliver = true } = options
  const stop = new AbortController()
  const poster: Poster = {
    store,
    clock,
    appUrl: options.appUrl.replace(/\/$/, ''),
    wallNow: options.wallNow ?? (() => new Date()),
    fetch: options.fetch ?? fetch,
    retryDelaysMs: options.retryDelaysMs ?? [250, 1000, 4000],
    signal: stop.signal,
    log: options.log ?? (() => {}),
  }
  const pump = createEventPump(poster)
  const act = createRecipient(poster, pump)
  const delivery = createDelivery(store, clock, pump)
  const faults = queueFaults(options.faults)

  const api = createMailApi({
    store,
    clock,
    nextFault: faults.next,
    onAccepted: (mails) => autoDeliver && delivery.add(mails),
  })
  const apiServer = await listen(api, options.port ?? 0)
  const outboxServer = await listen(createOutbox({ store, act }), options.port ? options.port + 1 : 0)

  if (autoDeliver) delivery.add(await store.listUndelivered())
  const unposted = await store.listUnposted()
  if (unposted.length > 0) void pump.push(unposted)

  const idle = async () => {
    await delivery.idle()
    await pump.idle()
  }
  const requireMail = async (id: string) => {
    const mail = await store.findMailById(id)
    if (!mail) throw new Error(`The local SendGrid server has accepted no mail with id ${id}.`)
    return mail
  }

  return {
    url: originOf(apiServer),
    outboxUrl: originOf(outboxServer),
    apiKey: store.install.apiKey,
    webhookPublicKey: store.install.webhookPublicKey,
    inboundKey: store.install.inboundKey,
    accepted: store.listMails,
    act: async (messageId, action) => act(await requireMail(messageId), action),
    async repeatEvents(messageId, times, { newEventIds = false } = {}) {
      const { accepted_no } = await requireMail(messageId)
      const events = (await store.listHappenings(accepted_no)).filter(isEvent).reverse()
      const answers: number[] = []
      for (let round = 1; round <= times; round++) {
        const again = events.map((event) => ({
          ...event,
          detail: newEventIds ? { ...event.detail, sg_event_id: crypto.randomUUID() } : event.detail,
        }))
        answers.push(...(await pump.push(again)))
      }
      return answers
    },
    postEvents: async (events) => (await postEvents(poster, events)).answers,
    injectFault: faults.inject,
    async deliverWaiting() {
      await idle()
      delivery.add(await store.listUndelivered())
      await idle()
    },
    idle,
    async close() {
      stop.abort()
      await Promise.all([close(apiServer), close(outboxServer)])
      await idle()
    },
  }
}

/** SendGrid's own events, apart from the answer to the sender: they may reach the app before or after it. */
function createDelivery(store: Store, clock: { now(): Date }, pump: EventPump) {
  const waiting: AcceptedMail[] = []
  let running: Promise<void> | undefined

  async function run() {
    // After the answer to the sender has been written.
    await new Promise((resolve) => setImmediate(resolve))
    while (waiting.length > 0) {
      // Bounded, since a statement takes at most 65,535 parameters.
      const mails = waiting.splice(0, 200)
      const blocked = await store.listBlocked(mails.map((mail) => mail.to.address.toLowerCase()))
      const events = mails.flatMap((mail) => {
        const block = blocked.get(mail.to.address.toLowerCase())
        const kinds: EventKind[] = block ? ['dropped'] : ['processed', 'delivered']
        const reason = block === 'spamreport' ? 'Spam Reporting Address' : 'Bounced Address'
        return kinds.map((kind) => eventHappening(mail, kind, clock.now(), { reason }))
      })
      const stored = await store.insertHappenings(events)
      await store.markDelivered(mails.map((mail) => mail.accepted_no))
      void pump.push(stored)
    }
  }

  return {
    add(mails: AcceptedMail[]) {
      if (mails.length === 0) return
      waiting.push(...mails)
      running ??= run().finally(() => {
        running = undefined
      })
    },
    async idle() {
      while (running) await running
    },
  }
}

function queueFaults(plan: FaultPlan | undefined) {
  const injected: Fault[] = []
  let number = 0
  return {
    inject(fault: Fault, times = 1) {
      injected.push(...Array<Fault>(times).fill(fault))
    },
    next(send: { custom_args: Record<string, string>; to: string }): Fault | undefined {
      number += 1
      return injected.shift() ?? plan?.({ number, ...send })
    },
  }
}

function isEvent(happening: { detail: Record<string, unknown> }): boolean {
  return typeof happening.detail.sg_event_id === 'string'
}

/** Loopback only: nobody else on the network may read the outbox or act in it. */
function listen(app: Pick<Hono<{ Bindings: HttpBindings }>, 'fetch'>, port: number): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = createAdaptorServer({
      fetch: (request, env) => app.fetch(request, env as HttpBindings),
      serverOptions,
    })
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

function originOf(server: ServerType): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function close(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    if ('closeAllConnections' in server) server.closeAllConnections()
  })
}
