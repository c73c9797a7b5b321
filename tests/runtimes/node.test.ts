import { afterAll, beforeAll, test } from 'vitest'
import { startTestApp, type TestApp } from '../running-app.ts'
import { scenarios } from './scenarios.ts'
import { prepareWorld, type World } from './world.ts'

let app: TestApp
let world: World
beforeAll(async () => {
  app = await startTestApp()
  world = await prepareWorld(app)
})
afterAll(() => app?.close())

test.each(scenarios)('%s', (_name, run) => run(world))
