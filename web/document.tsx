import type { PropsWithChildren } from 'hono/jsx'
import { useView } from './view.ts'

/**
 * htmx under a strict CSP: no indicator style sheet, no attribute may be evaluated as code, only our own origin.
 * Values are read as JSON.
 */
const htmxConfig = JSON.stringify({
  includeIndicatorCSS: false,
  mode: 'same-origin',
  history: false,
  defaultTimeout: 20_000,
})

/** `<html>` and `<head>` of every page. Nothing inline: script, style and font come by hashed address. */
export function Document(props: PropsWithChildren<{ title: string }>) {
  const { assets, theme } = useView()
  return (
    <html lang="en" data-theme={theme === undefined ? undefined : theme === 'dark' ? 'ink' : 'paper'}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content={theme ?? 'light dark'} />
        <meta name="robots" content="noindex" />
        <meta name="htmx-config" content={htmxConfig} />
        <title>{props.title} · YardFlow Hitlist</title>
        <link rel="preload" href={assets['font.woff2']} as="font" type="font/woff2" crossorigin="anonymous" />
        <link rel="stylesheet" href={assets['app.css']} />
        <link rel="icon" href={assets['icon.svg']} type="image/svg+xml" />
        <script src={assets['htmx.js']} defer />
        <script src={assets['app.js']} defer />
      </head>
      <body>{props.children}</body>
    </html>
  )
}
