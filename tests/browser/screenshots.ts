import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateSync, inflateSync } from 'node:zlib'
import { type Browser, chromium, type Page } from 'playwright-core'
import { seedFirstStart } from '../../functions/headless/seed-and-say.ts'
import { type RunningApp, startApp } from '../../functions/node.ts'
import { movableClock } from '../../functions/ports/clock.ts'
import { paths } from '../../web/paths.ts'
import { CHROMIUM_FLAGS, findChromium } from './find-chromium.ts'

/** npm run screenshots: the pictures of README.md, of the world of the first start on a Tuesday, 10:20 in New York. */
const MIDNIGHT = new Date('2027-03-02T00:00:00Z')
const MINUTES_PASSED = 15 * 60 + 20
const FOLDER = new URL('../screenshots/', import.meta.url).pathname
/** They are in the repository, so they are kept small. */
const MOST_BYTES = 150_000
const DESK = { width: 1280, height: 720 }
const PHONE = { width: 390, height: 844 }
// Of a PNG, and of its chunks: length, type and checksum.
const SIGNATURE_BYTES = 8
const FRAME_BYTES = 12
const RGB_BYTES = 3

const executablePath = findChromium()
if (executablePath === null) throw new Error('There is no Chromium on this machine. Install it or set CHROMIUM_PATH.')
const folder = await mkdtemp(join(tmpdir(), 'screenshots-'))
const said: string[] = []
const clock = movableClock(MIDNIGHT)
const app = await startApp({
  env: { DATA_DIR: folder },
  clock,
  port: 0,
  autoDeliver: false,
  write: { info: () => {}, error: (line) => process.stderr.write(`${line}\n`) },
})
try {
  await seedFirstStart(app.ctx, (line) => said.push(line))
  for (let passed = 0; passed < MINUTES_PASSED; passed += 10) {
    clock.advance(10 * 60_000)
    await app.local.queue?.deliverDue()
  }
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS })
  try {
    process.stdout.write(`${JSON.stringify({ files: await shootAll(browser, app) })}\n`)
  } finally {
    await browser.close()
  }
} finally {
  await app.close()
  await rm(folder, { recursive: true })
}

async function shootAll(browser: Browser, { url, ctx }: RunningApp): Promise<string[]> {
  await mkdir(FOLDER, { recursive: true })
  const sequence = await ctx.db
    .selectFrom('sequence')
    .select('id')
    .where('status', '=', 'active')
    .orderBy('name')
    .execute()
  const pages = [
    { name: 'dashboard', path: paths.dashboard(), viewport: DESK },
    { name: 'accounts', path: paths.accounts(), viewport: DESK },
    { name: 'people', path: paths.people(), viewport: DESK },
    { name: 'sequence', path: paths.sequence(sequence[0]?.id ?? ''), viewport: DESK },
    { name: 'phone', path: paths.dashboard(), viewport: PHONE },
  ]
  const files: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ colorScheme, timezoneId: 'America/New_York', locale: 'en-US' })
    const page = await context.newPage()
    await signIn(page, url)
    for (const { name, path, viewport } of pages) {
      await page.setViewportSize(viewport)
      await page.goto(url + path, { waitUntil: 'networkidle' })
      files.push(await shoot(page, colorScheme === 'light' ? name : `${name}-dark`))
    }
    await context.close()
  }
  return files
}

async function signIn(page: Page, url: string): Promise<void> {
  const [, email = '', password = ''] = said.join('\n').match(/Sign in as (\S+) with (\S+)/) ?? []
  await page.goto(url + paths.login())
  await page.fill('[name=email]', email)
  await page.fill('[name=password]', password)
  await page.press('[name=password]', 'Enter')
  await page.waitForURL(url + paths.dashboard())
}

async function shoot(page: Page, name: string): Promise<string> {
  const path = join(FOLDER, `${name}.png`)
  const picture = deflateAgain(await page.screenshot({ animations: 'disabled', caret: 'hide' }))
  if (picture.length > MOST_BYTES) throw new Error(`${name}.png has ${picture.length} bytes, more than ${MOST_BYTES}`)
  await writeFile(path, picture)
  return `tests/screenshots/${name}.png`
}

/** The same pixels in three quarters of the bytes: flat areas and repeated letters compress best unfiltered. */
function deflateAgain(png: Buffer): Buffer {
  const parts = [png.subarray(0, SIGNATURE_BYTES)]
  const data: Buffer[] = []
  let lineBytes = 0
  for (let at = SIGNATURE_BYTES; at < png.length; ) {
    const size = png.readUInt32BE(at)
    const type = png.toString('latin1', at + 4, at + 8)
    if (type === 'IHDR') lineBytes = png.readUInt32BE(at + 8) * RGB_BYTES
    if (type === 'IDAT') data.push(png.subarray(at + 8, at + 8 + size))
    if (type === 'IEND') {
      const lines = unfilter(inflateSync(Buffer.concat(data)), lineBytes)
      parts.push(chunk('IDAT', deflateSync(lines, { level: 9, memLevel: 9 })))
    }
    if (type !== 'IDAT') parts.push(png.subarray(at, at + size + FRAME_BYTES))
    at += size + FRAME_BYTES
  }
  return Buffer.concat(parts)
}

/** Undoes the five filters of PNG in place; the first byte of each line names the filter. */
function unfilter(lines: Buffer, lineBytes: number): Buffer {
  const at = (index: number) => lines[index] ?? 0
  for (let start = 0; start < lines.length; start += lineBytes + 1) {
    const filter = at(start)
    lines[start] = 0
    for (let x = 1; x <= lineBytes; x++) {
      const left = x > RGB_BYTES ? at(start + x - RGB_BYTES) : 0
      const up = start > 0 ? at(start + x - lineBytes - 1) : 0
      const corner = start > 0 && x > RGB_BYTES ? at(start + x - lineBytes - 1 - RGB_BYTES) : 0
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0
      lines[start + x] = (at(start + x) + predicted) & 0xff
    }
  }
  return lines
}

function paeth(left: number, up: number, corner: number): number {
  const [toLeft, toUp, toCorner] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)]
  if (toLeft <= toUp && toLeft <= toCorner) return left
  return toUp <= toCorner ? up : corner
}

function chunk(type: string, data: Buffer): Buffer {
  const framed = Buffer.alloc(data.length + FRAME_BYTES)
  framed.writeUInt32BE(data.length, 0)
  framed.write(type, 4, 'latin1')
  data.copy(framed, 8)
  framed.writeUInt32BE(crc32(framed.subarray(4, 8 + data.length)), 8 + data.length)
  return framed
}
