import { Hono } from 'hono'
import { IntegrationsPage, type PortStatus } from '../../web/pages/settings/integrations-page.tsx'
import { paths, routes } from '../../web/paths.ts'
import type { Ctx } from '../context.ts'
import { type Check, checkHealth } from '../domain/health/check-health.ts'
import type { SignedInEnv } from '../env.ts'
import { renderPage } from './render-page.tsx'

export const integrationsPages = new Hono<SignedInEnv>()

/** What is connected, what stands in for it here, and which variable is missing. Values are never shown. */
integrationsPages.get(routes.integrations, async (c) => {
  const { ctx } = c.var
  const { checks } = await checkHealth(ctx, { ask_mail: true, count_all: false })
  const { publicUrl, mail } = ctx.config
  const webhooks = [{ label: 'Event webhook', url: publicUrl + paths.sendgridEvents() }]
  if (mail.mode !== 'off' && mail.inboundKey !== null)
    webhooks.push({ label: 'Inbound parse', url: `${publicUrl}${paths.sendgridInbound()}?key=<INBOUND_PARSE_KEY>` })
  return renderPage(c, <IntegrationsPage ports={portsOf(ctx, checks)} webhook_urls={webhooks} />)
})

function portsOf({ config }: Ctx, checks: Record<'database' | 'redis' | 'queue' | 'mail', Check>): PortStatus[] {
  const { queue, redis, mail, ai } = config
  const isLocalMail = mail.mode === 'local'
  const needs = (port: 'mail_events' | 'inbound', variable: string, value: string | null): PortStatus =>
    mail.mode === 'off' || value === null
      ? {
          port,
          mode: 'off',
          provider: 'SendGrid',
          missing: mail.mode === 'off' ? mail.missing : [variable],
          check: null,
        }
      : { port, mode: isLocalMail ? 'local' : 'real', provider: 'SendGrid', missing: [], check: null }
  return [
    {
      port: 'database',
      mode: config.databaseUrl === null ? 'local' : 'real',
      provider: config.databaseUrl === null ? 'PGlite' : 'PostgreSQL',
      missing: [],
      check: shown(checks.database),
    },
    portOf('queue', 'QStash', queue, 'qstash', checks.queue),
    portOf('redis', 'Upstash Redis', redis, 'redis', checks.redis),
    {
      ...portOf('mail', 'SendGrid', mail, 'sendgrid', checks.mail),
      ...(mail.mode !== 'off' &&
        mail.outboxUrl !== null && { link: { href: mail.outboxUrl, text: 'Open the outbox' } }),
    },
    needs('mail_events', 'SENDGRID_WEBHOOK_PUBLIC_KEY', mail.mode === 'off' ? null : mail.webhookPublicKey),
    needs('inbound', 'INBOUND_PARSE_KEY', mail.mode === 'off' ? null : mail.inboundKey),
    portOf('ai', ai.mode === 'off' ? 'OpenAI' : ai.model, ai, 'openai', null),
  ]
}

function portOf(
  port: PortStatus['port'],
  provider: string,
  part: { mode: string; missing?: string[] },
  real: string,
  check: Check | null,
): PortStatus {
  if (part.mode === 'off') return { port, mode: 'off', provider, missing: part.missing ?? [], check: null }
  return { port, mode: part.mode === real ? 'real' : 'local', provider, missing: [], check: check && shown(check) }
}

function shown(check: Check): PortStatus['check'] {
  const milliseconds = check.responseTime === undefined ? '' : ` in ${check.responseTime} ms`
  return check.status === 'ok'
    ? { ok: true, text: `Answers${milliseconds}` }
    : { ok: false, text: check.error ?? check.status }
}
