import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { type Generated, type Kysely, sql } from 'kysely'
import { containing } from '../../../db/queries/like-pattern.ts'

/** One mail for one recipient, as SendGrid took it. */
export interface AcceptedMail {
  accepted_no: number
  /** The X-Message-Id answered to the sender. */
  provider_message_id: string
  /** What events carry: provider_message_id, a dot, and more. */
  sg_message_id: string
  accepted_at: Date
  from: Address
  reply_to: string
  to: Address
  subject: string
  text: string
  html: string
  headers: Record<string, string>
  custom_args: Record<string, string>
  /** With angle brackets, as in the header. */
  message_id_header: string
  track_opens: boolean
  track_clicks: boolean
}

export interface Address {
  address: string
  name: string
}

/** One line of a mail's history: an event, a reply or a visit, and what the app answered to it. */
export interface Happening {
  happening_no: number
  accepted_no: number
  kind: string
  happened_at: Date
  /** The event as posted; for replies and visits, what was sent or asked for. */
  detail: Record<string, unknown>
  /** The app's status codes, a number for each attempt; 0 where it could not be reached. */
  answers: number[]
  /** Null while an event still has to be posted. */
  posted_at: Date | null
}

export interface Install {
  apiKey: string
  inboundKey: string
  privateKey: string
  /** Base64 of the DER SPKI, as SendGrid's settings page shows it. */
  webhookPublicKey: string
}

/** JSON is kept as text: the two drivers disagree about parameters of type jsonb. */
interface Tables {
  sendgrid_install: { singleton: Generated<boolean>; api_key: string; inbound_key: string; private_key: string }
  sendgrid_mail: {
    accepted_no: Generated<number>
    provider_message_id: string
    sg_message_id: string
    own_message_id: string | null
    accepted_at: Date
    to_address: string
    subject: string
    mail: string
    delivered: boolean
  }
  sendgrid_happening: {
    happening_no: Generated<number>
    accepted_no: number
    kind: string
    to_address: string
    happened_at: Date
    detail: string
    answers: string
    posted_at: Date | null
  }
}

export type Store = Awaited<ReturnType<typeof openStore>>
export type NewMail = Omit<AcceptedMail, 'accepted_no'>
export type NewHappening = Omit<Happening, 'happening_no'> & { to_address: string }

/** Creates schema `local` and its tables when they are missing, and the install's keys on the first start. */
export async function openStore<DB>(outer: Kysely<DB>) {
  const db = (outer as unknown as Kysely<Tables>).withSchema('local')
  await createTables(db)
  const install = await readOrCreateInstall(db)

  return {
    install,

    async insertMails(mails: NewMail[]): Promise<AcceptedMail[]> {
      const rows = mails.map((mail) => ({
        provider_message_id: mail.provider_message_id,
        sg_message_id: mail.sg_message_id,
        own_message_id: mail.custom_args.message_id ?? null,
        accepted_at: mail.accepted_at,
        to_address: mail.to.address.toLowerCase(),
        subject: mail.subject,
        mail: JSON.stringify(mail),
        delivered: false,
      }))
      const inserted = await db.insertInto('sendgrid_mail').values(rows).returning(['accepted_no', 'mail']).execute()
      return inserted.map(readMail)
    },

    async listMails(): Promise<AcceptedMail[]> {
      const rows = await db.selectFrom('sendgrid_mail').select(['accepted_no', 'mail']).orderBy('accepted_no').execute()
      return rows.map(readMail)
    },

    /** Newest first, `limit` of them older than `before`. */
    async pageOfMails(page: { search: string; before: number | undefined; limit: number }): Promise<AcceptedMail[]> {
      let query = db.selectFrom('sendgrid_mail').select(['accepted_no', 'mail'])
      if (page.before !== undefined) query = query.where('accepted_no', '<', page.before)
      if (page.search) {
        const pattern = containing(page.search)
        query = query.where((is) => is.or([is('to_address', 'ilike', pattern), is('subject', 'ilike', pattern)]))
      }
      const rows = await query.orderBy('accepted_no', 'desc').limit(page.limit).execute()
      return rows.map(readMail)
    },

    async countMails(): Promise<number> {
      const row = await db
        .selectFrom('sendgrid_mail')
        .select(sql<number>`count(*)::int`.as('mails'))
        .executeTakeFirstOrThrow()
      return row.mails
    },

    async findMail(accepted_no: number): Promise<AcceptedMail | undefined> {
      const row = await db
        .selectFrom('sendgrid_mail')
        .select(['accepted_no', 'mail'])
        .where('accepted_no', '=', accepted_no)
        .executeTakeFirst()
      return row && readMail(row)
    },

    /** By X-Message-Id, sg_message_id or our own custom_args.message_id; the oldest when several went out together. */
    async findMailById(id: string): Promise<AcceptedMail | undefined> {
      const row = await db
        .selectFrom('sendgrid_mail')
        .select(['accepted_no', 'mail'])
        .where((is) =>
          is.or([is('provider_message_id', '=', id), is('sg_message_id', '=', id), is('own_message_id', '=', id)]),
        )
        .orderBy('accepted_no')
        .executeTakeFirst()
      return row && readMail(row)
    },

    /** Taken but not handed on yet: processed and delivered are still to be told. */
    async listUndelivered(): Promise<AcceptedMail[]> {
      const rows = await db
        .selectFrom('sendgrid_mail')
        .select(['accepted_no', 'mail'])
        .where('delivered', '=', false)
        .orderBy('accepted_no')
        .execute()
      return rows.map(readMail)
    },

    async markDelivered(accepted_nos: number[]): Promise<void> {
      await db.updateTable('sendgrid_mail').set({ delivered: true }).where('accepted_no', 'in', accepted_nos).execute()
    },

    /** Addresses among these that bounced for good or complained: SendGrid drops what is sent to them afterwards. */
    async listBlocked(addresses: string[]): Promise<Map<string, string>> {
      const rows = await db
        .selectFrom('sendgrid_happening')
        .select(['to_address', 'kind'])
        .where('kind', 'in', ['bounce', 'spamreport'])
        .where('to_address', 'in', addresses)
        .execute()
      return new Map(rows.map((row) => [row.to_address, row.kind]))
    },

    async insertHappenings(happenings: NewHappening[]): Promise<Happening[]> {
      const rows = happenings.map((happening) => ({
        ...happening,
        detail: JSON.stringify(happening.detail),
        answers: JSON.stringify(happening.answers),
      }))
      const inserted = await db.insertInto('sendgrid_happening').values(rows).returningAll().execute()
      return inserted.map(readHappening)
    },

    async settleHappenings(happening_nos: number[], answers: number[], posted_at: Date | null): Promise<void> {
      await db
        .updateTable('sendgrid_happening')
        .set({ answers: JSON.stringify(answers), posted_at })
        .where('happening_no', 'in', happening_nos)
        .execute()
    },

    async listHappenings(accepted_no: number): Promise<Happening[]> {
      const rows = await db
        .selectFrom('sendgrid_happening')
        .selectAll()
        .where('accepted_no', '=', accepted_no)
        .orderBy('happening_no', 'desc')
        .execute()
      return rows.map(readHappening)
    },

    async listUnposted(): Promise<Happening[]> {
      const rows = await db
        .selectFrom('sendgrid_happening')
        .selectAll()
        .where('posted_at', 'is', null)
        .orderBy('happening_no')
        .execute()
      return rows.map(readHappening)
    },
  }
}

async function createTables(db: Kysely<Tables>): Promise<void> {
  await sql`create schema if not exists local`.execute(db)
  await sql`create table if not exists local.sendgrid_install (
    singleton boolean primary key default true check (singleton),
    api_key text not null, inbound_key text not null, private_key text not null)`.execute(db)
  await sql`create table if not exists local.sendgrid_mail (
    accepted_no integer generated always as identity primary key,
    provider_message_id text not null, sg_message_id text not null unique, own_message_id text,
    accepted_at timestamptz not null, to_address text not null, subject text not null, mail text not null,
    delivered boolean not null)`.execute(db)
  await sql`create table if not exists local.sendgrid_happening (
    happening_no integer generated always as identity primary key,
    accepted_no integer not null references local.sendgrid_mail, kind text not null, to_address text not null,
    happened_at timestamptz not null, detail text not null, answers text not null, posted_at timestamptz)`.execute(db)
  for (const [name, columns] of Object.entries(INDEXES))
    await sql`create index if not exists ${sql.id(name)} on ${sql.raw(columns)}`.execute(db)
}

const INDEXES = {
  sendgrid_mail_provider_message_id: 'local.sendgrid_mail (provider_message_id)',
  sendgrid_mail_own_message_id: 'local.sendgrid_mail (own_message_id)',
  sendgrid_mail_undelivered: 'local.sendgrid_mail (accepted_no) where not delivered',
  sendgrid_happening_accepted_no: 'local.sendgrid_happening (accepted_no)',
  sendgrid_happening_to_address: "local.sendgrid_happening (to_address) where kind in ('bounce', 'spamreport')",
  sendgrid_happening_unposted: 'local.sendgrid_happening (happening_no) where posted_at is null',
}

async function readOrCreateInstall(db: Kysely<Tables>): Promise<Install> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  await db
    .insertInto('sendgrid_install')
    .values({
      api_key: `SG.${randomBytes(16).toString('base64url')}.${randomBytes(32).toString('base64url')}`,
      inbound_key: randomBytes(24).toString('base64url'),
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const row = await db.selectFrom('sendgrid_install').selectAll().executeTakeFirstOrThrow()
  const publicKey = createPublicKey(createPrivateKey(row.private_key))
  return {
    apiKey: row.api_key,
    inboundKey: row.inbound_key,
    privateKey: row.private_key,
    webhookPublicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  }
}

function readMail(row: { accepted_no: number; mail: string }): AcceptedMail {
  const mail = JSON.parse(row.mail) as Omit<NewMail, 'accepted_at'> & { accepted_at: string }
  return { accepted_no: row.accepted_no, ...mail, accepted_at: new Date(mail.accepted_at) }
}

function readHappening(row: Omit<Happening, 'detail' | 'answers'> & { detail: string; answers: string }): Happening {
  return { ...row, detail: JSON.parse(row.detail), answers: JSON.parse(row.answers) }
}
