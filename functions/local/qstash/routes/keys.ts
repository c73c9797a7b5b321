import { Hono } from 'hono'
import { type Credentials, rotateSigningKeys } from '../credentials.ts'
import type { HonoTypes, QStashApi } from './context.ts'

export function keyRoutes(api: QStashApi): Hono<HonoTypes> {
  const routes = new Hono<HonoTypes>()
  routes.get('/keys', (c) => c.json(viewKeys(api.credentials())))
  routes.post('/keys/rotate', async (c) => {
    const credentials = await rotateSigningKeys(api.db)
    api.replaceCredentials(credentials)
    return c.json(viewKeys(credentials))
  })
  return routes
}

function viewKeys(credentials: Credentials) {
  return { current: credentials.current_signing_key, next: credentials.next_signing_key }
}
