import { recordUnsubscribe } from '../../../db/queries/email-events.ts'
import { findMessage } from '../../../db/queries/message-decisions.ts'
import type { Ctx } from '../../context.ts'
import { transact } from '../../transact.ts'
import { suppressAll } from './suppress.ts'
import { readUnsubscribeToken } from './unsubscribe-token.ts'

/** Whose address a link stops, partly hidden: the link may have been forwarded. undefined for a forged or cut-off token. */
export async function findUnsubscribe(ctx: Ctx, token: string): Promise<{ address: string } | undefined> {
  const message = await messageOf(ctx, token)
  return message?.to_address ? { address: maskAddress(message.to_address) } : undefined
}

/** Final and idempotent: the address is suppressed everywhere, and nothing planned for it leaves. */
export async function unsubscribe(
  ctx: Ctx,
  input: { token: string; via: 'link' | 'one_click' },
): Promise<{ address: string } | undefined> {
  const message = await messageOf(ctx, input.token)
  if (!message?.to_address) return undefined
  const address = message.to_address
  await transact(ctx, async (tx) => {
    await suppressAll(tx, [
      {
        kind: 'address',
        value: address.toLowerCase(),
        reason: 'unsubscribed',
        source: input.via,
        person_id: message.person_id,
      },
    ])
    await recordUnsubscribe(tx.db, { message_id: message.id, via: input.via, now: tx.clock.now() })
  })
  return { address: maskAddress(address) }
}

async function messageOf(ctx: Ctx, token: string) {
  const { appSecret } = ctx.config
  const id = appSecret === null ? undefined : readUnsubscribeToken(token, appSecret)
  return id === undefined ? undefined : findMessage(ctx.db, id)
}

/** jane.doe@acme.com → j•••e@acme.com */
function maskAddress(address: string): string {
  const at = address.lastIndexOf('@')
  const local = address.slice(0, at)
  return `${local.slice(0, 1)}•••${local.length > 2 ? local.slice(-1) : ''}${address.slice(at)}`
}
