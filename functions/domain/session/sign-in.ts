import * as v from 'valibot'
import { insertAudit } from '../../../db/queries/audit.ts'
import { findUserToSignIn, markSignedIn } from '../../../db/queries/users.ts'
import { endSession, startSession } from '../../auth/lucia.ts'
import { hashPassword, verifyPassword } from '../../auth/passwords.ts'
import type { Ctx } from '../../context.ts'
import { RateLimitedError } from '../../errors.ts'
import { checkLimit } from '../limits/check-limit.ts'
import { limitRules } from '../limits/limit-rules.ts'

/** Lengths are bounded so that nothing large is compared, counted or hashed; everything else is simply wrong. */
export const signInSchema = v.object({
  email: v.pipe(v.string(), v.trim(), v.nonEmpty('Type your email address'), v.maxLength(320, 'This is too long')),
  password: v.pipe(v.string(), v.nonEmpty('Type your password'), v.maxLength(4096, 'This is too long')),
})

export type SignInInput = v.InferOutput<typeof signInSchema> & {
  client_ip: string
  user_agent: string | null
  /** of the browser that signs in: it ends, so that a token planted before is worth nothing */
  previous_token: string | null
}

export type SignInResult = { outcome: 'signed_in'; token: string } | { outcome: 'refused' }

/**
 * Starts a session. A user who is unknown, deactivated or without a password gets the same answer after the same work as
 * one who mistyped.
 *
 * @throws RateLimitedError after too many tries from one address, or too many wrong ones for one account
 */
export async function signIn(ctx: Ctx, input: SignInInput): Promise<SignInResult> {
  await limit(ctx, limitRules.login_by_ip, input.client_ip)
  const user = await findUserToSignIn(ctx.db, input.email)
  // A success begins a new count, because its moment is part of what is counted.
  const since = user?.signed_in_at?.toISOString() ?? ''
  await limit(ctx, limitRules.login_by_account, `${input.email.toLowerCase()} ${since}`)

  const { isRight, isOutdated } = await verifyPassword(user?.password_hash ?? null, input.password)
  if (user === undefined || !isRight) return { outcome: 'refused' }

  const now = ctx.clock.now()
  await markSignedIn(ctx.db, {
    id: user.id,
    now,
    password_hash: isOutdated ? await hashPassword(input.password) : null,
  })
  if (input.previous_token !== null) await endSession(ctx, input.previous_token)
  const token = await startSession(ctx, user.id, input.user_agent)
  await insertAudit(ctx.db, {
    at: now,
    actor_id: user.id,
    action: 'session.signed_in',
    subject_kind: 'user',
    subject_id: user.id,
    detail: { user_agent: input.user_agent?.slice(0, 300) ?? null },
  })
  return { outcome: 'signed_in', token }
}

async function limit(ctx: Ctx, rule: Parameters<typeof checkLimit>[1], identifier: string): Promise<void> {
  const decision = await checkLimit({ cache: ctx.services.cache, db: ctx.db, clock: ctx.clock }, rule, identifier)
  if (decision.outcome === 'denied') throw new RateLimitedError(decision.retry_after_seconds)
}
