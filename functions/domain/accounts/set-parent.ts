import * as v from 'valibot'
import { findAccountCalled, listSubsidiaries, lockKeyedEnrollments } from '../../../db/queries/account-keys.ts'
import { findAccountForUpdate, updateAccountColumns } from '../../../db/queries/accounts.ts'
import { insertActivity } from '../../../db/queries/activities.ts'
import type { Actor, Ctx } from '../../context.ts'
import { InvalidError, NotFoundError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { optionalText } from '../form-fields.ts'
import { companyKey } from './normalise-company.ts'
import { accountDomain } from './normalise-domain.ts'
import { rekeyAccounts } from './rekey-accounts.ts'

/** By name or website; nothing: it belongs to nobody. */
export const parentSchema = v.object({ parent: optionalText(300) })

/**
 * Says that an account is part of another one of the event: their people are colleagues, for caps and for what a reply stops,
 * from the next claim on. One level deep: a parent has no parent.
 *
 * @throws InvalidError at the field `parent`
 */
export async function setParent(
  ctx: Ctx & { actor: Actor },
  { event_id, id }: { event_id: string; id: string },
  { parent }: v.InferOutput<typeof parentSchema>,
): Promise<void> {
  const { actor } = ctx
  await transact(ctx, async (tx) => {
    // Enrollments before accounts: whoever plans a mail holds the one and refers to the other.
    await lockKeyedEnrollments(tx.db, [id])
    const account = await findAccountForUpdate(tx.db, event_id, id)
    if (account === undefined) throw new NotFoundError('account')
    const found = parent === null ? undefined : await requireParent(tx, { event_id, id, parent })
    if (account.parent_id === (found?.id ?? null)) return
    const now = tx.clock.now()
    await updateAccountColumns(tx.db, id, { parent_id: found?.id ?? null, updated_at: now })
    await rekeyAccounts(tx, [id])
    await insertActivity(tx.db, {
      event_id,
      account_id: id,
      actor_id: actor.user_id,
      kind: 'account.updated',
      summary:
        found === undefined
          ? `${actor.name} said that ${account.name} belongs to no other account`
          : `${actor.name} said that ${account.name} belongs to ${found.name}`,
      detail: { changed: ['parent_id'] },
      at: now,
    })
  })
}

async function requireParent(
  ctx: Ctx,
  { event_id, id, parent }: { event_id: string; id: string; parent: string },
): Promise<{ id: string; name: string }> {
  const refuse = (message: string) => new InvalidError(message, { parent: message })
  const of = { event_id, name_key: companyKey(parent), domain: accountDomain(parent), except_id: id }
  const found = await findAccountCalled(ctx.db, of)
  if (found === undefined) throw refuse('No other account on the list has this name or website')
  if (found.parent_id !== null) throw refuse(`${found.name} belongs to another account itself: choose that one`)
  const [subsidiary] = await listSubsidiaries(ctx.db, id)
  if (subsidiary !== undefined) throw refuse(`${subsidiary.name} belongs to this account: it cannot belong to another`)
  return found
}
