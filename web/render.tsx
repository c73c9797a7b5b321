import type { Child } from 'hono/jsx'
import { type View, ViewContext } from './view.ts'

/** A whole document: `return c.html(renderPage(view, <AccountsPage … />), 200)`. */
export function renderPage(view: View, page: Child): string {
  return `<!doctype html>${renderFragment(view, page)}`
}

/** A piece for an htmx swap, with the same context as a page. */
export function renderFragment(view: View, piece: Child): string {
  const html = (<ViewContext.Provider value={view}>{piece}</ViewContext.Provider>).toString()
  if (typeof html !== 'string') throw new Error('Pages are pure functions of props: no component may be async')
  return html
}
