import type { Context } from 'hono'
import { NotFoundError } from '../errors.ts'
import { isUuid } from '../uuid.ts'

/** The id in the path. One that cannot be an id is a record that does not exist, not an error of the database. */
export function readId(c: Context, what: string, name = 'id'): string {
  const id = c.req.param(name) ?? ''
  if (!isUuid(id)) throw new NotFoundError(what)
  return id.toLowerCase()
}
