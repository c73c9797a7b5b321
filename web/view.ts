import { createContext, useContext } from 'hono/jsx'
import type { Assets } from './assets.ts'

/**
 * What every page knows beside its own props. A handler makes one a request and hands it to `renderPage`.
 * `user` is null on public pages.
 */
export type View = {
  readonly assets: Assets
  readonly now: Date
  /** IANA zone of the viewer: the `tz` cookie the client writes, else the active event's zone, else UTC. */
  readonly time_zone: string
  /** From the `theme` cookie; undefined follows the system. */
  readonly theme?: 'light' | 'dark'
  /** From the `rail` cookie. */
  readonly narrow_rail?: boolean
  /** Path of this request, to mark the place in the rail. */
  readonly path: string
  readonly user: Viewer | null
  readonly events: readonly EventChoice[]
  readonly active_event: EventChoice | null
  readonly flash?: Flash
  /** Counts next to a rail entry; only what waits for the person. */
  readonly waiting?: { readonly replies?: number; readonly failed_jobs?: number }
  /** One line over every page: what is degraded, out of window, local. */
  readonly notice?: Notice
}

export type Viewer = {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly role: 'ADMIN' | 'MEMBER'
}
export type EventChoice = { readonly id: string; readonly name: string }
export type Tone = 'neutral' | 'good' | 'bad' | 'waiting' | 'info'
/** `href` leads to what the line speaks of. */
export type Flash = { readonly tone: Tone; readonly text: string; readonly href?: string; readonly link_text?: string }
export type Notice = { readonly tone: Tone; readonly text: string; readonly href?: string; readonly link_text?: string }

export const ViewContext = createContext<View | null>(null)

export function useView(): View {
  const view = useContext(ViewContext)
  if (view === null) throw new Error('This component needs renderPage or renderFragment around it')
  return view
}
