import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Database } from './database.ts'
import { newSigningKey } from './signature.ts'

export interface Credentials {
  token: string
  /** What `current` was before the last rotation; kept for the "old key" fault. */
  previous_signing_key: string
  current_signing_key: string
  next_signing_key: string
}

/** Random for each install; drawn at the first start and kept. */
export async function openCredentials(db: Database): Promise<Credentials> {
  await sql`
    insert into local.qstash_credential (token, previous_signing_key, current_signing_key, next_signing_key)
    values (${`qst_${randomBytes(30).toString('base64url')}`}, ${newSigningKey()}, ${newSigningKey()}, ${newSigningKey()})
    on conflict do nothing`.execute(db)
  return readCredentials(db)
}

/** What was next becomes current; a key two rotations old verifies nowhere. */
export async function rotateSigningKeys(db: Database): Promise<Credentials> {
  await sql`
    update local.qstash_credential set previous_signing_key = current_signing_key,
      current_signing_key = next_signing_key, next_signing_key = ${newSigningKey()}`.execute(db)
  return readCredentials(db)
}

async function readCredentials(db: Database): Promise<Credentials> {
  const { rows } = await sql<Credentials>`
    select token, previous_signing_key, current_signing_key, next_signing_key from local.qstash_credential`.execute(db)
  const [credentials] = rows
  if (!credentials) throw new Error('local.qstash_credential is empty')
  return credentials
}
