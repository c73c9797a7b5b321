import { recordReply } from '../../../functions/domain/email/record-reply.ts'
import { MONDAY, messagesOf, type World } from './world.ts'

export async function addAccount(world: World, given: { domain?: string | null; name?: string } = {}): Promise<string> {
  const id = crypto.randomUUID()
  const name = given.name ?? `Acme ${id}`
  await world.database.db
    .insertInto('account')
    .values({
      id,
      event_id: world.event_id,
      name,
      name_key: name.toLowerCase(),
      domain: given.domain === undefined ? `${id}.test` : given.domain,
      created_at: MONDAY,
      updated_at: MONDAY,
    } as never)
    .execute()
  return id
}

/** A human answers the first mail to a person, from an address of their own or another one. */
export async function answer(world: World, person_id: string, given: { from_address?: string; text?: string } = {}) {
  const [message] = await messagesOf(world, person_id)
  return recordReply(world.ctx, {
    from_address: given.from_address ?? message?.to_address ?? '',
    to_addresses: ['rita@yardflow.test'],
    subject: 'Re: Meet',
    text: given.text ?? 'Tuesday is fine.',
    html: null,
    returned: '',
    headers: new Map([
      ['message-id', `<${crypto.randomUUID()}@acme.test>`],
      ['in-reply-to', `<${message?.message_id_header}>`],
    ]),
  })
}

/** Counted from Monday, when each test begins. */
export const moveToDay = (world: World, days: number) =>
  world.clock.advance(MONDAY.getTime() + days * 86_400_000 - world.clock.now().getTime())

/** The actor is a rep; some things are for admins. */
export function adminOf({ ctx }: World) {
  if (ctx.actor === null) throw new Error('The world has an actor')
  return { ...ctx, actor: { ...ctx.actor, role: 'ADMIN' as const } }
}
