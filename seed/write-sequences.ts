import { insertCampaign } from '../db/queries/seed.ts'
import { insertSequence } from '../db/queries/sequences.ts'
import { type NewStep, replaceSteps } from '../db/queries/steps.ts'
import { saveVersion } from '../db/queries/versions.ts'
import type { Actor, Ctx } from '../functions/context.ts'
import { activateSequence } from '../functions/domain/sequences/activate-sequence.ts'
import { namedUuid } from '../functions/uuid.ts'
import type { Calendar } from './calendar.ts'
import type { SequenceName } from './story.ts'
import { meetingSteps, partnerSteps, reminderSteps } from './texts.ts'

export const sequenceIdOf = (name: SequenceName) => namedUuid(`seed sequence ${name}`)

const CAMPAIGN_ID = namedUuid('seed campaign Manifest 2027')

interface Draft {
  name: SequenceName
  title: string
  /** stands in every mail's footer */
  contact_reason: (show: string) => string
  steps: readonly Omit<NewStep, 'id' | 'step_key' | 'position'>[]
}

const meetings: Draft = {
  name: 'meetings',
  title: 'Manifest: meetings with operations',
  contact_reason: (show) => `You are on the list of attendees of ${show}, where we exhibit.`,
  steps: meetingSteps,
}
const partners: Draft = {
  name: 'partners',
  title: 'Manifest: partners on the floor',
  contact_reason: (show) => `Your company exhibits at ${show}, as we do.`,
  steps: partnerSteps,
}
const reminder: Draft = {
  name: 'reminder',
  title: 'Manifest: the week of the show',
  contact_reason: (show) => `You are on the list of attendees of ${show}, where we exhibit.`,
  steps: reminderSteps,
}

/** The campaign of the first show, two sequences that may write and one that is still being written. */
export async function writeSequences(
  ctx: Ctx,
  calendar: Calendar,
  { event_id, event_name, admin, demo }: { event_id: string; event_name: string; admin: Actor; demo: Actor },
): Promise<void> {
  const now = ctx.clock.now()
  await insertCampaign(ctx.db, {
    id: CAMPAIGN_ID,
    event_id,
    name: `${event_name}: fill the booth calendar`,
    status: 'active',
    personas: ['executive_operations', 'operations', 'procurement'],
    min_score: 30,
    goal_replies: 12,
    goal_meetings: 8,
    starts_on: now.toISOString().slice(0, 10),
    ends_on: calendar.dayAhead(5, 3),
    owner_id: admin.user_id,
    created_at: now,
    updated_at: now,
  })
  await writeDraft(ctx, meetings, { event_id, event_name, owner: admin })
  for (const draft of [partners, reminder]) await writeDraft(ctx, draft, { event_id, event_name, owner: demo })
  for (const { name } of [meetings, partners]) await activateSequence(ctx, { sequence_id: sequenceIdOf(name) })
}

async function writeDraft(
  ctx: Ctx,
  { name, title, contact_reason, steps }: Draft,
  { event_id, event_name, owner }: { event_id: string; event_name: string; owner: Actor },
): Promise<void> {
  const id = sequenceIdOf(name)
  const now = ctx.clock.now()
  await insertSequence(ctx.db, {
    id,
    event_id,
    campaign_id: CAMPAIGN_ID,
    name: title,
    owner_id: owner.user_id,
    from_name: owner.name,
    from_address: `${owner.name.toLowerCase().replace(' ', '.')}@yardflow.com`,
    reply_to: null,
    time_zone: owner.time_zone,
    daily_cap: 60,
    // The story is told on the days before the first start, whichever they are: a holiday among them must not stop it.
    skip_holidays: name === 'reminder',
    track_clicks: name === 'meetings',
    // Several people of one company are asked at once, and each answer is for one of them.
    colleague_reply: name === 'meetings' ? 'nothing' : 'hold',
    contact_reason: contact_reason(event_name),
    created_at: now,
    updated_at: now,
  })
  await replaceSteps(
    ctx.db,
    { sequence_id: id, version: 1, now },
    steps.map((step, index) => ({
      id: namedUuid(`seed step ${name} ${index}`),
      step_key: namedUuid(`seed step key ${name} ${index}`),
      position: index + 1,
      ...step,
    })),
  )
  const choice = 'after_current_step' as const
  await saveVersion(ctx.db, { sequence_id: id, version: 1, choice, saved_by: owner.user_id, now })
}
