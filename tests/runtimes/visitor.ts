import type { World } from './world.ts'

/** Somebody with a browser that keeps cookies, follows no redirect, and sends the headers a browser sends. */
export interface Visitor {
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  postForm(path: string, fields: Record<string, string | readonly string[]>): Promise<Answer>
  postJson(path: string, body: unknown): Promise<Answer>
}

export interface Answer {
  status: number
  headers: Headers
  text: string
}

export function visit({ url }: Pick<World, 'url'>): Visitor {
  const jar = new Map<string, string>()
  async function send(path: string, init: RequestInit & { headers: Record<string, string> }): Promise<Answer> {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { Accept: 'text/html', ...(cookie === '' ? {} : { Cookie: cookie }), ...init.headers }
    const answer = await fetch(url + path, { redirect: 'manual', ...init, headers })
    for (const line of answer.headers.getSetCookie()) keep(jar, line)
    return { status: answer.status, headers: answer.headers, text: await answer.text() }
  }
  return {
    get: (path, headers = {}) => send(path, { headers }),
    postForm(path, fields) {
      const body = new URLSearchParams()
      for (const [name, value] of Object.entries(fields)) for (const item of [value].flat()) body.append(name, item)
      return send(path, { method: 'POST', headers: { Origin: url }, body })
    },
    postJson: (path, body) =>
      send(path, {
        method: 'POST',
        headers: { Origin: url, Accept: 'application/json', 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
  }
}

function keep(jar: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';')
  const [name = '', value = ''] = pair.split('=')
  if (attributes.some((attribute) => attribute.trim().toLowerCase() === 'max-age=0')) jar.delete(name)
  else jar.set(name, value)
}

/** @throws when the password is not taken */
export async function signIn(world: World): Promise<Visitor> {
  const visitor = visit(world)
  const answer = await visitor.postForm('/login', { email: world.email, password: world.password })
  if (answer.status !== 303) throw new Error(`The sign-in was answered ${answer.status}`)
  return visitor
}
