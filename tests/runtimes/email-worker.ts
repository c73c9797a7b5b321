import { type EmailSenderConfig, type OutgoingMail, openEmailSender } from '../../functions/ports/email.ts'
import { verifySendGridSignature } from '../../functions/webhooks/verify-sendgrid.ts'

/** What the production Worker does with the email port and the verifier, without the rest of the app. */
export default {
  async fetch(request: Request): Promise<Response> {
    const url = new URL(request.url)
    if (url.pathname === '/verify') {
      const delivery = {
        rawBody: new Uint8Array(await request.arrayBuffer()),
        signature: request.headers.get('x-twilio-email-event-webhook-signature') ?? undefined,
        timestamp: request.headers.get('x-twilio-email-event-webhook-timestamp') ?? undefined,
      }
      const publicKey = url.searchParams.get('key') ?? ''
      return Response.json(verifySendGridSignature(delivery, { publicKey, wallNow: new Date() }))
    }
    const { config, mail } = (await request.json()) as { config: EmailSenderConfig; mail: OutgoingMail }
    const sender = openEmailSender(config)
    return Response.json(url.pathname === '/check' ? await sender.check() : await sender.send(mail))
  },
}
