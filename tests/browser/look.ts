import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { axe, saveScreenshot } from './chromium.ts'

const wide = { width: 1280, height: 800 }
const phone = { width: 390, height: 844 }

/** Looks at the page as it stands, wide in the light and on a phone in the dark, keeps pictures, and leaves it as it was. */
export async function look(page: Page, name: string): Promise<void> {
  for (const { suffix, viewport, colorScheme } of [
    { suffix: '-phone', viewport: phone, colorScheme: 'dark' },
    { suffix: '', viewport: wide, colorScheme: 'light' },
  ] as const) {
    await page.setViewportSize(viewport)
    await page.emulateMedia({ colorScheme })
    // Buttons fade from one scheme into the other: half way their contrast is nobody's.
    await page.evaluate(() => Promise.allSettled(document.getAnimations().map((animation) => animation.finished)))
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    const seen = { name: name + suffix, sideways, violations: await axe(page) }
    expect(seen).toEqual({ name: name + suffix, sideways: 0, violations: [] })
    await saveScreenshot(page, `journey/${name}${suffix}`)
  }
}
