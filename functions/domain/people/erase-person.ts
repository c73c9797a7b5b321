import { insertAudit } from '../../../db/queries/audit.ts'
import {
  deletePeople,
  keepHashesAlone,
  listKnownAddresses,
  listSelves,
  lockEnrollmentsOf,
} from '../../../db/queries/erasure.ts'
import { findPerson } from '../../../db/queries/people.ts'
import type { Actor, Ctx } from '../../context.ts'
import { ForbiddenError, NotFoundError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { rescoreAccounts } from '../accounts/score-accounts.ts'
import { suppressAll } from '../email/suppress.ts'

/**
 * Deletes what is known of a human, at every event, because they demand it (GDPR, Art. 17) or an admin says so. What stays is a
 * hash of each of their addresses: imported again, they are left out. The audit says that it was done and by whom, not of whom.
 *
 * @returns at how many events they stood on the list
 */
export async function erasePerson(
  ctx: Ctx & { actor: Actor },
  { event_id, id }: { event_id: string; id: string },
): Promise<{ erased: number }> {
  if (ctx.actor.role !== 'ADMIN') throw new ForbiddenError('Only an admin may erase a person.')
  return transact(ctx, async (tx) => {
    if ((await findPerson(tx.db, event_id, id)) === undefined) throw new NotFoundError('person')
    const now = tx.clock.now()
    const selves = await listSelves(tx.db, id)
    const person_ids = selves.map((self) => self.id)
    await lockEnrollmentsOf(tx.db, person_ids)
    const address_keys = await listKnownAddresses(tx.db, person_ids)
    // Also stops namesakes-by-mailbox, whose records stay.
    await suppressAll(
      tx,
      address_keys.map((value) => ({ kind: 'address', value, reason: 'erased', source: 'erased', person_id: null })),
    )
    await keepHashesAlone(tx.db, address_keys, { user_id: ctx.actor.user_id, now })
    await deletePeople(tx.db, { person_ids, address_keys })
    await rescoreAccounts(
      tx,
      selves.map(({ account_id }) => account_id),
      'Somebody was erased',
    )
    await insertAudit(tx.db, {
      at: now,
      actor_id: ctx.actor.user_id,
      action: 'person.erased',
      subject_kind: 'person',
      subject_id: null,
      detail: { records: selves.length, addresses: address_keys.length },
    })
    return { erased: selves.length }
  })
}
