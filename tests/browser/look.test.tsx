import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Assets } from '../../web/assets.ts'
import { buildAssets } from '../../web/build.ts'
import { renderPage } from '../../web/render.tsx'
import { samplePages } from '../web/sample-pages.tsx'
import { describeInChromium } from './chromium.ts'
import { look } from './look.ts'

/** Draws every sample page with the built assets under a strict CSP: nothing refused, nothing axe minds, nothing sideways. */

const publicFolder = join(import.meta.dirname, '../../web/public')
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
const mimeTypes: Record<string, string> = {
  css: 'text/css',
  js: 'text/javascript',
  woff2: 'font/woff2',
  svg: 'image/svg+xml',
}

const wide = { viewport: { width: 1280, height: 800 } }
const phone = { viewport: { width: 360, height: 740 } }

describeInChromium('the look', (browser) => {
  let server: Server
  let origin: string

  beforeAll(async () => {
    server = await serveSamples()
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => server?.close())

  test('every sample page, light, dark and on a phone', async () => {
    // One page for all of them: a context of its own would cost each as much as looking.
    const page = await browser.openPage()
    for (const { name } of samplePages()) {
      await page.goto(`${origin}/${name}`)
      await look(page, name)
    }
  }, 600_000)

  test.each([
    ['tasks', 'Done'],
    ['tasks-all', 'Skip'],
    ['sequence-people', 'why'],
  ])('on a phone %s shows “%s” in every row, without moving sideways', async (name, text) => {
    const page = await browser.openPage({ viewport: { width: 390, height: 844 } })
    await page.goto(`${origin}/${name}`)
    for (const one of await page.locator('tbody').getByText(text, { exact: true }).all()) {
      const box = await one.boundingBox()
      expect((box?.x ?? 999) + (box?.width ?? 999)).toBeLessThanOrEqual(390 - 16)
    }
    expect(await page.locator('tbody').getByText(text, { exact: true }).count()).toBeGreaterThan(2)
  })

  test('a list of outreach fits a screen of 1280, and an opened script has room for its words', async () => {
    const page = await browser.openPage(wide)
    for (const name of ['sequences', 'tasks', 'tasks-all']) {
      await page.goto(`${origin}/${name}`)
      const tooWide = await page.evaluate(() => {
        const table = document.querySelector('.table-region')
        return table === null ? null : table.scrollWidth - table.clientWidth
      })
      expect([name, tooWide]).toEqual([name, 0])
      const cut = await page.evaluate(() =>
        [...document.querySelectorAll('td:has(.sentence)')].map((cell) => cell.scrollWidth - cell.clientWidth),
      )
      expect(cut.filter((pixels) => pixels > 0)).toEqual([])
    }
    await page.locator('.task-notes summary').first().click()
    expect((await page.locator('.task-notes p').first().boundingBox())?.width).toBeGreaterThan(200)
  })

  test('the menu of a phone opens without a script', async () => {
    const page = await browser.openPage({ ...phone, javaScriptEnabled: false })
    await page.goto(`${origin}/dashboard`)
    await expect(page.getByRole('link', { name: 'Accounts', exact: true }).first().isVisible()).resolves.toBe(false)
    await page.getByText('Menu', { exact: true }).click()
    await expect(page.locator('.rail-list').getByText('Accounts').isVisible()).resolves.toBe(true)
    await page.getByText('Dana Whitfield').click()
    await expect(page.getByText('Sign out', { exact: true }).isVisible()).resolves.toBe(true)
    await expect(page.locator('[data-theme-switch]').isVisible()).resolves.toBe(false)
  })

  test('theme, narrow menu and time zone are remembered for the server', async () => {
    const page = await browser.openPage({ ...wide, timezoneId: 'Asia/Tokyo', colorScheme: 'light' })
    await page.goto(`${origin}/dashboard`)
    await page.getByText('Dana Whitfield').click()
    await page.locator('[data-theme-switch]').click()
    await page.locator('.rail-collapse').click()
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('ink')
    const cookies = await page.context().cookies()
    const values = Object.fromEntries(cookies.map((cookie) => [cookie.name, decodeURIComponent(cookie.value)]))
    expect(values).toEqual({ tz: 'Asia/Tokyo', theme: 'dark', rail: 'narrow' })
  })

  test('j and k walk through the rows and Escape closes what is open', async () => {
    const page = await browser.openPage(wide)
    await page.goto(`${origin}/queue`)
    const focused = () => page.evaluate(() => document.activeElement?.textContent)
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    expect(await focused()).toBe('Job enrich-website')
    await page.keyboard.press('k')
    expect(await focused()).toBe('Job import-list')
    await page.locator('.event-switch summary').click()
    await page.keyboard.press('Escape')
    expect(await page.locator('.event-switch').getAttribute('open')).toBeNull()
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('SUMMARY')
  })
})

async function serveSamples(): Promise<Server> {
  const assets: Assets = await buildAssets()
  const server = createServer(async (request, response) => {
    const path = request.url ?? '/'
    const sample = samplePages().find((candidate) => `/${candidate.name}` === path)
    if (sample) {
      response.setHeader('content-type', 'text/html; charset=utf-8')
      response.setHeader('content-security-policy', contentSecurityPolicy)
      response.end(renderPage({ ...sample.view, assets }, sample.page))
    } else if (Object.values(assets).includes(path)) {
      response.setHeader('content-type', mimeTypes[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream')
      response.end(await readFile(join(publicFolder, path)))
    } else if (request.headers['hx-request'] !== undefined) {
      // A page that asks how far its import is: nothing new, however slow this machine is.
      response.writeHead(204).end()
    } else {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}
