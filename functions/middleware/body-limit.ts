import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { routes } from '../../web/paths.ts'
import { TooLargeError } from '../errors.ts'

const MEGABYTE = 1024 * 1024

/** The rest of the app takes forms and small JSON. */
const DEFAULT_MEGABYTES = 1

/** By path: what may come in large. SendGrid's inbound parse carries mails up to 30 MB; nobody answers a sales mail with that. */
const megabytes: Record<string, number> = {
  [routes.import]: 50,
  [routes.importSuppressions]: 10,
  [routes.sendgridInbound]: 25,
  [routes.sendgridEvents]: 10,
}

/** Answers 413 from the Content-Length alone, or as soon as more has come than may. */
export const limitBody: MiddlewareHandler = (c, next) => {
  const most = megabytes[c.req.path] ?? DEFAULT_MEGABYTES
  const refuse = () => {
    throw new TooLargeError(`At most ${most} MB can be sent here.`)
  }
  return bodyLimit({ maxSize: most * MEGABYTE, onError: refuse })(c, next)
}
