import { Hono } from 'hono'
import { routes } from '../../web/paths.ts'
import { isSameSecret } from '../auth/same-secret.ts'
import { recordReply } from '../domain/email/record-reply.ts'
import type { AppEnv } from '../env.ts'
import { problem } from '../middleware/errors.tsx'
import { readInboundMail } from './read-inbound.ts'

/** Mails that come back. Inbound Parse does not sign: the secret is in the URL that SendGrid is given (`?key=`). */
export const sendgridInbound = new Hono<AppEnv>().post(routes.sendgridInbound, async (c) => {
  const { ctx } = c.var
  const key = ctx.config.mail.mode === 'off' ? null : ctx.config.mail.inboundKey
  if (key === null) return problem(c, 503, 'Not configured: INBOUND_PARSE_KEY')
  if (!isSameSecret(c.req.query('key') ?? '', key)) return problem(c, 401, 'The key does not fit.')
  const form = await readForm(c.req.raw)
  const mail = form && (await readInboundMail(form))
  // 4xx is final for SendGrid, which is right for a body that will never be readable.
  if (mail === undefined) return problem(c, 400, 'This is not a parsed mail.')
  return c.json(await recordReply(ctx, mail))
})

async function readForm(request: Request): Promise<FormData | undefined> {
  try {
    return await request.formData()
  } catch {
    return undefined
  }
}
