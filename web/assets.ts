/** What `web/build.ts` wrote to `web/public/build/manifest.json`: logical name → URL with a content hash, cached for ever. */
export type Assets = {
  readonly 'app.css': string
  readonly 'app.js': string
  readonly 'htmx.js': string
  readonly 'font.woff2': string
  readonly 'icon.svg': string
  readonly buildId: string
}
