import type { Context } from 'hono'
import { findImport } from '../../db/queries/imports.ts'
import type { Row } from '../../db/schema.ts'
import type { SignedInEnv } from '../env.ts'
import { NotFoundError } from '../errors.ts'
import { readId } from '../middleware/read-id.ts'
import { activeEventOf } from './active-event.tsx'

/** The import in the path. @throws NotFoundError, of another event too */
export async function requireImport(c: Context<SignedInEnv>): Promise<Row<'import'>> {
  const run = await findImport(c.var.ctx.db, readId(c, 'import'))
  if (run === undefined || run.event_id !== activeEventOf(c)) throw new NotFoundError('import')
  return run
}
