import { afterAll, beforeAll, expect, test } from 'vitest'
import { insertUser } from '../../db/queries/users.ts'
import { hashPassword } from '../../functions/auth/passwords.ts'
import { startTestApp, type TestApp } from '../running-app.ts'
import { insertTestEvent } from '../sign-in.ts'
import { describeInChromium } from './chromium.ts'
import { look } from './look.ts'

const email = 'dana@yardflow.test'
const password = 'Dock door 14 is blue'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp({}, new Date('2027-03-01T16:00:00Z'))
  await insertUser(app.ctx.db, {
    id: crypto.randomUUID(),
    name: 'Dana Whitfield',
    email,
    role: 'MEMBER',
    time_zone: 'America/Chicago',
    active_event_id: await insertTestEvent(app, 'ProMat'),
    password_hash: await hashPassword(password),
    now: app.clock.now(),
  })
})
afterAll(() => app?.close())

describeInChromium('the steps of an import in a browser', (browser) => {
  test('a list goes up in a chunk, is matched, put right, run and undone', async () => {
    const page = await browser.openPage()
    await page.goto(`${app.url}/login`)
    await page.getByLabel('Email').fill(email)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.goto(`${app.url}/dashboard/import`)
    const rows = Array.from(
      { length: 40 },
      (_, n) => `Ann Number${n},Company ${n % 9},${n % 3 ? `p${n}@c.test` : 'unknown'},${n}`,
    )
    const text = ['Exhibitor list,,,', 'Full Name,Firm,Contact,Grade', ...rows, ',Acme,bo@acme.test,7'].join('\n')
    await page
      .getByLabel('CSV files')
      .setInputFiles({ name: 'show.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
    await page.getByRole('button', { name: 'Check first' }).click()
    await page.getByText('Reading the file').waitFor()
    await app.deliverDue()
    await page.getByText('Which row holds the names').waitFor()
    await look(page, '1-sheet', 'import')
    await page.getByRole('button', { name: 'Read the rows' }).click()
    await app.deliverDue()
    await page.getByLabel('Firm').selectOption('Company')
    await page.getByLabel('Contact').selectOption('Email address')
    await look(page, '2-columns', 'import')
    await page.getByRole('button', { name: 'Check the rows' }).click()
    await app.deliverDue()
    await page.getByText('The row has no name').waitFor()
    await look(page, '3-check', 'import')
    await page.getByRole('link', { name: /Only errors/ }).click()
    await page.getByLabel('Full Name of row 41').fill('Bo Ray')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Row 41 is put right.').waitFor()
    await page.getByRole('link', { name: 'Go on to the options' }).click()
    await look(page, '4-options', 'import')
    await page.getByRole('button', { name: 'Import the rows' }).click()
    await app.deliverDue()
    await page.getByText('Every row is accounted for: 41 read').waitFor()
    await page.getByText('Undo', { exact: true }).click()
    await page.getByRole('button', { name: 'Undo the import' }).click()
    await app.deliverDue()
    await page.locator('.chip', { hasText: 'Undone' }).waitFor()
    await page.waitForLoadState('networkidle')
    await look(page, '5-undone', 'import')
    const people = await app.ctx.db.selectFrom('person').select('id').execute()
    expect(people).toEqual([])
  }, 300_000)
})
