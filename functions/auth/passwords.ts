import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { UnavailableError } from '../errors.ts'

const PASSWORD_MIN_LENGTH = 8
const PASSWORD_MAX_LENGTH = 256

/** OWASP's figures for scrypt in 16 MiB: what an isolate of 128 MB can hold several times. */
const current = { N: 2 ** 14, r: 8, p: 5 }
const KEY_BYTES = 32
const SALT_BYTES = 16
/** 16 MiB each: a burst of sign-ins must not take the process's memory. */
const MOST_AT_ONCE = 8

/** Of a password that nobody has: an unknown user costs the same time as a known one. */
const DECOY = 'scrypt$16384$8$5$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'

type Parameters = typeof current

/** @returns `scrypt$N$r$p$salt$key`, the last two base64url */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const key = await derive(password, salt, current, KEY_BYTES)
  return ['scrypt', current.N, current.r, current.p, salt.toString('base64url'), key.toString('base64url')].join('$')
}

/**
 * @param stored null when there is no such user or no password yet: takes as long, and is never right
 * @returns whether it is right, and whether `stored` was made with parameters that are no longer ours
 */
export async function verifyPassword(
  stored: string | null,
  password: string,
): Promise<{ isRight: boolean; isOutdated: boolean }> {
  const { parameters, salt, key } = parse(stored ?? DECOY)
  const derived = await derive(password, salt, parameters, key.length)
  const isRight = timingSafeEqual(derived, key) && stored !== null && isPassword(password)
  const { N, r, p } = parameters
  return { isRight, isOutdated: N !== current.N || r !== current.r || p !== current.p }
}

/** Long enough, and short enough that nobody makes us hash a book. */
export function isPassword(text: string): boolean {
  const length = [...text.normalize('NFKC')].length
  return length >= PASSWORD_MIN_LENGTH && length <= PASSWORD_MAX_LENGTH
}

function parse(stored: string): { parameters: Parameters; salt: Buffer; key: Buffer } {
  const [scheme, N, r, p, salt, key] = stored.split('$')
  if (scheme !== 'scrypt' || !N || !r || !p || !salt || !key) throw new Error('A stored password has an unknown form')
  return {
    parameters: { N: Number(N), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64url'),
    key: Buffer.from(key, 'base64url'),
  }
}

// The memory belongs to the process, and so does its limit. Moments rather than a count: a request that workerd gives up in the
// middle never comes back to say that it has ended.
const running = new Set<{ started_ms: number }>()
const GIVEN_UP_MS = 10_000

async function derive(password: string, salt: Buffer, { N, r, p }: Parameters, bytes: number): Promise<Buffer> {
  const ours = { started_ms: performance.now() }
  for (const other of running) if (ours.started_ms - other.started_ms > GIVEN_UP_MS) running.delete(other)
  if (running.size >= MOST_AT_ONCE) throw new UnavailableError('Too many sign-ins at once. Try again in a moment.', 1)
  running.add(ours)
  try {
    // What is too long to be a password is cut, so that it takes the time of one.
    const text = password.slice(0, PASSWORD_MAX_LENGTH * 4).normalize('NFKC')
    // workerd takes maxmem: 0 for a limit, so it is always given: 128·N·r, and as much again for the rest.
    const options = { N, r, p, maxmem: 128 * N * r * 2 }
    return await new Promise((resolve, reject) =>
      scrypt(text, salt, bytes, options, (error, key) => (error ? reject(error) : resolve(key))),
    )
  } finally {
    running.delete(ours)
  }
}
