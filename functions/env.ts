import type { Assets } from '../web/assets.ts'
import type { Actor, Ctx } from './context.ts'

/** What every handler finds on Hono's context. */
export interface AppEnv {
  Variables: {
    ctx: Ctx
    /** set once the session has been read, which only guarded routes and the sign-in do */
    session_id?: string
    assets: Assets
    request_id: string
  }
}

/** The same behind the session guard: there the actor is never null, and the types prove it. */
export interface SignedInEnv {
  Variables: {
    ctx: Ctx & { actor: Actor }
    session_id: string
    assets: Assets
    request_id: string
  }
}

/** Everything with a lifetime, handed in for each request by the entry of the runtime. */
export interface Provided {
  ctx: Ctx
  assets: Assets
}
