import { insertActivity } from '../../../db/queries/activities.ts'
import { listRunningEnrollmentIdsOfPerson, lockProgress } from '../../../db/queries/enrollments.ts'
import { findPersonForUpdate, updatePersonColumns } from '../../../db/queries/people.ts'
import type { Actor, Ctx } from '../../context.ts'
import { NotFoundError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { stopAll } from '../sequences/stop-enrollment.ts'

interface Which {
  event_id: string
  id: string
}

/** A meeting is agreed: nothing that was planned leaves any more. Saying so twice changes nothing. */
export async function bookMeeting(ctx: Ctx & { actor: Actor }, { event_id, id }: Which): Promise<void> {
  await mark(ctx, { event_id, id, booked: true })
}

/** It was not, after all. What was stopped stays stopped; the person may be enrolled again. */
export async function unbookMeeting(ctx: Ctx & { actor: Actor }, { event_id, id }: Which): Promise<void> {
  await mark(ctx, { event_id, id, booked: false })
}

async function mark(ctx: Ctx & { actor: Actor }, { event_id, id, booked }: Which & { booked: boolean }): Promise<void> {
  const { actor } = ctx
  await transact(ctx, async (tx) => {
    // Enrollments before people: whoever plans a mail holds the one and refers to the other.
    const running = await listRunningEnrollmentIdsOfPerson(tx.db, id)
    await lockProgress(tx.db, running)
    const person = await findPersonForUpdate(tx.db, event_id, id)
    if (person === undefined) throw new NotFoundError('person')
    if ((person.meeting_booked_at !== null) === booked) return
    const now = tx.clock.now()
    await updatePersonColumns(tx.db, id, { meeting_booked_at: booked ? now : null, updated_at: now })
    if (booked)
      await stopAll(
        tx,
        running.map((enrollment_id) => ({
          enrollment_id,
          reason: 'meeting_booked',
          by: actor.user_id,
        })),
      )
    await insertActivity(tx.db, {
      event_id,
      account_id: person.account_id,
      person_id: id,
      actor_id: actor.user_id,
      kind: booked ? 'meeting.booked' : 'meeting.unbooked',
      summary: booked
        ? `${actor.name} booked a meeting with ${person.name}`
        : `${actor.name} took the meeting with ${person.name} back`,
      at: now,
    })
  })
}
