import { type Kysely, sql } from 'kysely'

/** For all addresses below a domain: read backwards, they begin with it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index email_address_domain_backwards on email_address (reverse(domain) collate "C")`.execute(db)
}
