import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'

/** What goes wrong with one POST /v3/mail/send. The names that begin with `accept_then` do take the mail first. */
export type Fault =
  /** Never answers; the connection stays open until the caller gives up. */
  | { kind: 'accept_then_silence' }
  /** TCP reset instead of an answer. */
  | { kind: 'accept_then_reset' }
  /** Takes the mail, then answers as if it had broken. */
  | { kind: 'accept_then_status'; status: 500 | 502 | 504 }
  /** Takes the mail and answers 202, late. */
  | { kind: 'accept_slowly'; delay_ms: number }
  | { kind: 'reset' }
  | { kind: 'silence' }
  | { kind: 'reject'; status: 401 | 403 | 429 | 500 | 502 | 503 | 504; retry_after_seconds?: number }

/** Decides for each send; undefined lets it through. `number` counts this process's sends from 1. */
export type FaultPlan = (send: { number: number; custom_args: Record<string, string>; to: string }) => Fault | undefined

export function takesTheMail(fault: Fault | undefined): boolean {
  return fault === undefined || fault.kind.startsWith('accept')
}

/** The faulty answer, once the mail has been taken or not; undefined where the usual 202 follows. */
export async function answerWithFault(fault: Fault, { incoming }: HttpBindings): Promise<Response | undefined> {
  switch (fault.kind) {
    case 'accept_then_silence':
    case 'silence':
      await new Promise((resolve) => incoming.socket.once('close', resolve))
      return RESPONSE_ALREADY_SENT
    case 'accept_then_reset':
    case 'reset':
      incoming.socket.resetAndDestroy()
      return RESPONSE_ALREADY_SENT
    case 'accept_then_status':
      return new Response(`<html><h1>${fault.status}</h1></html>`, { status: fault.status })
    case 'accept_slowly':
      await new Promise((resolve) => setTimeout(resolve, fault.delay_ms))
      return undefined
    case 'reject':
      return rejection(fault)
  }
}

function rejection(fault: Fault & { kind: 'reject' }): Response {
  const message = fault.status === 429 ? 'too many requests' : 'an injected fault'
  const headers: Record<string, string> = {}
  if (fault.retry_after_seconds !== undefined) headers['retry-after'] = String(fault.retry_after_seconds)
  return Response.json({ errors: [{ message, field: null, help: null }] }, { status: fault.status, headers })
}
