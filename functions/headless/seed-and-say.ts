import { randomBytes } from 'node:crypto'
import { countUsers, type SeedCounts } from '../../db/queries/seed.ts'
import { seedWorld, WAKE_UP_ID } from '../../seed/seed-world.ts'
import { ADMIN_EMAIL, DEMO_EMAIL } from '../../seed/write-users.ts'
import { hashPassword } from '../auth/passwords.ts'
import type { Config } from '../config.ts'
import type { Ctx } from '../context.ts'
import { dispatchJobs } from '../jobs/dispatch.ts'

export type SeedAnswer = ({ seeded: true } & SeedCounts) | { seeded: false; reason: string }

/** @param say takes lines for the terminal and for nothing else: the passwords are among them */
export async function seedAndSay(ctx: Ctx, say: (line: string) => void): Promise<SeedAnswer> {
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

/** A database without users is of no use to anybody who starts the app for the first time; in production it is theirs to fill. */
export async function seedFirstStart(ctx: Ctx, say: (line: string) => void): Promise<void> {
  if ((await countUsers(ctx.db)) > 0) return
  if (ctx.config.environment === 'production') {
    say('Nobody can sign in yet: `npm run seed -- --force-production` makes the first admin.')
    return
  }
  await seedAndSay(ctx, say)
  await dispatchJobs(ctx, [WAKE_UP_ID])
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
