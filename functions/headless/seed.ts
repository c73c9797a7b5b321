import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { countUsers, type SeedCounts } from '../../db/queries/seed.ts'
import { seedWorld } from '../../seed/seed-world.ts'
import { ADMIN_EMAIL, DEMO_EMAIL } from '../../seed/write-users.ts'
import { hashPassword } from '../auth/passwords.ts'
import type { Config } from '../config.ts'
import type { Ctx } from '../context.ts'
import { ConflictError } from '../errors.ts'
import { openCommandContext, progress, runCommand } from './open.ts'

// npm run seed [-- --force-production]: the sample world, once. Prints the logins on the terminal.
await runCommand(import.meta, async () => {
  const { values } = parseArgs({ options: { 'force-production': { type: 'boolean', default: false } } })
  const { ctx, close } = await openCommandContext()
  try {
    await refuseProduction(ctx, values['force-production'])
    return { answer: { ...(await seed(ctx, progress)) } }
  } finally {
    await close()
  }
})

/**
 * Sample people do not belong among real ones.
 *
 * @throws ConflictError in production, and on a database elsewhere that is in use, unless it is forced
 */
export async function refuseProduction({ config, db }: Pick<Ctx, 'config' | 'db'>, isForced: boolean): Promise<void> {
  if (isForced) return
  const hint = 'To write the sample world all the same: npm run seed -- --force-production'
  if (config.environment === 'production') throw new ConflictError(`This is a production environment. ${hint}`)
  if (config.databaseUrl === null || isOnThisMachine(config.databaseUrl)) return
  if ((await countUsers(db)) > 0)
    throw new ConflictError(`DATABASE_URL is on another machine, and somebody works there already. ${hint}`)
}

function isOnThisMachine(url: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]', ''].includes(new URL(url).hostname)
}

export type SeedAnswer = ({ seeded: true } & SeedCounts) | { seeded: false; reason: string }

/** @param say takes lines for the terminal and for nothing else: the passwords are among them */
export async function seed(ctx: Ctx, say: (line: string) => void): Promise<SeedAnswer> {
  const passwords = passwordsOf(ctx.config)
  const hashes = { admin: await hashPassword(passwords.admin), demo: await hashPassword(passwords.demo) }
  const result = await seedWorld(ctx, { hashes, progress: say })
  if (!result.seeded) {
    say(`${result.reason}; nothing was changed.`)
    return result
  }
  say(`Sign in as ${ADMIN_EMAIL} with ${passwords.admin}`)
  say(`        or ${DEMO_EMAIL} with ${passwords.demo}`)
  return { seeded: true, ...result.counts }
}

/** In development the same everywhere; in production what is given, else by chance. */
function passwordsOf({ environment, seedPasswords }: Config): { admin: string; demo: string } {
  const random = () => randomBytes(15).toString('base64url')
  const isProduction = environment === 'production'
  return {
    admin: seedPasswords.admin ?? (isProduction ? random() : 'YardFlow2026!'),
    demo: seedPasswords.demo ?? (isProduction ? random() : 'Demo2026!'),
  }
}
