import { markReplyRead } from '../db/queries/replies.ts'
import { findLastMail, findOpenTask, findReplyOf } from '../db/queries/seed.ts'
import type { Actor } from '../functions/context.ts'
import { replySubject } from '../functions/domain/email/compose-mail.ts'
import { recordEmailEvents } from '../functions/domain/email/record-email-events.ts'
import { recordReply } from '../functions/domain/email/record-reply.ts'
import { unsubscribe } from '../functions/domain/email/unsubscribe.ts'
import { unsubscribeToken } from '../functions/domain/email/unsubscribe-token.ts'
import { completeTask, skipTask } from '../functions/domain/sequences/complete-task.ts'
import { enrollPeople } from '../functions/domain/sequences/enroll-people.ts'
import { pauseSequence } from '../functions/domain/sequences/pause-sequence.ts'
import { assertNever } from '../functions/errors.ts'
import type { Calendar } from './calendar.ts'
import { eventOf, passUntil, type Stage } from './stage.ts'
import { type Beat, storyOf } from './story.ts'
import { personIdOf } from './write-lists.ts'
import { sequenceIdOf } from './write-sequences.ts'

/** Plays the story from its first enrolment to the seed day: each beat is a call of the verb that a click or a webhook would call. */
export async function tellOutreach(
  stage: Stage,
  calendar: Calendar,
  reps: { admin: Actor; demo: Actor },
): Promise<void> {
  for (const beat of storyOf(calendar)) {
    await passUntil(stage, beat.at)
    await play(stage, beat, reps[beat.by ?? 'admin'])
  }
  await passUntil(stage, calendar.now)
}

async function play(stage: Stage, beat: Beat, rep: Actor): Promise<void> {
  const { ctx } = stage
  const ofRep = { ...ctx, actor: rep }
  switch (beat.does) {
    case 'open':
      return report(stage, beat.who, { event: 'open', sg_machine_open: false })
    case 'machine_open':
      return report(stage, beat.who, { event: 'open', sg_machine_open: true })
    case 'click':
      return report(stage, beat.who, { event: 'click', url: 'https://www.yardflow.com/' })
    case 'bounce':
      return report(stage, beat.who, { event: 'bounce', type: 'bounce', reason: beat.reason })
    case 'unsubscribe': {
      const mail = await requireMail(stage, beat.who)
      await unsubscribe(ctx, { token: unsubscribeToken(mail.id, ctx.config.appSecret ?? ''), via: 'one_click' })
      return
    }
    case 'reply':
      return reply(stage, beat)
    case 'read_reply': {
      const found = await findReplyOf(ctx.db, personIdOf(beat.who))
      return markReplyRead(ctx.db, { id: must(found, beat.who).id, now: ctx.clock.now() })
    }
    case 'enroll': {
      const person_ids = beat.whom.map(personIdOf)
      await enrollPeople(ofRep, { sequence_id: sequenceIdOf(beat.sequence), person_ids })
      return
    }
    case 'pause':
      return pauseSequence(ofRep, { sequence_id: sequenceIdOf(beat.sequence), reason: beat.reason })
    case 'finish_task':
      await completeTask(ofRep, { task_id: must(await findOpenTask(ctx.db, personIdOf(beat.who)), beat.who).id })
      return
    case 'skip_task':
      await skipTask(ofRep, { task_id: must(await findOpenTask(ctx.db, personIdOf(beat.who)), beat.who).id })
      return
    default:
      return assertNever(beat)
  }
}

/** A webhook about the newest mail to somebody. */
async function report({ ctx }: Stage, who: string, event: Record<string, unknown>): Promise<void> {
  const mail = await requireMail({ ctx }, who)
  await recordEmailEvents(ctx, [{ ...eventOf(mail.id, mail.to_address, ctx.clock.now()), ...event }])
}

async function reply({ ctx }: Stage, beat: Beat & { does: 'reply' }): Promise<void> {
  const mail = await requireMail({ ctx }, beat.who)
  await recordReply(ctx, {
    from_address: mail.to_address,
    to_addresses: [mail.from_address],
    subject: beat.subject ?? replySubject(mail.subject),
    text: beat.text,
    html: null,
    returned: '',
    headers: new Map([
      ['message-id', `<${mail.id}.reply@${mail.to_address.split('@')[1]}>`],
      ['in-reply-to', `<${mail.message_id_header}>`],
      ...(beat.is_automatic ? [['auto-submitted', 'auto-replied'] as const] : []),
    ]),
  })
}

const must = <Value>(value: Value | undefined, who: string): Value => {
  if (value === undefined) throw new Error(`The story asks ${who} for something that has not happened`)
  return value
}

const requireMail = async ({ ctx }: Pick<Stage, 'ctx'>, who: string) =>
  must(await findLastMail(ctx.db, personIdOf(who)), who)
