import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { RunOptions, Result as Violation } from 'axe-core'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import { CHROMIUM_FLAGS, findChromium } from './find-chromium.ts'

const OUTPUT_DIRECTORY = new URL('../.out/', import.meta.url).pathname
const HERE = ['127.0.0.1', 'localhost', '[::1]']

export interface TestBrowser {
  /**
   * A page in a context of its own, so with no cookies of others. The test fails when the page reports an error on the
   * console, throws, or asks for anything that is not on this machine.
   */
  openPage(options?: BrowserContextOptions): Promise<Page>
  /** For this test, an error that fits is part of what is tested: Chromium reports even a 422 on the console. */
  expectError(pattern: RegExp): void
}

/** A `describe` whose tests have a Chromium; without one on this machine they are skipped and the reason is printed. */
export function describeInChromium(name: string, tests: (browser: TestBrowser) => void): void {
  const executablePath = findChromium()
  if (executablePath === null) {
    console.info(`Skipped: "${name}" needs Chromium. Install it or set CHROMIUM_PATH.`)
    describe.skip(name, () => tests(absentBrowser))
    return
  }
  describe(name, () => tests(useChromium(executablePath)))
}

const absentBrowser: TestBrowser = {
  openPage: () => Promise.reject(new Error('There is no Chromium on this machine')),
  expectError: () => {},
}

function useChromium(executablePath: string): TestBrowser {
  let browser: Browser
  let contexts: BrowserContext[] = []
  let problems: string[] = []
  let expected: RegExp[] = []

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS })
  })
  afterEach(async () => {
    await Promise.all(contexts.map((context) => context.close()))
    const unexpected = problems.filter((problem) => !expected.some((pattern) => pattern.test(problem)))
    contexts = []
    problems = []
    expected = []
    if (unexpected.length > 0) throw new Error(`The page reported:\n${unexpected.join('\n')}`)
  })
  afterAll(() => browser?.close())

  return {
    async openPage(options) {
      const context = await browser.newContext(options)
      contexts.push(context)
      watch(context, (problem) => problems.push(problem))
      await context.route(isElsewhere, (route) => {
        problems.push(`asked for ${route.request().url()}, which is not on this machine`)
        return route.abort()
      })
      return context.newPage()
    },
    expectError: (pattern) => {
      expected.push(pattern)
    },
  }
}

function watch(context: BrowserContext, report: (problem: string) => void): void {
  context.on('console', (message) => {
    if (message.type() === 'error') report(`console: ${message.text()} (${message.location().url})`)
  })
  context.on('weberror', (error) => report(`thrown: ${error.error().stack ?? error.error().message}`))
}

function isElsewhere(url: URL): boolean {
  return url.protocol.startsWith('http') && !HERE.includes(url.hostname)
}

/**
 * What axe-core finds wrong with the page as it stands: WCAG 2.2 A and AA, and its best practices. Playwright evaluates over
 * the debugger, so the page's own content security policy stays as it is.
 */
export async function axe(page: Page, options: RunOptions = {}): Promise<string[]> {
  await settleColours(page)
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource())
  const violations = await page.evaluate(async (runOptions) => {
    const { axe: injected } = window as unknown as { axe: typeof import('axe-core') }
    return (await injected.run(document, { resultTypes: ['violations'], ...runOptions })).violations
  }, options)
  return violations.flatMap(describeViolation)
}

/** A change of the colour scheme runs through transitions; half-way, no contrast is right. */
async function settleColours(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    const ending = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity)
    await Promise.allSettled(ending.map((one) => one.finished))
  })
}

function axeSource(): string {
  return readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
}

/** One line for each element, so that a failing test says what to mend. */
function describeViolation({ id, impact, help, nodes }: Violation): string[] {
  return nodes.map((node) => `${id} (${impact}): ${help} — ${node.target.join(' ')} — ${node.html.slice(0, 120)}`)
}

/** Saves tests/.out/NAME.png, the whole page with animations ended, and answers the path. */
export async function saveScreenshot(page: Page, name: string): Promise<string> {
  const path = join(OUTPUT_DIRECTORY, `${name}.png`)
  mkdirSync(dirname(path), { recursive: true })
  await page.screenshot({ path, fullPage: true, animations: 'disabled', caret: 'hide' })
  return path
}
