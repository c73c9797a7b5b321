import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type InboundMail, recordReply } from '../../../functions/domain/email/record-reply.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { pauseUntil } from '../../../functions/domain/sequences/pause-until.ts'
import { readInboundMail } from '../../../functions/webhooks/read-inbound.ts'
import { addPerson, enrollmentOf, makeSequence, messagesOf, openWorld, type World } from '../sequences/world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

async function sendOne(given: Parameters<typeof addPerson>[1] = {}) {
  const sequence_id = await makeSequence(world)
  const person_id = await addPerson(world, given)
  await enrollPeople(world.ctx, { sequence_id, person_ids: [person_id] })
  await drainMessages(world.ctx)
  const [message] = await messagesOf(world, person_id)
  if (message === undefined) throw new Error('nothing was sent')
  return { person_id, message }
}

const mailOf = (
  message: { to_address: string | null; message_id_header: string },
  more: Partial<InboundMail> = {},
) => ({
  from_address: message.to_address ?? '',
  to_addresses: ['rita@yardflow.test'],
  subject: 'Re: Meet',
  text: 'Hello',
  html: null,
  returned: '',
  ...more,
  headers: new Map([
    ['message-id', `<${crypto.randomUUID()}@acme.test>`],
    ['in-reply-to', `<${message.message_id_header}>`],
    ...(more.headers ?? []),
  ]),
})

const auto = new Map([['auto-submitted', 'auto-replied']])
const away = (message: Parameters<typeof mailOf>[0], text: string) =>
  recordReply(world.ctx, mailOf(message, { subject: 'Automatic reply', text, headers: auto }))
const replyOf = (person_id: string) =>
  world.database.db.selectFrom('reply').selectAll().where('person_id', '=', person_id).orderBy('received_at').execute()

test('an out-of-office pauses until the morning of the first working day, where they are', async () => {
  const { person_id, message } = await sendOne({ country: 'Germany' })
  await away(message, 'Ich bin bis einschließlich 13.03. nicht im Büro.')
  // Saturday the 14th is no working day.
  expect(await enrollmentOf(world, person_id)).toMatchObject({
    status: 'paused',
    pause_reason: 'out_of_office',
    resume_at: new Date('2026-03-16T08:00:00Z'),
  })
  expect(await replyOf(person_id)).toMatchObject([{ class: 'out_of_office', resume_on: '2026-03-16' }])
  const person = await world.database.db
    .selectFrom('person')
    .select('replied_at')
    .where('id', '=', person_id)
    .executeTakeFirst()
  expect(person?.replied_at).toBeNull()

  await away(message, 'I will be back on 23 March.')
  expect(await enrollmentOf(world, person_id)).toMatchObject({ resume_at: new Date('2026-03-23T08:00:00Z') })
  await away(message, 'I am out of the office.')
  expect(await enrollmentOf(world, person_id)).toMatchObject({ resume_at: new Date('2026-03-23T08:00:00Z') })
})

test('without a date it waits for a person, and says so; a person may give the day', async () => {
  const { person_id, message } = await sendOne()
  await away(message, 'I am out of the office.')
  const enrollment = await enrollmentOf(world, person_id)
  expect(enrollment).toMatchObject({ status: 'paused', pause_reason: 'out_of_office_without_date', resume_at: null })
  const until = (resume_on: string) => pauseUntil(world.ctx, { enrollment_id: enrollment.id, resume_on })
  for (const day of ['2026-03-02', '2026-02-30', '2028-03-02', '2020-01-01'])
    await expect(until(day)).rejects.toMatchObject({ fields: { resume_on: expect.any(String) } })
  expect(await until('2026-03-08')).toEqual({ resume_at: new Date('2026-03-09T13:00:00Z') })
  expect(await enrollmentOf(world, person_id)).toMatchObject({
    status: 'paused',
    pause_reason: 'by Rita Rep',
    resume_at: new Date('2026-03-09T13:00:00Z'),
  })
})

test('the date in what they quote of ours is not theirs', async () => {
  const { person_id, message } = await sendOne()
  await away(message, 'I am out of the office.\n\nOn Monday, Rita wrote:\n> We are back on 9 March.')
  expect(await enrollmentOf(world, person_id)).toMatchObject({ resume_at: null })
})

test('In-Reply-To counts before References, these from the newest, then the token, then the sender', async () => {
  const [one, two, three] = [await sendOne(), await sendOne(), await sendOne()]
  const of = (mail: Partial<InboundMail>, headers: [string, string][]) =>
    recordReply(world.ctx, { ...mailOf(three.message, mail), headers: new Map(headers) })
  const matched = async () =>
    (
      await world.database.db
        .selectFrom('reply')
        .select('message_id')
        .orderBy('received_at', 'desc')
        .orderBy('id')
        .execute()
    ).length
  const last = async (mail: Partial<InboundMail>, headers: [string, string][]) => {
    const before = await matched()
    await of(mail, [['message-id', `<${crypto.randomUUID()}@x.test>`], ...headers])
    expect(await matched()).toBe(before + 1)
    const rows = await world.database.db
      .selectFrom('reply')
      .select(['message_id', 'text'])
      .where('text', '=', mail.text ?? '')
      .execute()
    return rows[0]?.message_id
  }
  const id = (sent: typeof one) => `<${sent.message.message_id_header}>`
  expect(
    await last({ text: '1' }, [
      ['in-reply-to', id(one)],
      ['references', `${id(one)} ${id(two)}`],
    ]),
  ).toBe(one.message.id)
  expect(
    await last({ text: '2' }, [
      ['in-reply-to', '<who@else.test>'],
      ['references', `${id(one)} ${id(two)}`],
    ]),
  ).toBe(two.message.id)
  const token = `rita+m${one.message.id.replaceAll('-', '')}@yardflow.test`
  expect(await last({ text: '3', to_addresses: [token] }, [])).toBe(one.message.id)
  expect(await last({ text: '4', to_addresses: [`rita+m${'0'.repeat(32)}@yardflow.test`] }, [])).toBe(three.message.id)
  expect(await last({ text: '5' }, [])).toBe(three.message.id)
})

const report = (message: { message_id_header: string; to_address: string | null }, status: string) =>
  [
    'From: Mail Delivery System <mailer-daemon@mx.acme.test>',
    'To: rita@yardflow.test',
    'Subject: Undelivered Mail Returned to Sender',
    `Message-ID: <${crypto.randomUUID()}@mx.acme.test>`,
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'This is the mail system. I am sorry to have to inform you that your message could not be delivered.',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.acme.test',
    '',
    `Final-Recipient: rfc822; ${message.to_address}`,
    'Action: failed',
    `Status: ${status}`,
    '--b',
    'Content-Type: text/rfc822-headers',
    '',
    `Message-ID: <${message.message_id_header}>`,
    'Subject: Meet',
    '--b--',
  ].join('\r\n')

async function receive(fields: Record<string, string | File>) {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  const mail = await readInboundMail(form)
  if (mail === undefined) throw new Error('unreadable')
  return recordReply(world.ctx, mail)
}

test('a mail returned to us is a hard bounce of the mail whose Message-ID it quotes, and no reply', async () => {
  const other = await sendOne()
  const { person_id, message } = await sendOne()
  expect(await receive({ email: report(message, '5.1.1') })).toEqual({ outcome: 'recorded', class: 'bounce' })
  expect(await enrollmentOf(world, person_id)).toMatchObject({
    status: 'stopped',
    stop_reason: 'bounced',
    replied_at: null,
  })
  expect(await enrollmentOf(world, other.person_id)).toMatchObject({ status: 'active' })
  expect((await messagesOf(world, person_id))[0]).toMatchObject({ replied_at: null, bounced_at: world.clock.now() })
  expect(await world.database.db.selectFrom('suppression').select(['value', 'reason']).execute()).toEqual([
    { value: message.to_address, reason: 'bounced' },
  ])
})

test('a report of a delay, or of a mail that is not ours, stops nobody', async () => {
  const { person_id, message } = await sendOne()
  await receive({ email: report(message, '4.4.1') })
  await receive({ email: report({ message_id_header: 'x@else.test', to_address: message.to_address }, '5.1.1') })
  expect(await enrollmentOf(world, person_id)).toMatchObject({ status: 'active' })
})

test('parsed: the report comes as an attachment; any other attachment stays unread', async () => {
  const { person_id, message } = await sendOne()
  const raw = report(message, '5.1.1')
  const part = raw.slice(raw.indexOf('Reporting-MTA'))
  await receive({
    from: 'mailer-daemon@mx.acme.test',
    to: 'rita@yardflow.test',
    subject: 'Undelivered',
    text: 'It could not be delivered.',
    headers: 'Content-Type: multipart/report; report-type=delivery-status',
    attachments: '2',
    attachment1: new File([part], 'details.txt', { type: 'message/delivery-status' }),
    attachment2: new File([new Uint8Array(1_000_000)], 'virus.exe', { type: 'application/octet-stream' }),
  })
  expect(await enrollmentOf(world, person_id)).toMatchObject({ stop_reason: 'bounced' })
})

test('HTML is kept sanitised; more than half a megabyte of it is not kept', async () => {
  const { person_id, message } = await sendOne()
  await recordReply(
    world.ctx,
    mailOf(message, { html: '<p onclick="x()">Yes</p><img src="https://track.test/1.gif">' }),
  )
  await recordReply(world.ctx, mailOf(message, { html: `<p>${'x'.repeat(600_000)}</p>` }))
  expect((await replyOf(person_id)).map(({ html }) => html).sort()).toEqual(['<p>Yes</p>', null])
})

test('halves of characters and NUL wherever a stranger may put them: the reply is kept, and means what it says', async () => {
  const { person_id, message } = await sendOne()
  const odd = '\0\ud800'
  const mail = mailOf(message, {
    from_address: `q${odd}@b.test`,
    to_addresses: [`rita${odd}@yardflow.test`],
    subject: `Re${odd}`,
    text: `Please unsubscribe me${odd}`,
    html: `<p>${odd}</p>`,
    headers: new Map([['references', `<${odd}@x> <\ud800y@z>`]]),
  })
  mail.headers.set('message-id', `<${odd}@x>`)
  expect(await recordReply(world.ctx, mail)).toEqual({ outcome: 'recorded', class: 'unsubscribe' })
  expect(await replyOf(person_id)).toMatchObject([{ from_address: 'q\ufffd@b.test' }])
  expect(await enrollmentOf(world, person_id)).toMatchObject({ status: 'stopped', stop_reason: 'unsubscribed' })
})
