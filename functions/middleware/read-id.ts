import type { Context } from 'hono'
import { NotFoundError } from '../errors.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The id in the path. One that cannot be an id is a record that does not exist, not an error of the database. */
export function readId(c: Context, what: string, name = 'id'): string {
  const id = c.req.param(name) ?? ''
  if (!uuid.test(id)) throw new NotFoundError(what)
  return id.toLowerCase()
}
