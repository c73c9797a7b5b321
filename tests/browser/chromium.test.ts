import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axe, describeInChromium, saveScreenshot } from './chromium.ts'
import { findChromium } from './find-chromium.ts'

const STRICT_POLICY = "default-src 'none'; script-src 'self'; img-src 'self'; style-src 'self'"
const PAGES: Record<string, string> = {
  '/good': `<!doctype html><html lang="en"><head><title>Good</title></head><body><main><h1>Dock times</h1>
    <label for="name">Name</label><input id="name"></main></body></html>`,
  '/unlabelled': `<!doctype html><html lang="en"><head><title>Bad</title></head><body><main><h1>Form</h1>
    <input id="name"></main></body></html>`,
  '/throws': '<!doctype html><html lang="en"><title>Throws</title><script src="/throw.js"></script></html>',
  '/inline': '<!doctype html><html lang="en"><title>Inline</title><script>document.title = "ran"</script></html>',
  '/outside': '<!doctype html><html lang="en"><title>Out</title><script src="http://example.com/x.js"></script></html>',
  '/throw.js': 'throw new Error("the script broke")',
}

let server: Server
let url: string
beforeAll(async () => {
  server = createServer((request, response) => {
    const page = PAGES[request.url ?? '']
    const type = request.url?.endsWith('.js') ? 'text/javascript' : 'text/html; charset=utf-8'
    const policy = request.url === '/outside' ? '' : STRICT_POLICY
    response.writeHead(page === undefined ? 404 : 200, { 'content-type': type, 'content-security-policy': policy })
    response.end(page ?? '<!doctype html><html lang="en"><title>Not found</title></html>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

describeInChromium('a page in Chromium', (browser) => {
  it('opens, is looked at by axe under a strict policy, and is saved as a picture', async () => {
    const page = await browser.openPage({ viewport: { width: 800, height: 600 } })
    await page.goto(`${url}/good`)
    expect(await page.getByRole('heading').textContent()).toBe('Dock times')
    expect(await axe(page)).toEqual([])
    const picture = readFileSync(await saveScreenshot(page, 'chromium/good'))
    expect(picture.subarray(1, 4).toString()).toBe('PNG')
  })

  it('tells which element axe finds at fault', async () => {
    const page = await browser.openPage()
    await page.goto(`${url}/unlabelled`)
    expect(await axe(page)).toEqual([expect.stringMatching(/^label \(critical\): .* — #name — <input id="name">/)])
  })

  it('keeps the cookies of two pages apart', async () => {
    const [first, second] = [await browser.openPage(), await browser.openPage()]
    await first.goto(`${url}/good`)
    await first.context().addCookies([{ name: 'session', value: 'one', url }])
    expect(await second.context().cookies(url)).toEqual([])
  })

  it('lets a test expect an error', async () => {
    browser.expectError(/404/)
    const page = await browser.openPage()
    expect((await page.goto(`${url}/nowhere`))?.status()).toBe(404)
  })

  describe('fails when the page', () => {
    // it.fails passes only because the check after each test throws.
    const cases = [
      ['throws', '/throws'],
      ['breaks its policy', '/inline'],
      ['is not there', '/nowhere'],
      ['asks for something outside', '/outside'],
    ] as const
    it.fails.each(cases)('%s', async (_what, path) => {
      const page = await browser.openPage()
      await page.goto(url + path, { waitUntil: 'load' })
    })
  })
})

describe('findChromium', () => {
  it('believes CHROMIUM_PATH, and refuses one that cannot be run', () => {
    expect(findChromium({ CHROMIUM_PATH: process.execPath })).toBe(process.execPath)
    expect(findChromium({}, ['/nowhere/chromium', process.execPath])).toBe(process.execPath)
    expect(findChromium({}, ['/nowhere/chromium'])).toBeNull()
    expect(() => findChromium({ CHROMIUM_PATH: '/nowhere/chromium' })).toThrow('/nowhere/chromium')
  })
})
