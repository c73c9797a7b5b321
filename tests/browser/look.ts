import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { axe, saveScreenshot } from './chromium.ts'

const wide = { width: 1280, height: 800 }
const phone = { width: 360, height: 740 }
const colours = ['color-contrast', 'link-in-text-block']

/**
 * Looks at the page as it stands, wide by day, wide by night and on a phone by night, and leaves it as it was: nothing axe
 * minds, nothing sideways. Between the three only styles change; of the second only the colours are new.
 *
 * @param name what a failure is called by
 * @param folder where pictures are kept; without one none are
 */
export async function look(page: Page, name: string, folder?: string): Promise<void> {
  const views = [
    { view: 'wide', viewport: wide, colorScheme: 'light', rules: {} },
    { view: 'dark', viewport: wide, colorScheme: 'dark', rules: { runOnly: colours } },
    { view: 'phone', viewport: phone, colorScheme: 'dark', rules: {} },
  ] as const
  for (const { view, viewport, colorScheme, rules } of views) {
    await page.setViewportSize(viewport)
    await page.emulateMedia({ colorScheme })
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    const seen = { name, view, isSideways: sideways > 0, violations: await axe(page, rules) }
    expect(seen).toEqual({ name, view, isSideways: false, violations: [] })
    if (folder) await saveScreenshot(page, `${folder}/${name}-${view}`)
  }
  await page.setViewportSize(wide)
  await page.emulateMedia({ colorScheme: 'light' })
}
