import { expect, test } from 'vitest'
import { createApp } from '../functions/app.ts'
import { routePatterns } from '../web/paths.ts'

const app = createApp(() => Promise.reject(new Error('No request is made here')))
/** Middleware is mounted for ALL; what answers has a method. */
const mounted = app.routes.filter(({ method }) => method !== 'ALL')

test.each(routePatterns)('%s is mounted', (pattern) => {
  expect(mounted.filter(({ path }) => path === pattern)).not.toEqual([])
})

test('whatever is mounted has its address in web/paths.ts', () => {
  expect(mounted.map(({ path }) => path).filter((path) => !routePatterns.includes(path))).toEqual([])
})

test('no address is mounted twice for one method', () => {
  const names = mounted.map(({ method, path }) => `${method} ${path}`)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})
