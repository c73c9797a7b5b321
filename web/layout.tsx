import type { Child, PropsWithChildren } from 'hono/jsx'
import { BrandMark } from './brand-mark.tsx'
import { Icon } from './components/icon.tsx'
import { Banner } from './components/panels.tsx'
import { Document } from './document.tsx'
import { Rail } from './rail.tsx'
import { useView } from './view.ts'

export type Crumb = { readonly href: string; readonly label: string }

export type LayoutProps = PropsWithChildren<{
  /** The heading, and the beginning of the document's title. */
  title: string
  /** What the title counts: "2,653". */
  count?: string
  /** One line under the heading: chips, a state, who owns it. */
  subtitle?: Child
  /** The way here, without the page itself. */
  crumbs?: readonly Crumb[]
  /** Top right; the primary button last. */
  actions?: Child
  /** Between heading and content: why nothing is sending now, what is degraded. */
  banner?: Child
  /** `reading` keeps forms and text at a good measure; `wide` (default) is for lists. */
  width?: 'wide' | 'reading'
}>

/** The signed-in shell: rail, heading, flash, content. */
export function Layout(props: LayoutProps) {
  return (
    <Document title={props.title}>
      <a class="skip-link" href="#content">
        Skip to the content
      </a>
      <div class="shell">
        <Rail />
        <main id="content" class={`content content-${props.width ?? 'wide'}`} tabindex={-1}>
          <WorkspaceNotice />
          <header class="page-head">
            <div class="page-title">
              {props.crumbs && props.crumbs.length > 0 ? <Crumbs crumbs={props.crumbs} /> : null}
              <h1>
                {props.title}
                {props.count === undefined ? null : <span class="title-count">{props.count}</span>}
              </h1>
              {props.subtitle ? <div class="page-subtitle">{props.subtitle}</div> : null}
            </div>
            {props.actions ? <div class="page-actions">{props.actions}</div> : null}
          </header>
          <FlashMessage />
          {props.banner}
          {props.children}
        </main>
      </div>
    </Document>
  )
}

function WorkspaceNotice() {
  const { notice } = useView()
  if (notice === undefined) return null
  return (
    <p class={`notice tone-${notice.tone}`}>
      <Icon name="info" size={14} />
      {notice.text}
      {notice.href ? <a href={notice.href}>{notice.link_text ?? 'Look'}</a> : null}
    </p>
  )
}

function Crumbs(props: { crumbs: readonly Crumb[] }) {
  return (
    <nav aria-label="Breadcrumbs">
      <ol class="crumbs">
        {props.crumbs.map((crumb, index) => (
          <li>
            {index === 0 ? null : <Icon name="chevron-right" size={12} />}
            <a href={crumb.href}>{crumb.label}</a>
          </li>
        ))}
      </ol>
    </nav>
  )
}

function FlashMessage() {
  const { flash } = useView()
  if (flash === undefined) return null
  return (
    <Banner tone={flash.tone} live action={flash.href ? <a href={flash.href}>{flash.link_text}</a> : undefined}>
      {flash.text}
    </Banner>
  )
}

/** Pages without a session: sign-in, unsubscribe, errors. One narrow sheet. */
export function PublicLayout(props: PropsWithChildren<{ title: string; footer?: Child; heading?: string }>) {
  return (
    <Document title={props.title}>
      <main id="content" class="public">
        <div class="public-sheet">
          <Brand />
          <h1>{props.heading ?? props.title}</h1>
          <FlashMessage />
          {props.children}
        </div>
        {props.footer ? <p class="public-footer">{props.footer}</p> : null}
      </main>
    </Document>
  )
}

function Brand() {
  return (
    <p class="brand">
      <BrandMark />
      YardFlow <span>Hitlist</span>
    </p>
  )
}
