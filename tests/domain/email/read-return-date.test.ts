import { expect, test } from 'vitest'
import { readReturnDate, workingDayFrom } from '../../../functions/domain/email/read-return-date.ts'
import { dayNumber, dayText } from '../../../functions/domain/sequences/local-time.ts'

/** A Monday. */
const TODAY = dayNumber('2026-03-02')
function read(text: string, today = TODAY): string | undefined {
  const day = readReturnDate(text, today)
  return day === undefined ? undefined : dayText(day)
}

test.each([
  // English
  ['I am out of the office and will be back on Monday 9 March.', '2026-03-09'],
  ['I will be back on Monday, March 9th, 2026.', '2026-03-09'],
  ['Out of office until 3/14', '2026-03-14'],
  ['I am out of the office until 14/3/2026 with limited access to email.', '2026-03-14'],
  ['I am away through March 13.', '2026-03-14'],
  ['I am out of office until May.', '2026-05-01'],
  ['I will be on annual leave from March 2 to March 13. For urgent matters call Jo.', '2026-03-14'],
  ['I am on vacation from 2 March and will return on 16 March.', '2026-03-16'],
  ['I am currently away, returning Thursday.', '2026-03-05'],
  ['I will be back on Monday.', '2026-03-09'],
  ['Back tomorrow.', '2026-03-03'],
  ['I will be back in two weeks.', '2026-03-16'],
  ['I will be back in the office on the 9th.', '2026-03-09'],
  ['I am on parental leave until the end of April.', '2026-05-01'],
  ['I will not be back until 2026-03-20.', '2026-03-20'],
  [
    'I am travelling with no email access. I will respond to your message when I return on Tuesday, March 10.',
    '2026-03-10',
  ],
  ['Out 9-13 March, no access to mail.', '2026-03-14'],
  ['I’ll be back next week.', '2026-03-09'],
  ['Thank you for your email.\n\nI am out of the office\nuntil\nFriday 6 March.', '2026-03-06'],
  ['I will be out of the office until and including 13 March', '2026-03-14'],
  ['Our line is open 24/7. I return on 9 Mar.', '2026-03-09'],
  ['I am away until Monday 9/3.', '2026-03-09'],
  ['I am away until 5/3/26 and will answer then.', '2026-03-05'],
  ['OOO: back 12-Mar-2026', '2026-03-12'],
  // German
  ['Ich bin bis einschließlich 14.03. nicht im Büro.', '2026-03-15'],
  ['Ich bin am Montag, den 9. März, wieder für Sie da.', '2026-03-09'],
  ['Ich bin bis zum 13.03.2026 abwesend und ab dem 16.03.2026 wieder erreichbar.', '2026-03-16'],
  ['Ich befinde mich vom 02.03. bis 13.03.2026 im Urlaub.', '2026-03-14'],
  ['Vielen Dank für Ihre Nachricht. Ab Donnerstag bin ich wieder im Haus.', '2026-03-05'],
  ['Ich bin zurück am 10. März 2026.', '2026-03-10'],
  ['Ich bin bis Ende April in Elternzeit.', '2026-05-01'],
  ['Ihre E-Mail wird nicht weitergeleitet. Ab 16.3. stehe ich Ihnen wieder zur Verfügung.', '2026-03-16'],
  ['In zwei Wochen bin ich wieder da.', '2026-03-16'],
  ['Ich bin nächste Woche wieder im Büro.', '2026-03-09'],
  ['Abwesenheit vom 2.-6. März. Ihr Team', '2026-03-07'],
  ['Ich bin nicht vor dem 20. März zurück.', '2026-03-20'],
  // French
  ['Je suis absent et serai de retour le lundi 9 mars.', '2026-03-09'],
  ['Je suis en congés jusqu’au 13 mars inclus.', '2026-03-14'],
  ['Absente du 2 au 6 mars, je vous répondrai à mon retour.', '2026-03-07'],
  ['Je serai de retour le 1er avril 2026.', '2026-04-01'],
  ['De retour lundi prochain.', '2026-03-09'],
  ['Je serai absent jusqu’au 03/04/2026.', '2026-04-04'],
  ['Je suis actuellement en déplacement, de retour dans deux semaines.', '2026-03-16'],
  // Spanish
  ['Estaré fuera de la oficina hasta el 13 de marzo.', '2026-03-14'],
  ['Estoy de vacaciones y vuelvo el lunes 9 de marzo.', '2026-03-09'],
  ['Me reincorporaré el próximo 16/03/2026.', '2026-03-16'],
  ['Estaré ausente del 2 al 6 de marzo de 2026.', '2026-03-07'],
  ['Regreso el jueves.', '2026-03-05'],
  ['Volveré en dos semanas.', '2026-03-16'],
  // Italian
  ['Sono fuori ufficio fino al 13 marzo.', '2026-03-14'],
  ['Sono in ferie e rientrerò lunedì 9 marzo.', '2026-03-09'],
  ['Sarò assente dal 2 al 6 marzo compreso.', '2026-03-07'],
  ['Tornerò in ufficio il 10/03/2026.', '2026-03-10'],
  ['Rientro giovedì.', '2026-03-05'],
  // Dutch
  ['Ik ben afwezig tot en met 13 maart.', '2026-03-14'],
  ['Ik ben op vakantie tot maandag 9 maart.', '2026-03-09'],
  ['Ik ben afwezig t/m 6-3-2026.', '2026-03-07'],
  ['Vanaf 16 maart ben ik weer bereikbaar.', '2026-03-16'],
  ['Ik ben donderdag weer terug.', '2026-03-05'],
  // Portuguese
  ['Estou de férias até 13 de março.', '2026-03-14'],
  ['Estarei de volta na segunda-feira, 9 de março.', '2026-03-09'],
  ['Estou fora do escritório e retorno em 16/03/2026.', '2026-03-16'],
  ['Estarei ausente de 2 a 6 de março.', '2026-03-07'],
  ['Volto amanhã.', '2026-03-03'],
])('"%s" → %s', (text, day) => {
  expect(read(text)).toBe(day)
})

test.each([
  ['I am back on 4 January.', '2026-12-21', '2027-01-04'],
  ['Ich bin bis 06.01. im Urlaub.', '2026-12-21', '2027-01-07'],
  ['Je serai de retour le 4 janvier.', '2026-12-28', '2027-01-04'],
  ['Back on 29 February.', '2027-11-20', '2028-02-29'],
])('over the turn of the year: "%s" on %s → %s', (text, today, day) => {
  expect(read(text, dayNumber(today))).toBe(day)
})

test.each([
  'I am out of the office.',
  'I am out of the office. Call +49 30 123-45 or 555-0142.',
  'I was away until 27 February.',
  'I will return on 12 January 2026.',
  'I will be back on 3 May 2027, or later.',
  'My last day was 27.02.2026.',
  'On sabbatical since 1 March.',
  'I may be slow to answer. Our offer ends on 31 March.',
  'Our support answers 24/7.',
  'Back on 31 February',
  'Back at 10.30',
  '',
])('"%s" does not say when', (text) => {
  expect(read(text)).toBeUndefined()
})

test('never in the past and never more than a year ahead, whatever the text', () => {
  for (const word of ['back on', 'until', 'bis', 'de retour le', 'hasta el', 'fino al', 'tot', 'até'])
    for (let day = 1; day <= 31; day++)
      for (const month of ['1', '2', '06', '12']) {
        const found = readReturnDate(`${word} ${day}/${month}`, TODAY)
        if (found === undefined) continue
        expect(found).toBeGreaterThanOrEqual(TODAY)
        expect(found - TODAY).toBeLessThanOrEqual(366)
      }
})

test('a megabyte of numbers does not keep anybody waiting', () => {
  expect(read('back on 9 '.repeat(100_000))).toBeUndefined()
  expect(read(`${'1.'.repeat(500_000)} back`)).toBeUndefined()
})

test('a weekend is no working day', () => {
  expect(
    ['2026-03-13', '2026-03-14', '2026-03-15', '2026-03-16'].map((day) => dayText(workingDayFrom(dayNumber(day)))),
  ).toEqual(['2026-03-13', '2026-03-16', '2026-03-16', '2026-03-16'])
})
