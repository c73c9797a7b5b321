import { isOwner } from '../../../db/queries/accounts.ts'
import { insertActivity } from '../../../db/queries/activities.ts'
import { listRunningEnrollmentIdsOfPerson, lockProgress } from '../../../db/queries/enrollments.ts'
import { findPersonForUpdate, listNamesakes, updatePersonColumns } from '../../../db/queries/people.ts'
import type { Actor, Ctx } from '../../context.ts'
import { NotFoundError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { rekeyPerson } from '../accounts/rekey-accounts.ts'
import { rescoreAccounts } from '../accounts/score-accounts.ts'
import { type EditablePerson, type PersonDetailsInput, personColumns } from './person-details.ts'
import { placeAtAccount } from './place-at-account.ts'

export type UpdatePersonResult =
  | { outcome: 'updated' | 'unchanged' | 'no_such_owner' }
  | { outcome: 'exists'; id: string; name: string }

/** Saving what is there already leaves no trace. Somebody who moves changes the score of both accounts. */
export async function updatePerson(
  ctx: Ctx & { actor: Actor },
  { event_id, id }: { event_id: string; id: string },
  details: PersonDetailsInput,
): Promise<UpdatePersonResult> {
  const { actor } = ctx
  return transact(ctx, async (tx) => {
    // Enrollments before people: whoever plans a mail holds the one and refers to the other.
    await lockProgress(tx.db, await listRunningEnrollmentIdsOfPerson(tx.db, id))
    const before = await findPersonForUpdate(tx.db, event_id, id)
    if (before === undefined) throw new NotFoundError('person')
    const columns = personColumns(details)
    const isNewOwner = columns.owner_id !== null && columns.owner_id !== before.owner_id
    if (isNewOwner && !(await isOwner(tx.db, columns.owner_id ?? ''))) return { outcome: 'no_such_owner' }
    const account_id = await placeAtAccount(tx, event_id, details.company, before.account_id)
    const changed: string[] = (Object.keys(columns) as (keyof EditablePerson)[]).filter(
      (name) => JSON.stringify(columns[name]) !== JSON.stringify(before[name]),
    )
    if (account_id !== before.account_id) changed.push('account_id')
    if (changed.length === 0) return { outcome: 'unchanged' }
    if (changed.includes('account_id') || changed.includes('name_key')) {
      const [same] = await listNamesakes(tx.db, { event_id, account_id, name_key: columns.name_key, except_id: id })
      if (same !== undefined) return { outcome: 'exists', id: same.id, name: same.name }
    }
    const now = tx.clock.now()
    await updatePersonColumns(tx.db, id, { ...columns, account_id, updated_at: now })
    if (account_id !== before.account_id) await rekeyPerson(tx, id)
    await rescoreAccounts(tx, [before.account_id, account_id], `${details.name} edited`)
    const shown = changed.flatMap((name) => fieldNames[name] ?? [])
    await insertActivity(tx.db, {
      event_id,
      account_id,
      person_id: id,
      actor_id: actor.user_id,
      kind: 'person.updated',
      summary: `${actor.name} changed ${shown.join(', ') || 'the record'} of ${details.name}`,
      detail: { changed },
      at: now,
    })
    return { outcome: 'updated' }
  })
}

/** Columns that follow from another one are not named. */
const fieldNames: Record<string, string> = {
  name: 'the name',
  title: 'the title',
  account_id: 'the company',
  category: 'the category',
  country: 'the country',
  phone: 'the phone',
  linkedin_url: 'the LinkedIn page',
  personas: 'the personas',
  owner_id: 'the owner',
  notes: 'the notes',
}
