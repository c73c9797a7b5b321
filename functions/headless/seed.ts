import { parseArgs } from 'node:util'
import { countUsers } from '../../db/queries/seed.ts'
import type { Ctx } from '../context.ts'
import { ConflictError } from '../errors.ts'
import { openCommandContext, progress, runCommand } from './open.ts'
import { seedAndSay } from './seed-and-say.ts'

const COMMAND = 'npm run seed -- --force-production'

// npm run seed [-- --force-production]: the sample world, once. Prints the logins on the terminal.
await runCommand(import.meta, async () => {
  const { values } = parseArgs({ options: { 'force-production': { type: 'boolean', default: false } } })
  const { ctx, close } = await openCommandContext()
  try {
    if (!values['force-production']) await refuseProduction(ctx)
    return { answer: { ...(await seedAndSay(ctx, progress)) } }
  } finally {
    await close()
  }
})

/**
 * Sample people do not belong among real ones.
 *
 * @throws ConflictError in production, and for a database on another machine that has users
 */
export async function refuseProduction({ config, db }: Pick<Ctx, 'config' | 'db'>): Promise<void> {
  if (config.environment === 'production')
    throw new ConflictError(
      `This is production: nothing was written. To make the first users and the sample world all the same: ${COMMAND}`,
    )
  if (config.databaseUrl === null || isOnThisMachine(config.databaseUrl)) return
  if ((await countUsers(db)) > 0)
    throw new ConflictError(
      `DATABASE_URL is on another machine and has users: nothing was written. To add the sample world all the same: ${COMMAND}`,
    )
}

function isOnThisMachine(url: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]', ''].includes(new URL(url).hostname)
}
