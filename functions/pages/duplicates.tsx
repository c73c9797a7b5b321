import { type Context, Hono } from 'hono'
import * as v from 'valibot'
import { findAccount, listAccounts } from '../../db/queries/accounts.ts'
import { countOpenPairs, listMerges, listPairs, listSides } from '../../db/queries/duplicate-lists.ts'
import { findPerson, listPeople } from '../../db/queries/people.ts'
import type { PairKind } from '../../db/tables/duplicate-pair.ts'
import { plural } from '../../web/format.ts'
import { DuplicatesPage } from '../../web/pages/duplicates/duplicates-page.tsx'
import { ChooseMergePage, MergePage } from '../../web/pages/duplicates/merge-page.tsx'
import { MergesPage } from '../../web/pages/duplicates/merges-page.tsx'
import { paths, routes } from '../../web/paths.ts'
import { mergeAccounts } from '../domain/accounts/merge-accounts.ts'
import { decidePairs, PAIR_DECISIONS } from '../domain/duplicates/decide-pairs.ts'
import { stageSearch } from '../domain/duplicates/find-duplicates.ts'
import { previewAccounts, previewPeople } from '../domain/duplicates/preview-merge.ts'
import { UNDO_MS, undoMerge } from '../domain/duplicates/undo-merge.ts'
import { mergePeople } from '../domain/people/merge-people.ts'
import type { SignedInEnv } from '../env.ts'
import { InvalidError, NotFoundError } from '../errors.ts'
import { readId } from '../middleware/read-id.ts'
import { transact } from '../transact.ts'
import { uuid } from '../uuid.ts'
import { activeEventOf, requireEvent } from './active-event.tsx'
import { readCursor } from './cursor.ts'
import { PAGE_SIZE, pageLinks, readChoice, readText, readUuid } from './list-query.ts'
import { actAndGoBack } from './outreach-sequence.ts'
import { readForm } from './read-form.ts'
import { redirectWithFlash, renderPage } from './render-page.tsx'

/** Records that may be the same: review, merge, undo. */
export const duplicatePages = new Hono<SignedInEnv>()

for (const route of [routes.duplicates, `${routes.duplicates}/*`, routes.mergePerson, routes.mergeAccount])
  duplicatePages.use(route, requireEvent('Duplicates'))

const KINDS = ['person', 'account'] as const
const SHOWN_STATES = ['open', 'later', 'not_same'] as const
/** Of a search for the record to merge with. */
const FOUND_AT_MOST = 20

const kindOf = (c: Context<SignedInEnv>): PairKind => readChoice(c, 'kind', KINDS) ?? 'person'

duplicatePages.get(routes.duplicates, async (c) => {
  const { db } = c.var.ctx
  const event_id = activeEventOf(c)
  const kind = kindOf(c)
  const state = readChoice(c, 'state', SHOWN_STATES) ?? 'open'
  const page = { cursor: readCursor(c.req.query('page'), 'double precision'), limit: PAGE_SIZE }
  const [pairs, counts] = await Promise.all([
    listPairs(db, { event_id, kind, state }, page),
    countOpenPairs(db, event_id),
  ])
  const links = pageLinks(pairs, (place) => paths.duplicates({ kind, state: state === 'open' ? '' : state, ...place }))
  return renderPage(c, <DuplicatesPage kind={kind} state={state} counts={counts} rows={pairs.rows} {...links} />)
})

duplicatePages.post(routes.findDuplicates, async (c) => {
  const { kind } = await c.req.parseBody()
  await transact(c.var.ctx, (tx) => stageSearch(tx, activeEventOf(c)))
  const text = 'The list is searched now. What may be the same appears here.'
  return redirectWithFlash(c, paths.duplicates({ kind: kind === 'account' ? kind : '' }), { tone: 'good', text })
})

const decisionSchema = v.object({
  pair: v.pipe(
    v.optional(
      v.union([
        v.array(uuid),
        v.pipe(
          uuid,
          v.transform((one) => [one]),
        ),
      ]),
      [],
    ),
    v.minLength(1, 'Choose a pair first.'),
    v.maxLength(PAGE_SIZE),
  ),
  decision: v.picklist(PAIR_DECISIONS),
  kind: v.optional(v.picklist(KINDS), 'person'),
  state: v.optional(v.picklist(SHOWN_STATES), 'open'),
})

const decided = { merge: 'merged', not_same: 'told apart for good', later: 'put off', open: 'back in review' } as const

duplicatePages.post(routes.decidePairs, async (c) => {
  const read = await readForm(c, decisionSchema)
  if (!read.isValid) throw new InvalidError(read.form.errors.pair ?? 'Choose what to do with the pair.')
  const { pair: ids, decision, kind, state } = read.output
  return actAndGoBack(c, paths.duplicates({ kind, state: state === 'open' ? '' : state }), async () => {
    const count = await decidePairs(c.var.ctx, { event_id: activeEventOf(c), ids, decision })
    return `${plural(count, 'pair is', 'pairs are')} ${decided[decision]}.`
  })
})

duplicatePages.get(routes.merges, async (c) => {
  const { db, clock } = c.var.ctx
  const event_id = activeEventOf(c)
  const cursor = readCursor(c.req.query('page'), 'timestamptz')
  const [merges, counts] = await Promise.all([
    listMerges(db, { event_id, cursor, limit: PAGE_SIZE }),
    countOpenPairs(db, event_id),
  ])
  const oldest = clock.now().getTime() - UNDO_MS
  const rows = merges.rows.map((merge) => ({
    ...merge,
    can_undo: merge.undone_at === null && merge.lost !== null && merge.merged_at.getTime() >= oldest,
  }))
  const links = pageLinks(merges, (place) => paths.merges(place))
  return renderPage(c, <MergesPage counts={counts} rows={rows} {...links} />)
})

duplicatePages.post(routes.undoMerge, async (c) => {
  const id = readId(c, 'merge')
  return actAndGoBack(c, paths.merges(), async () => {
    const { merge, kept } = await undoMerge(c.var.ctx, { event_id: activeEventOf(c), id })
    return [`${merge.lost_name} is on the list again.`, ...kept].join(' ')
  })
})

duplicatePages.get(routes.mergePerson, (c) => mergePage(c, 'person'))
duplicatePages.get(routes.mergeAccount, (c) => mergePage(c, 'account'))
duplicatePages.post(routes.mergePerson, (c) => merge(c, 'person'))
duplicatePages.post(routes.mergeAccount, (c) => merge(c, 'account'))

async function mergePage(c: Context<SignedInEnv>, kind: PairKind) {
  const { ctx } = c.var
  const event_id = activeEventOf(c)
  const id = readId(c, kind)
  const other_id = readUuid(c, 'with')
  if (other_id !== null) {
    const of = { event_id, survivor_id: id, lost_id: other_id }
    const preview = await (kind === 'person' ? previewPeople(ctx, of) : previewAccounts(ctx, of))
    if (preview === undefined) throw new NotFoundError(kind)
    return renderPage(c, <MergePage kind={kind} {...preview} />)
  }
  const record = await (kind === 'person' ? findPerson(ctx.db, event_id, id) : findAccount(ctx.db, event_id, id))
  if (record === undefined) throw new NotFoundError(kind)
  const q = readText(c, 'q')
  const found = q === null ? [] : await search(c, kind, q)
  const others = found.filter((side) => side.id !== id)
  return renderPage(c, <ChooseMergePage kind={kind} record={record} q={q ?? ''} found={others} />)
}

async function search(c: Context<SignedInEnv>, kind: PairKind, q: string) {
  const { db } = c.var.ctx
  const page = { sort: 'name', direction: 'asc', cursor: null, limit: FOUND_AT_MOST } as const
  const filter = { event_id: activeEventOf(c), q, owner: null }
  const { rows } =
    kind === 'person'
      ? await listPeople(
          db,
          {
            ...filter,
            persona: null,
            category: null,
            seniority: null,
            account_id: null,
            tiers: null,
            has_address: null,
          },
          page,
        )
      : await listAccounts(db, { ...filter, industry: null, tier: null, min_score: null, status: null }, page)
  const sides = await listSides(
    db,
    kind,
    rows.map(({ id }) => id),
  )
  return rows.flatMap(({ id }) => sides.get(id) ?? [])
}

async function merge(c: Context<SignedInEnv>, kind: PairKind) {
  const { ctx } = c.var
  const survivor_id = readId(c, kind)
  const read = await readForm(c, v.object({ with: uuid }))
  if (!read.isValid) throw new InvalidError('Choose the record to merge with.')
  const of = { event_id: activeEventOf(c), survivor_id, lost_id: read.output.with }
  await (kind === 'person' ? mergePeople(ctx, of) : mergeAccounts(ctx, of))
  const path = kind === 'person' ? paths.person(survivor_id) : paths.account(survivor_id)
  const link = { href: paths.merges(), link_text: 'Merges' }
  return redirectWithFlash(c, path, {
    tone: 'good',
    text: 'The two are one record now. You can undo it for 30 days.',
    ...link,
  })
}
