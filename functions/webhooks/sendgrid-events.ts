import { Hono } from 'hono'
import { routes } from '../../web/paths.ts'
import { recordEmailEvents } from '../domain/email/record-email-events.ts'
import type { AppEnv } from '../env.ts'
import { problem } from '../middleware/errors.tsx'
import { verifySendGridSignature } from './verify-sendgrid.ts'

/** What SendGrid tells about our mails; only with its signature. Events are tied to mails by our own id in them. */
export const sendgridEvents = new Hono<AppEnv>().post(routes.sendgridEvents, async (c) => {
  const { ctx } = c.var
  const publicKey = ctx.config.mail.mode === 'off' ? null : ctx.config.mail.webhookPublicKey
  if (publicKey === null) return problem(c, 503, 'Not configured: SENDGRID_WEBHOOK_PUBLIC_KEY')
  const rawBody = new Uint8Array(await c.req.arrayBuffer())
  const verdict = verifySendGridSignature(
    {
      rawBody,
      signature: c.req.header('X-Twilio-Email-Event-Webhook-Signature'),
      timestamp: c.req.header('X-Twilio-Email-Event-Webhook-Timestamp'),
    },
    // The age of a signature is a fact of the wire: the app's clock may have been moved.
    { publicKey, wallNow: new Date() },
  )
  if (!verdict.ok) {
    ctx.log.error('webhook.refused', { reason: verdict.reason })
    return problem(c, verdict.reason === 'bad_key' ? 503 : 401, 'The signature does not fit.')
  }
  const items = parseItems(new TextDecoder().decode(rawBody))
  if (items === undefined) return problem(c, 400, 'The body is not a list of events.')
  return c.json(await recordEmailEvents(ctx, items))
})

function parseItems(text: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
