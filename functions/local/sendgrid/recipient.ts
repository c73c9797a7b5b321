import { type EventKind, eventHappening, listLinks } from './events.ts'
import { attempt, type EventPump, type Poster, timeLimit } from './post-events.ts'
import { buildInboundForm } from './replies.ts'
import type { AcceptedMail, NewHappening } from './store.ts'

export type RecipientAction =
  | {
      kind:
        | 'deliver'
        | 'defer'
        | 'open'
        | 'machine_open'
        | 'bounce'
        | 'soft_bounce'
        | 'spam'
        | 'unsubscribe_link'
        | 'unsubscribe_one_click'
        | 'out_of_office'
        /** A mail filter: follows every link at once, the unsubscribe link too, by GET. */
        | 'scan'
    }
  /** Without a url, the first link that is not the unsubscribe link. */
  | { kind: 'click'; url?: string }
  /** `from` when a colleague answers in the recipient's place. */
  | { kind: 'reply'; text: string; from?: { address: string; name: string } }

/**
 * What one recipient does with one mail, carried to the app by the door SendGrid would use. Resolves with the app's status
 * codes in order (0: not reached); with none where nothing would leave SendGrid: a mail without tracking, or without a link.
 */
export function createRecipient(poster: Poster, pump: EventPump) {
  return async function act(mail: AcceptedMail, action: RecipientAction): Promise<number[]> {
    const now = poster.clock.now()
    switch (action.kind) {
      case 'deliver':
        await poster.store.markDelivered([mail.accepted_no])
        return post(['processed', 'delivered'])
      case 'defer':
        return post(['deferred'])
      case 'bounce':
        return post(['bounce'])
      case 'soft_bounce':
        return post(['blocked'])
      case 'spam':
        return post(['spamreport'])
      case 'open':
      case 'machine_open':
        return mail.track_opens ? post([action.kind]) : keep(`${action.kind}_untracked`)
      case 'click': {
        const url = action.url ?? firstLink(mail)
        return mail.track_clicks && url ? post(['click'], url) : keep('click_untracked')
      }
      case 'scan':
        return scan()
      case 'reply':
        return answer('reply', { text: action.text, automatic: false, from: action.from })
      case 'out_of_office':
        return answer('out_of_office', { text: OUT_OF_OFFICE, automatic: true })
      case 'unsubscribe_link':
        return visitUnsubscribePage(poster, mail)
      case 'unsubscribe_one_click':
        return unsubscribeInOneClick(poster, mail)
    }

    async function post(kinds: EventKind[], url?: string) {
      const events = kinds.map((kind) => eventHappening(mail, kind, now, { url }))
      return pump.push(await poster.store.insertHappenings(events))
    }

    async function scan() {
      const urls = mail.track_clicks ? listLinks(mail.html).map(({ url }) => url) : []
      const clicks = urls.map((url) => eventHappening(mail, 'scanner_click', now, { url }))
      const answers = clicks.length > 0 ? await pump.push(await poster.store.insertHappenings(clicks)) : []
      return [...answers, ...(await lookAtUnsubscribePage(poster, mail))]
    }

    async function keep(kind: string) {
      await record(poster, mail, kind, {}, [])
      return []
    }

    async function answer(kind: string, draft: { text: string; automatic: boolean; from?: AcceptedMail['to'] }) {
      const url = `${poster.appUrl}/webhooks/sendgrid/inbound?key=${encodeURIComponent(poster.store.install.inboundKey)}`
      const body = buildInboundForm(mail, { ...draft, at: now })
      const send = () =>
        poster.fetch(url, {
          method: 'POST',
          body,
          redirect: 'manual',
          headers: { 'User-Agent': 'Sendlib/1.0' },
          signal: timeLimit(poster),
        })
      // Inbound Parse gives a 4xx up at once and repeats a 5xx.
      const { answers } = await attempt(poster, send, (status) => status >= 500)
      await record(poster, mail, kind, { text: draft.text }, answers)
      return answers
    }
  }
}

const OUT_OF_OFFICE =
  'Thank you for your message. I am out of the office until Monday and have no access to my email. I will answer when I am back.'

function firstLink(mail: AcceptedMail): string | undefined {
  const unsubscribe = unsubscribeUrl(mail)
  return listLinks(mail.html).find(({ url }) => url !== unsubscribe && !url.includes('/unsubscribe/'))?.url
}

/** RFC 8058: one POST, no cookie, no redirect followed. */
async function unsubscribeInOneClick(poster: Poster, mail: AcceptedMail): Promise<number[]> {
  const url = localUrl(poster, unsubscribeUrl(mail))
  const offered = headerOf(mail, 'list-unsubscribe-post') === 'List-Unsubscribe=One-Click'
  if (!url || !offered) {
    await record(poster, mail, 'unsubscribe_one_click', { missing: 'List-Unsubscribe header' }, [])
    return []
  }
  const { answers } = await attempt(
    poster,
    () =>
      poster.fetch(url, {
        method: 'POST',
        body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
        redirect: 'manual',
        signal: timeLimit(poster),
      }),
    (status) => status >= 500,
  )
  await record(poster, mail, 'unsubscribe_one_click', { url }, answers)
  return answers
}

/** GET only: whoever is unsubscribed by this was unsubscribed by a machine. */
async function lookAtUnsubscribePage(poster: Poster, mail: AcceptedMail): Promise<number[]> {
  const url = localUrl(poster, unsubscribeUrl(mail))
  if (!url) return []
  const { answers } = await attempt(
    poster,
    () => poster.fetch(url, { redirect: 'manual', signal: timeLimit(poster) }),
    () => false,
  )
  await record(poster, mail, 'unsubscribe_looked_at', { url }, answers)
  return answers
}

/** Opens the link as a person would and presses the button of the form found there: two status codes. */
async function visitUnsubscribePage(poster: Poster, mail: AcceptedMail): Promise<number[]> {
  const inBody = listLinks(mail.html).find(({ url }) => url.includes('/unsubscribe/'))?.url
  const url = localUrl(poster, inBody ?? unsubscribeUrl(mail))
  if (!url) {
    await record(poster, mail, 'unsubscribe_link', { missing: 'a link to unsubscribe' }, [])
    return []
  }
  const answers = await openAndConfirm(poster, url)
  await record(poster, mail, 'unsubscribe_link', { url }, answers)
  return answers
}

async function openAndConfirm(poster: Poster, url: string): Promise<number[]> {
  try {
    const page = await poster.fetch(url, { redirect: 'manual', signal: timeLimit(poster) })
    const html = await page.text()
    if (page.status !== 200) return [page.status]
    const form = /<form\b[^>]*method="post"[^>]*>[\s\S]*?<\/form>/i.exec(html)?.[0] ?? ''
    const action = /^<form\b[^>]*\saction="([^"]*)"/i.exec(form)?.[1]?.replaceAll('&amp;', '&') ?? url
    const sent = await poster.fetch(new URL(action, url), {
      method: 'POST',
      body: hiddenFields(form),
      headers: { Origin: new URL(url).origin, 'Sec-Fetch-Site': 'same-origin' },
      redirect: 'manual',
      signal: timeLimit(poster),
    })
    await sent.arrayBuffer()
    return [page.status, sent.status]
  } catch {
    return [0]
  }
}

function hiddenFields(form: string): URLSearchParams {
  const fields = new URLSearchParams()
  for (const [input] of form.matchAll(/<(?:input|button)\b[^>]*>/gi)) {
    const name = /\sname="([^"]*)"/.exec(input)?.[1]
    if (name) fields.append(name, /\svalue="([^"]*)"/.exec(input)?.[1]?.replaceAll('&amp;', '&') ?? '')
  }
  return fields
}

function unsubscribeUrl(mail: AcceptedMail): string | undefined {
  return /<(https?:[^>]+)>/.exec(headerOf(mail, 'list-unsubscribe') ?? '')?.[1]
}

function headerOf(mail: AcceptedMail, name: string): string | undefined {
  return Object.entries(mail.headers).find(([key]) => key.toLowerCase() === name)?.[1]
}

/** The app's public address may lie elsewhere; a stand-in for one machine visits only the app it serves. */
function localUrl(poster: Poster, url: string | undefined): string | undefined {
  if (!url) return undefined
  const { pathname, search } = new URL(url)
  return new URL(pathname + search, poster.appUrl).href
}

async function record(
  poster: Poster,
  mail: AcceptedMail,
  kind: string,
  detail: Record<string, unknown>,
  answers: number[],
) {
  const now = poster.clock.now()
  const happening: NewHappening = {
    accepted_no: mail.accepted_no,
    kind,
    to_address: mail.to.address.toLowerCase(),
    happened_at: now,
    detail,
    answers,
    posted_at: now,
  }
  await poster.store.insertHappenings([happening])
}
