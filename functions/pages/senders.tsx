import { type Context, Hono } from 'hono'
import * as v from 'valibot'
import { findSender } from '../../db/queries/senders.ts'
import { emptyForm, type FormState } from '../../web/forms.ts'
import { SenderPage } from '../../web/pages/settings/sender-page.tsx'
import { overbookedWords, SendersPage } from '../../web/pages/settings/senders-page.tsx'
import { paths, routes } from '../../web/paths.ts'
import { listSendersWithUse } from '../domain/senders/list-senders.ts'
import { pauseSender, resumeSender } from '../domain/senders/pause-sender.ts'
import { senderSettings, setWorkspaceCaps, updateSender, workspaceCaps } from '../domain/senders/sender-settings.ts'
import type { SignedInEnv } from '../env.ts'
import { NotFoundError } from '../errors.ts'
import { readForm } from './read-form.ts'
import { redirectWithFlash, renderPage } from './render-page.tsx'

/** Addresses we write from, what each may send, and what one account and one domain get in a day. */
export const senderPages = new Hono<SignedInEnv>()

const number = v.pipe(v.string(), v.trim(), v.regex(/^\d{1,6}$/, 'Enter a number, 0 or more.'), v.transform(Number))
const emptyAsNull = v.transform((text: string) => (text.trim() === '' ? null : text))
const numberOrNone = v.pipe(v.optional(v.string(), ''), emptyAsNull, v.nullable(number))
const { entries } = senderSettings

const senderForm = v.object({
  time_zone: entries.time_zone,
  daily_cap: v.pipe(number, entries.daily_cap),
  weekly_cap: v.pipe(number, entries.weekly_cap),
  new_people_cap: v.pipe(number, entries.new_people_cap),
  gap_minutes: v.pipe(number, entries.gap_minutes),
  jitter_minutes: v.pipe(number, entries.jitter_minutes),
  ramp_started_on: v.pipe(v.optional(v.string(), ''), emptyAsNull, entries.ramp_started_on),
  ramp_first: v.pipe(number, entries.ramp_first),
  ramp_step: v.pipe(number, entries.ramp_step),
})

const capsForm = v.object({
  account_daily_cap: v.pipe(numberOrNone, workspaceCaps.entries.account_daily_cap),
  domain_daily_cap: v.pipe(numberOrNone, workspaceCaps.entries.domain_daily_cap),
})

senderPages.get(routes.senders, (c) => sendersPage(c))

senderPages.post(routes.senders, async (c) => {
  const read = await readForm(c, capsForm)
  if (!read.isValid) return sendersPage(c, read.form, 422)
  await setWorkspaceCaps(c.var.ctx, read.output)
  return redirectWithFlash(c, paths.senders(), { tone: 'good', text: 'The caps hold from the next mail on.' })
})

senderPages.get(routes.sender, async (c) => {
  const sender = await requireSender(c)
  const values = Object.fromEntries(
    Object.keys(entries).map((name) => [name, String(sender[name as keyof typeof entries] ?? '')]),
  )
  return senderPage(c, sender.address, { values, errors: {} })
})

senderPages.post(routes.sender, async (c) => {
  const { address } = await requireSender(c)
  const read = await readForm(c, senderForm)
  if (!read.isValid) return senderPage(c, address, read.form, 422)
  const { overbooked } = await updateSender(c.var.ctx, { address, ...read.output })
  if (overbooked === null)
    return redirectWithFlash(c, paths.senders(), { tone: 'good', text: `${address} is changed.` })
  const text = `${address} is changed. ${overbookedWords(overbooked)}`
  return redirectWithFlash(c, paths.senders(), { tone: 'waiting', text })
})

senderPages.post(routes.pauseSender, async (c) => {
  const { address } = await requireSender(c)
  await pauseSender(c.var.ctx, { address })
  return redirectWithFlash(c, paths.senders(), { tone: 'good', text: `Nothing leaves from ${address} any more.` })
})

senderPages.post(routes.resumeSender, async (c) => {
  const { address } = await requireSender(c)
  await resumeSender(c.var.ctx, { address })
  return redirectWithFlash(c, paths.senders(), { tone: 'good', text: `${address} sends again.` })
})

async function sendersPage(c: Context<SignedInEnv>, form: FormState = emptyForm, status: 200 | 422 = 200) {
  const { ctx } = c.var
  const { senders, caps } = await listSendersWithUse(ctx)
  const { account_daily_cap, domain_daily_cap } = caps
  const shown = {
    account_daily_cap: String(account_daily_cap ?? ''),
    domain_daily_cap: String(domain_daily_cap ?? ''),
    ...form.values,
  }
  const can_edit = ctx.actor.role === 'ADMIN'
  return renderPage(c, <SendersPage rows={senders} form={{ ...form, values: shown }} can_edit={can_edit} />, { status })
}

function senderPage(c: Context<SignedInEnv>, address: string, form: FormState, status: 200 | 422 = 200) {
  const can_edit = c.var.ctx.actor.role === 'ADMIN'
  return renderPage(c, <SenderPage address={address} form={form} can_edit={can_edit} />, { status })
}

async function requireSender(c: Context<SignedInEnv>) {
  const sender = await findSender(c.var.ctx.db, (c.req.param('address') ?? '').toLowerCase())
  if (sender === undefined) throw new NotFoundError('sender')
  return sender
}
