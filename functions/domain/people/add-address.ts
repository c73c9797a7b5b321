import * as v from 'valibot'
import { insertActivity } from '../../../db/queries/activities.ts'
import { findPersonForUpdate, upsertGivenAddress } from '../../../db/queries/people.ts'
import type { Actor, Ctx } from '../../context.ts'
import { NotFoundError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { requiredText } from '../form-fields.ts'
import { parseAddress } from './parse-address.ts'

export const addressSchema = v.object({
  address: v.pipe(
    requiredText(254, 'Type an address'),
    v.check((text) => parseAddress(text) !== null, 'This is not an address'),
  ),
})

/** An address that somebody types is a fact, and the one that mail goes to from now on. */
export async function addAddress(
  ctx: Ctx & { actor: Actor },
  { event_id, id }: { event_id: string; id: string },
  input: v.InferOutput<typeof addressSchema>,
): Promise<{ address: string }> {
  const { actor } = ctx
  const parsed = parseAddress(input.address)
  if (parsed === null) throw new Error('addressSchema lets only addresses through')
  return transact(ctx, async (tx) => {
    const person = await findPersonForUpdate(tx.db, event_id, id)
    if (person === undefined) throw new NotFoundError('person')
    const now = tx.clock.now()
    const isNew = await upsertGivenAddress(tx.db, { person_id: id, ...parsed, given_by: actor.user_id, now })
    if (isNew)
      await insertActivity(tx.db, {
        event_id,
        account_id: person.account_id,
        person_id: id,
        actor_id: actor.user_id,
        kind: 'person.address_added',
        summary: `${actor.name} gave ${person.name} the address ${parsed.address}`,
        at: now,
      })
    return { address: parsed.address }
  })
}
