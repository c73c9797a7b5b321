import { insertActivity } from '../../../db/queries/activities.ts'
import { settlePairs } from '../../../db/queries/duplicates.ts'
import { lockEnrollmentsOf } from '../../../db/queries/erasure.ts'
import { lockEventForImport } from '../../../db/queries/imports.ts'
import { moveReferences } from '../../../db/queries/merge-references.ts'
import { lockAddresses, widenSuppressions, writeAddresses } from '../../../db/queries/merged-addresses.ts'
import {
  absorbEnrollments,
  listMeetingEnrollments,
  listStoppedByFacts,
  listWaitingForVisit,
} from '../../../db/queries/merged-enrollments.ts'
import {
  deleteLost,
  findMergeOf,
  insertMerge,
  insertMergeRows,
  lockRecords,
  writeColumns,
} from '../../../db/queries/merges.ts'
import { listNamesakes } from '../../../db/queries/people.ts'
import type { Row } from '../../../db/schema.ts'
import type { Actor, Ctx, TxCtx } from '../../context.ts'
import { NotFoundError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { rekeyPerson } from '../accounts/rekey-accounts.ts'
import { rescoreAccounts } from '../accounts/score-accounts.ts'
import { changedColumns } from '../duplicates/merge-fields.ts'
import { goOn } from '../sequences/close-waits.ts'
import { emptyPlanCache, wakeForNext } from '../sequences/plan-next.ts'
import { stopAll } from '../sequences/stop-enrollment.ts'
import { meetAddresses } from './meeting-addresses.ts'
import { meetEnrollments } from './meeting-enrollments.ts'
import { mergedPerson } from './merged-person.ts'

export interface MergeInput {
  event_id: string
  survivor_id: string
  lost_id: string
}

type Person = Row<'person'>
type Merging = MergeInput & { merge_id: string; kind: 'person'; survivor: Person; lost: Person; by: string; now: Date }

/**
 * Makes one person of two: what hangs on the one goes to the survivor, whose empty fields are filled, and no step of a sequence is
 * sent to them twice. Repeating it changes nothing.
 *
 * @throws NotFoundError when one of them is not on the event's list
 */
export async function mergePeople(ctx: Ctx & { actor: Actor }, input: MergeInput): Promise<{ merge_id: string }> {
  return transact(ctx, async (tx) => {
    const { event_id, survivor_id, lost_id } = input
    // The order everybody takes them in: what brings lists in, enrollments, people, accounts.
    await lockEventForImport(tx.db, event_id)
    await lockEnrollmentsOf(tx.db, [survivor_id, lost_id])
    const people = await lockRecords(tx.db, 'person', { event_id, ids: [survivor_id, lost_id] })
    const survivor = people.find(({ id }) => id === survivor_id)
    const lost = people.find(({ id }) => id === lost_id)
    if (survivor === undefined || survivor_id === lost_id) throw new NotFoundError('person')
    if (lost === undefined) {
      const before = await findMergeOf(tx.db, lost_id)
      if (before?.survivor_id !== survivor_id) throw new NotFoundError('person')
      return { merge_id: before.id }
    }
    const merge_id = crypto.randomUUID()
    const by = ctx.actor.user_id
    await merge(tx, { ...input, merge_id, kind: 'person', survivor, lost, by, now: tx.clock.now() })
    await insertActivity(tx.db, {
      event_id,
      account_id: survivor.account_id ?? lost.account_id,
      person_id: survivor_id,
      actor_id: by,
      kind: 'person.merged',
      summary: `${ctx.actor.name} merged ${lost.name} into ${survivor.name}`,
      detail: { merge_id },
      at: tx.clock.now(),
    })
    return { merge_id }
  })
}

async function merge(tx: TxCtx, merging: Merging): Promise<void> {
  const { merge_id, event_id, survivor, lost, by, now } = merging
  const columns = { ...(await withPlace(tx, survivor, lost)), updated_at: now }
  await insertMerge(tx.db, {
    id: merge_id,
    event_id,
    kind: 'person',
    survivor,
    lost,
    changed: changedColumns(survivor, columns),
    merged_by: by,
    now,
  })
  await meetInSequences(tx, merging)
  await moveReferences(tx.db, merging)
  await moveAddresses(tx, merging)
  await settlePairs(tx.db, merging)
  await deleteLost(tx.db, 'person', lost.id)
  await writeColumns(tx.db, 'person', { id: survivor.id, columns })
  await rekeyPerson(tx, survivor.id)
  await rescoreAccounts(tx, [survivor.account_id, lost.account_id], 'People merged')
  await stopByFacts(tx, survivor.id, by)
  await goOn(tx, await listWaitingForVisit(tx.db, survivor.id), emptyPlanCache())
  await wakeForNext(tx)
}

/** A survivor of no company comes to that of the other record, behind the namesakes there. */
async function withPlace(tx: TxCtx, survivor: Person, lost: Person): Promise<Partial<Person>> {
  const columns = mergedPerson(survivor, lost)
  if (columns.account_id === undefined) return columns
  const { event_id, name_key } = survivor
  const [last] = await listNamesakes(tx.db, { event_id, name_key, account_id: columns.account_id, except_id: lost.id })
  return { ...columns, namesake: last === undefined ? 0 : last.namesake + 1 }
}

async function meetInSequences(tx: TxCtx, { merge_id, survivor, lost, by }: Merging): Promise<void> {
  const enrollments = await listMeetingEnrollments(tx.db, [survivor.id, lost.id])
  const { stops, absorbed } = meetEnrollments(enrollments, survivor.id)
  await stopAll(
    tx,
    stops.map((stop) => ({ ...stop, by })),
  )
  const named = new Map(enrollments.map((enrollment) => [enrollment.id, enrollment.sequence_name]))
  await insertMergeRows(
    tx.db,
    merge_id,
    'stopped',
    stops.map(({ enrollment_id }) => ({
      row_id: enrollment_id,
      before: { sequence: named.get(enrollment_id) },
      after: null,
    })),
  )
  await absorbEnrollments(tx.db, merge_id, absorbed)
}

async function moveAddresses(tx: TxCtx, { merge_id, event_id, survivor, lost, by, now }: Merging): Promise<void> {
  const rows = await lockAddresses(tx.db, [survivor.id, lost.id])
  const own = rows.filter(({ person_id }) => person_id === survivor.id)
  const others = rows.filter(({ person_id }) => person_id === lost.id)
  const plan = meetAddresses(own, others, survivor.id)
  const after = new Map(plan.written.map((row) => [row.id, row]))
  await insertMergeRows(
    tx.db,
    merge_id,
    'email_address',
    rows.map((before) => ({ row_id: before.id, before, after: after.get(before.id) ?? null })),
  )
  await writeAddresses(tx.db, {
    person_ids: [survivor.id, lost.id],
    removed: plan.removed,
    written: plan.written,
    primary: plan.primary_id === null ? [] : [plan.primary_id],
  })
  const former_primaries = rows.filter(({ is_primary }) => is_primary).map(({ address_key }) => address_key)
  await widenSuppressions(tx.db, { merge_id, event_id, person_id: survivor.id, former_primaries, by, now })
}

async function stopByFacts(tx: TxCtx, person_id: string, by: string): Promise<void> {
  const stops = await listStoppedByFacts(tx.db, person_id)
  await stopAll(
    tx,
    stops.map(({ id, reason }) => ({ enrollment_id: id, reason, by })),
  )
}
