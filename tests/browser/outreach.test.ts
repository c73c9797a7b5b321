import { afterAll, beforeAll, expect, test } from 'vitest'
import { seedWorld } from '../../seed/seed-world.ts'
import { paths } from '../../web/paths.ts'
import { startTestApp, type TestApp } from '../running-app.ts'
import { type SignedIn, signInAs } from '../sign-in.ts'
import { describeInChromium } from './chromium.ts'
import { look } from './look.ts'

/** Every page of outreach over the sample world, as it is served: nothing axe minds, nothing sideways, in the dark and on a phone. */

describeInChromium('outreach', (browser) => {
  let testApp: TestApp
  let rep: SignedIn
  let pages: Record<string, string>

  beforeAll(async () => {
    testApp = await startTestApp({ OPENAI_API_KEY: 'sk-test' })
    const { db } = testApp.ctx
    await seedWorld(testApp.ctx, { hashes: { admin: 'x', demo: 'x' }, progress: () => {} })
    const busiest = await db
      .selectFrom('enrollment')
      .innerJoin('sequence', 'sequence.id', 'enrollment.sequence_id')
      .select(['sequence.id', 'sequence.event_id', 'enrollment.id as enrollment_id', 'enrollment.person_id'])
      .orderBy('enrollment.enrolled_at')
      .executeTakeFirstOrThrow()
    const step = await db
      .selectFrom('step')
      .select('step_key')
      .where('sequence_id', '=', busiest.id)
      .orderBy('version', 'desc')
      .orderBy('position')
      .executeTakeFirstOrThrow()
    rep = await signInAs(testApp, { role: 'ADMIN', active_event_id: busiest.event_id })
    pages = {
      sequences: paths.outreach(),
      'new-sequence': paths.newSequence(),
      steps: paths.sequence(busiest.id),
      'step-form': paths.sequenceStep(busiest.id, step.step_key),
      people: paths.sequencePeople(busiest.id),
      receipt: paths.enrollment(busiest.id, busiest.enrollment_id),
      settings: paths.sequenceSettings(busiest.id),
      enrol: paths.enrollPeople(busiest.id),
      preflight: paths.preflight(busiest.id, { all: 'yes' }),
      choose: paths.chooseSequence({ person: [busiest.person_id] }),
      tasks: paths.tasks({ whose: 'all' }),
      replies: paths.replies({ show: 'all' }),
      unconfirmed: paths.unconfirmed(),
      suppressions: paths.suppressions(),
    }
  }, 60_000)
  afterAll(() => testApp?.close())

  test.each([
    'sequences',
    'new-sequence',
    'steps',
    'step-form',
    'people',
    'receipt',
    'settings',
    'enrol',
    'preflight',
    'choose',
    'tasks',
    'replies',
    'unconfirmed',
    'suppressions',
  ])(
    '%s',
    async (name) => {
      const page = await browser.openPage()
      const [cookie = '', value = ''] = rep.cookie.split('=')
      await page.context().addCookies([{ name: cookie, value, url: testApp.ctx.config.publicUrl }])
      const answer = await page.goto(testApp.ctx.config.publicUrl + pages[name])
      expect(answer?.status()).toBe(200)
      await look(page, name, 'outreach')
    },
    40_000,
  )
})
