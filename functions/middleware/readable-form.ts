import { createMiddleware } from 'hono/factory'
import type { AppEnv } from '../env.ts'
import { InvalidError } from '../errors.ts'

/** A body that is no form is told before anything is done. Hono keeps what it has parsed: nobody reads it again. */
export const refuseUnreadableForms = createMiddleware<AppEnv>(async (c, next) => {
  if (c.req.method === 'POST' && c.req.header('Content-Type') !== undefined)
    await c.req.formData().catch(() => {
      throw new InvalidError('What was sent is not a form, or it was cut off.')
    })
  await next()
})
