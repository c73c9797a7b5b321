import { endSession } from '../../auth/lucia.ts'
import type { Ctx } from '../../context.ts'

/** Ends one session. Twice is the same as once. */
export async function signOut(ctx: Ctx, token: string): Promise<void> {
  await endSession(ctx, token)
}
