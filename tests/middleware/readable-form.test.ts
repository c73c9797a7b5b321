import { afterAll, beforeAll, expect, test } from 'vitest'
import { paths } from '../../web/paths.ts'
import { openTestDatabase, type TestDatabase } from '../database.ts'
import { type SignedIn, signInAs } from '../sign-in.ts'
import { openTestApp, type TestApp } from '../test-app.ts'

let database: TestDatabase
let testApp: TestApp
let rep: SignedIn
beforeAll(async () => {
  database = await openTestDatabase()
  testApp = openTestApp(database.db)
  rep = await signInAs(testApp)
})
afterAll(() => database.close())

const garbage = { 'Content-Type': 'multipart/form-data; boundary=x' }

test.each(['/login', paths.newEvent(), paths.chooseSequence(), paths.importSuppressions()])(
  'a body that is no form is told, on %s',
  async (path) => {
    for (const headers of [garbage, { 'Content-Type': 'application/json' }]) {
      const answer = await rep.request(path, { method: 'POST', headers, body: 'garbage' })
      expect(answer.status).toBe(422)
      expect(await answer.text()).toContain('not a form')
    }
  },
)
