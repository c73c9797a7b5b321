import type { UserRole } from '../../db/tables/user.ts'
import type { World } from '../domain/sequences/world.ts'
import { type SignedIn, signInAs } from '../sign-in.ts'
import { openTestApp, type TestApp } from '../test-app.ts'

const configured = {
  SENDGRID_API_KEY: 'SG.test',
  APP_SECRET: 'x'.repeat(32),
  POSTAL_ADDRESS: '1 Dock Street, Reno',
  QSTASH_TOKEN: 'token',
  QSTASH_CURRENT_SIGNING_KEY: 'sig_current',
  QSTASH_NEXT_SIGNING_KEY: 'sig_next',
}

/** The app over a world of sequences, with somebody signed in to its event. */
export async function openSite(
  world: World,
  given: { role?: UserRole; env?: Record<string, string> } = {},
): Promise<TestApp & { rep: SignedIn }> {
  const testApp = openTestApp(world.database.db, {
    env: { ...configured, ...given.env },
    services: { queue: world.ctx.services.queue, email: world.sender },
    clock: world.clock,
  })
  const rep = await signInAs(testApp, { role: given.role ?? 'MEMBER', active_event_id: world.event_id })
  return { ...testApp, rep }
}

/** Where a form sends the browser, and the line it finds there. */
export function landing(answer: Response): { status: number; path: string | null; flash: string } {
  const cookie = answer.headers.getSetCookie().find((one) => one.includes('flash='))
  const flash = decodeURIComponent(cookie?.split(';')[0]?.split('flash=')[1] ?? '')
  return { status: answer.status, path: answer.headers.get('Location'), flash }
}
