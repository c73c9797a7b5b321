import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { insertUser } from '../../db/queries/users.ts'
import { hashPassword } from '../../functions/auth/passwords.ts'
import { startTestApp, type TestApp } from '../running-app.ts'
import { insertTestEvent } from '../sign-in.ts'
import { describeInChromium } from './chromium.ts'
import { look } from './look.ts'

const MONDAY_MORNING_IN_CHICAGO = new Date('2027-03-01T16:00:00Z')
const DAY = 86_400
const lists = new URL('../fixtures/', import.meta.url).pathname
const email = 'dana@yardflow.test'
const password = 'Dock door 14 is blue'

let app: TestApp
let url: string

beforeAll(async () => {
  app = await startTestApp({}, MONDAY_MORNING_IN_CHICAGO)
  url = app.url
  const first = await insertTestEvent(app, 'ProMat')
  await insertTestEvent(app, 'Manifest')
  await insertUser(app.ctx.db, {
    id: crypto.randomUUID(),
    name: 'Dana Whitfield',
    email,
    role: 'MEMBER',
    time_zone: 'America/Chicago',
    active_event_id: first,
    password_hash: await hashPassword(password),
    now: app.clock.now(),
  })
})
afterAll(() => app?.close())

describeInChromium('the main job in a browser', (browser) => {
  test('from the list of a show to a reply that stops a sequence', async () => {
    const page = await browser.openPage({ timezoneId: 'America/Chicago', locale: 'en-US' })
    await signIn(page)
    await switchEvent(page)
    await importLists(page)
    await readAccounts(page)
    await readPeople(page)
    await writeSequence(page)
    await enrolPeople(page)
    // A mail leaves on a whole minute.
    await app.pass(60)
    await app.local.mail?.deliverWaiting()
    await replyFromOutbox(page)
    await seeWhatFollows(page)
    await app.pass(4 * DAY)
    expect(await mailsTo('patrick.zhou@ppl.example')).toEqual(['PPL Electric and the docks'])
    expect(await mailsTo('emma.kumar@apothecary.example')).toEqual([
      'Apothecary Products and the docks',
      'Re: Apothecary Products and the docks',
    ])
  }, 300_000)
})

async function signIn(page: Page): Promise<void> {
  await page.goto(url)
  await expect.poll(() => page.url()).toBe(`${url}/login`)
  await look(page, '01-login', 'journey')
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`${url}/dashboard`)
  await look(page, '02-dashboard-empty', 'journey')
}

async function switchEvent(page: Page): Promise<void> {
  await page.locator('.event-switch summary').click()
  await page.getByRole('button', { name: /^Manifest/ }).click()
  await page.getByText(/Manifest .* is your active event/).waitFor()
  await page.goto(`${url}/dashboard/events`)
  await look(page, '03-events', 'journey')
}

async function importLists(page: Page): Promise<void> {
  await page.goto(`${url}/dashboard/import`)
  await look(page, '04-import-empty', 'journey')
  await page.getByLabel('CSV or XLSX files').setInputFiles([`${lists}list-companies.csv`, `${lists}list-people.csv`])
  await page.getByRole('button', { name: 'Import files' }).click()
  await page.getByText('2 imports have begun.').waitFor()
  await app.deliverDue()
  await page.reload()
  await expect.poll(() => page.getByText('Done', { exact: true }).count()).toBe(2)
  await look(page, '05-imports', 'journey')
  await page.getByRole('link', { name: 'list-people.csv' }).click()
  await look(page, '06-import-run', 'journey')
}

async function readAccounts(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Accounts', exact: true }).click()
  await page.getByRole('link', { name: 'List score' }).click()
  await page.getByRole('link', { name: 'GXO', exact: true }).waitFor()
  await look(page, '07-accounts', 'journey')
  await page.getByLabel('Tier').selectOption('Tier 2')
  await page.getByRole('button', { name: 'Filter' }).click()
  await page.waitForURL(/tier=2/)
  expect(await page.getByRole('link', { name: 'GXO', exact: true }).count()).toBe(0)
  await page.getByRole('link', { name: 'Clear' }).click()
  await page.getByRole('searchbox', { name: 'Search accounts' }).fill('gxo')
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: 'GXO', exact: true }).click()
  await page.getByRole('heading', { name: 'GXO', exact: true }).waitFor()
  await look(page, '08-account', 'journey')
}

async function readPeople(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'People', exact: true }).first().click()
  await page.getByRole('link', { name: 'Patrick Zhou' }).waitFor()
  await look(page, '09-people', 'journey')
  await giveAddress(page, 'Patrick Zhou', 'patrick.zhou@ppl.example')
  await giveAddress(page, 'Emma Kumar', 'emma.kumar@apothecary.example')
  await look(page, '10-person', 'journey')
}

async function giveAddress(page: Page, name: string, address: string): Promise<void> {
  await page.goto(`${url}/dashboard/people?q=${encodeURIComponent(name)}`)
  await page.getByRole('link', { name, exact: true }).click()
  await page.getByLabel('Add an address you know').fill(address)
  await page.getByRole('button', { name: 'Add address' }).click()
  await page.getByText(address, { exact: true }).first().waitFor()
}

async function writeSequence(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Outreach', exact: true }).click()
  await look(page, '11-outreach-empty', 'journey')
  await page.getByRole('link', { name: 'New sequence' }).first().click()
  await page.getByLabel('Name', { exact: true }).fill('Before Manifest')
  await look(page, '12-sequence-form', 'journey')
  await page.getByRole('button', { name: 'Create sequence' }).click()
  await page.getByRole('link', { name: 'Add the first email' }).click()
  await page.getByLabel('Subject').fill('{{ account.name }} and the docks')
  await page
    .getByLabel('Text', { exact: true })
    .fill('Hello {{ person.given_name }},\n\nmay we meet at booth {{ event.booth }}?')
  await page.getByLabel(/^Person/).selectOption({ index: 1 })
  await page.getByRole('button', { name: 'Preview' }).click()
  await page
    .getByText(/may we meet at booth S2040\?/)
    .first()
    .waitFor()
  await look(page, '13-step', 'journey')
  await page.getByRole('button', { name: 'Save step' }).click()
  await page.getByRole('heading', { name: 'Before Manifest' }).waitFor()
  await page.goto(`${page.url()}/steps/new?kind=email`)
  await page.getByLabel('How long').fill('2')
  await page.getByLabel('Unit').selectOption('business_days')
  await page.getByLabel('Thread').selectOption('reply')
  await page.getByLabel('Text', { exact: true }).fill('Did you see my mail, {{ person.given_name }}?')
  await page.getByRole('button', { name: 'Save step' }).click()
  await page.getByRole('button', { name: 'Activate sequence' }).click()
  await page.getByText('The sequence is active.').waitFor()
  await look(page, '14-sequence', 'journey')
}

async function enrolPeople(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Enrol people' }).click()
  await look(page, '15-enrol', 'journey')
  for (const name of ['Patrick Zhou', 'Emma Kumar', 'Lars Sokolov'])
    await page
      .getByRole('row', { name: new RegExp(name) })
      .getByRole('checkbox')
      .check()
  await page.getByRole('button', { name: 'Check the chosen' }).click()
  await page.getByRole('heading', { name: 'Enrol 2 people?' }).waitFor()
  expect(await page.getByText('Has no email address.').count()).toBe(1)
  await look(page, '16-preflight', 'journey')
  await page.getByRole('button', { name: 'Enrol 2 people' }).click()
  await page.getByText(/2 people (are )?enrolled/).waitFor()
}

async function replyFromOutbox(page: Page): Promise<void> {
  await page.goto(app.local.mail?.outboxUrl ?? '')
  await look(page, '17-outbox', 'journey')
  await page.getByRole('link', { name: 'PPL Electric and the docks' }).click()
  await page.getByLabel('Reply').fill('Gladly. Tuesday at ten?')
  await page.getByRole('button', { name: 'Send reply' }).click()
  await page.getByText('Replied', { exact: true }).waitFor()
  await look(page, '18-mail', 'journey')
}

async function seeWhatFollows(page: Page): Promise<void> {
  await page.goto(`${url}/dashboard`)
  await page.getByText('Patrick Zhou').first().waitFor()
  await look(page, '19-dashboard', 'journey')
  await page.goto(`${url}/dashboard/outreach`)
  await look(page, '20-outreach', 'journey')
  await page.getByRole('link', { name: 'Before Manifest' }).first().click()
  await page.getByRole('link', { name: /^People \d/ }).click()
  const patrick = page.getByRole('row', { name: /Patrick Zhou/ })
  expect(await patrick.textContent()).toMatch(/Stopped/)
  expect(await page.getByRole('row', { name: /Emma Kumar/ }).textContent()).toMatch(/Active/)
  await look(page, '21-sequence-people', 'journey')
  await patrick.getByRole('link', { name: 'Patrick Zhou', exact: true }).click()
  await look(page, '22-enrollment', 'journey')
  for (const [name, path] of [
    ['23-replies', '/dashboard/outreach/replies'],
    ['24-suppressions', '/dashboard/outreach/suppressions'],
    ['25-tasks', '/dashboard/outreach/tasks'],
    ['26-queue', '/dashboard/queue'],
    ['27-integrations', '/dashboard/settings/integrations'],
  ] as const) {
    await page.goto(url + path)
    if (name === '23-replies') await page.getByText('Gladly. Tuesday at ten?').first().waitFor()
    await look(page, name, 'journey')
  }
}

async function mailsTo(address: string): Promise<string[]> {
  const mails = (await app.local.mail?.accepted()) ?? []
  return mails.filter(({ to }) => to.address === address).map(({ subject }) => subject)
}
