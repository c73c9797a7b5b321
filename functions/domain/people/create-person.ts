import { isOwner } from '../../../db/queries/accounts.ts'
import { insertActivity } from '../../../db/queries/activities.ts'
import { insertPerson, listNamesakes } from '../../../db/queries/people.ts'
import type { Actor, Ctx } from '../../context.ts'
import { transact } from '../../transact.ts'
import { rescoreAccounts } from '../accounts/score-accounts.ts'
import { type PersonDetailsInput, personColumns } from './person-details.ts'
import { personasFor } from './personas.ts'
import { placeAtAccount } from './place-at-account.ts'

export type CreatePersonResult =
  | { outcome: 'created'; id: string }
  | { outcome: 'exists'; id: string; name: string }
  | { outcome: 'no_such_owner' }

/** Without a persona chosen, the title says which. */
export async function createPerson(
  ctx: Ctx & { actor: Actor },
  event_id: string,
  details: PersonDetailsInput,
): Promise<CreatePersonResult> {
  const { actor } = ctx
  return transact(ctx, async (tx) => {
    const columns = personColumns(details)
    if (columns.owner_id !== null && !(await isOwner(tx.db, columns.owner_id))) return { outcome: 'no_such_owner' }
    const account_id = await placeAtAccount(tx, event_id, details.company)
    const [same] = await listNamesakes(tx.db, { event_id, account_id, name_key: columns.name_key, except_id: null })
    if (same !== undefined) return { outcome: 'exists', id: same.id, name: same.name }
    const id = crypto.randomUUID()
    const now = tx.clock.now()
    const personas = columns.personas.length > 0 ? columns.personas : personasFor({ title: columns.title })
    await insertPerson(tx.db, { id, event_id, account_id, ...columns, personas, created_at: now, updated_at: now })
    await rescoreAccounts(tx, [account_id], `${details.name} added`)
    await insertActivity(tx.db, {
      event_id,
      account_id,
      person_id: id,
      actor_id: actor.user_id,
      kind: 'person.created',
      summary: `${actor.name} added ${details.name}`,
      at: now,
    })
    return { outcome: 'created', id }
  })
}
