import { expect, test } from 'vitest'
import { classifyReply, ownText } from '../../../functions/domain/email/classify-reply.ts'

const classify = (text: string, more: { subject?: string; from?: string; headers?: Record<string, string> } = {}) =>
  classifyReply({
    from_address: more.from ?? 'ann@acme.test',
    subject: more.subject ?? 'Re: Meet at the show',
    text,
    headers: new Map(Object.entries(more.headers ?? {})),
  })
const auto = { headers: { 'auto-submitted': 'auto-replied' } }

test.each([
  'Please unsubscribe me.',
  'Remove me from your mailing list, thanks',
  'STOP',
  "Please don't email me again",
  'Bitte nehmen Sie mich aus dem Verteiler',
  'Bitte keine weiteren E-Mails.',
  'Merci de me désinscrire de votre liste',
  'Je souhaite ne plus recevoir vos messages',
  'Quiero darme de baja',
  'No deseo recibir más correos',
  'Vi prego di cancellarmi dalla lista',
  'Non desidero più ricevere le vostre email',
  'Graag uitschrijven',
  'Ik wil mij afmelden voor deze mails',
  'Por favor, quero me descadastrar',
  'Não quero mais receber estes e-mails',
])('"%s" asks to be left alone', (text) => {
  expect(classify(text)).toBe('unsubscribe')
})

test.each([
  'Sounds good, Tuesday at 10?',
  'Not interested right now, maybe next year.',
  'I do not want to unsubscribe, but write less often.',
  'Wir melden uns nach der Messe.',
  'Does your product stop trucks at the gate?',
  'Great.\n\nOn Mon, 2 Mar 2026, Rita Rep <rita@yardflow.test> wrote:\n> Hi\n> Unsubscribe: https://x.test',
  'Yes, Tuesday.\n\nOn Mon, Mar 2, 2026 at 10:12 AM Rita Rep <rita@yardflow.test>\nwrote:\n\nHi\n-- \nUnsubscribe: https://x.test',
  'Yes, Tuesday.\n\nHi Ann\n\nUnsubscribe: https://hitlist.test/unsubscribe/abc',
  'Yes, Tuesday.\n\nYou are on the list.\nUnsubscribe<https://nam02.safelinks.test/?url=x>',
  'Yes, Tuesday.\n\nFrom: Rita Rep\nSent: Monday, March 2, 2026 10:12\nTo: Ann\n\nHi. Unsubscribe',
  'Yes, Tuesday.\n\n*From:* Rita Rep\n*Sent:* Monday\nUnsubscribe',
  'Yes, Tuesday.\n________________________________ \nUnsubscribe',
  'Yes, Tuesday.\n--\nAnn, Acme. To unsubscribe from our newsletter: https://acme.test/u',
  'Passt.\n\nVon: Rita Rep <rita@yardflow.test>\nUnsubscribe: https://x.test',
])('"%s" is a human answer', (text) => {
  expect(classify(text)).toBe('human')
})

test.each([
  ['I am out of office until May 4.', auto],
  ['Ich bin bis zum 4. Mai im Urlaub.', auto],
  ['Je suis en congés.', auto],
  ['Estoy fuera de la oficina.', auto],
  ['Sono in ferie.', auto],
  ['Ik ben met verlof.', auto],
  ['Estou de férias.', auto],
  ['Back soon', { subject: 'Automatic reply: Out of office' }],
  ['', { subject: 'Abwesenheitsnotiz: nicht im Büro' }],
])('"%s" is an absence', (text, more) => {
  expect(classify(text, more)).toBe('out_of_office')
})

test('a ticket number is automatic, a returned mail is a bounce', () => {
  expect(classify('Your ticket is 4711', auto)).toBe('auto_reply')
  expect(classify('Yes', { headers: { 'auto-submitted': 'no' } })).toBe('human')
  expect(classify('550 5.1.1 unknown', { from: 'MAILER-DAEMON@mx.test' })).toBe('bounce')
  const report = { 'content-type': 'multipart/report; report-type=delivery-status; boundary=x' }
  expect(classify('failed', { headers: report })).toBe('bounce')
})

test('what is quoted is not what was written', () => {
  expect(ownText('Yes.\n> no\n\nLe lun. 2 mars 2026, Rita a écrit :\nnon')).toBe('Yes.')
})
