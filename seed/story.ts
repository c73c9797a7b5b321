import type { Calendar } from './calendar.ts'

/** What somebody does at a moment of the story; people are called by their names. `by` says which rep, the admin unless it is said. */
export type Beat = { at: Date; by?: 'admin' | 'demo' } & (
  | { does: 'open' | 'machine_open' | 'click' | 'unsubscribe' | 'finish_task' | 'skip_task'; who: string }
  | { does: 'bounce'; who: string; reason: string }
  | { does: 'reply'; who: string; text: string; subject?: string; is_automatic?: boolean }
  | { does: 'enroll'; sequence: SequenceName; whom: readonly string[] }
  | { does: 'pause'; sequence: SequenceName; reason: string }
  | { does: 'read_reply'; who: string }
)

export type SequenceName = 'meetings' | 'partners' | 'reminder'

/** Whose address does not exist, and the mail to whom was taken with an answer that never came. */
export const UNDELIVERABLE = 'Angela Whitfield'
export const LOST_ANSWER = 'Miguel Santos'

/** Two weeks of outreach before the seed day, in order of time. Hours are UTC. */
export function storyOf({ weekday }: Calendar): Beat[] {
  const beats: Beat[] = [
    {
      at: weekday(9, 13, 30),
      does: 'enroll',
      sequence: 'meetings',
      whom: [
        'Maria Hernandez',
        'David Kowalski',
        'Priya Raman',
        'Tom O’Brien',
        'Angela Whitfield',
        'Grace Okafor',
        'Jürgen Weiß',
        'Katrin Vogel',
        'Pieter van der Berg',
        'Amélie Laurent',
        'Kenji Watanabe',
        'Olivia Grant',
        'Samuel Price',
        'Naomi Fischer',
      ],
    },
    {
      at: weekday(9, 15, 30),
      does: 'bounce',
      who: UNDELIVERABLE,
      reason: '550 5.1.1 The email account that you tried to reach does not exist',
    },
    { at: weekday(9, 17, 40), does: 'machine_open', who: 'David Kowalski' },
    { at: weekday(9, 18, 5), does: 'machine_open', who: 'Naomi Fischer' },
    { at: weekday(9, 19, 12), does: 'open', who: 'Maria Hernandez' },
    { at: weekday(8, 7, 25), does: 'open', who: 'Jürgen Weiß' },
    { at: weekday(8, 7, 26), does: 'click', who: 'Jürgen Weiß' },
    {
      at: weekday(8, 9, 2),
      does: 'reply',
      who: 'Priya Raman',
      subject: 'Automatic reply: Acme Logistics at Manifest',
      text: 'I am out of the office and will be back on Monday. For anything urgent please call our control tower.',
      is_automatic: true,
    },
    { at: weekday(8, 14, 31), does: 'open', who: 'Grace Okafor' },
    { at: weekday(8, 14, 33), does: 'unsubscribe', who: 'Grace Okafor' },
    { at: weekday(8, 16, 20), does: 'open', who: 'Olivia Grant' },
    {
      at: weekday(7, 15, 44),
      does: 'reply',
      who: 'Maria Hernandez',
      text: [
        'Hi Alex,',
        'Tuesday 10:00 works. I will bring our head of yard operations, he runs the four sites in Illinois.',
        'Maria',
      ].join('\n\n'),
    },
    { at: weekday(8, 14, 10), does: 'read_reply', who: 'Priya Raman' },
    { at: weekday(5, 8, 50), does: 'open', who: 'Pieter van der Berg' },
    {
      at: weekday(5, 9, 15),
      does: 'reply',
      who: 'Amélie Laurent',
      text: 'Bonjour,\n\nmerci de ne plus me contacter.\n\nA. Laurent',
    },
    {
      at: weekday(5, 15),
      by: 'demo',
      does: 'enroll',
      sequence: 'partners',
      whom: ['Fiona MacLeod', 'Ethan Brooks', 'Stefan Richter'],
    },
    { at: weekday(5, 16, 30), does: 'open', who: 'Ethan Brooks' },
    { at: weekday(4, 10, 5), does: 'open', who: 'Katrin Vogel' },
    { at: weekday(4, 17), by: 'demo', does: 'finish_task', who: 'Ethan Brooks' },
    { at: weekday(4, 18, 20), does: 'open', who: 'Samuel Price' },
    {
      at: weekday(3, 9, 40),
      by: 'demo',
      does: 'pause',
      sequence: 'partners',
      reason: 'Waiting for the joint demo to be agreed',
    },
    { at: weekday(2, 13, 30), does: 'finish_task', who: 'Tom O’Brien' },
    { at: weekday(2, 14, 5), does: 'skip_task', who: 'Pieter van der Berg' },
    {
      at: weekday(2, 14, 30),
      does: 'enroll',
      sequence: 'meetings',
      whom: [
        'Derek Osei',
        'Isaac Newell',
        'Brenda Castillo',
        'Jack Holloway',
        'Tanya Petrov',
        'Miguel Santos',
        'Marcus Bell',
        'Siobhan Murphy',
        'Yuki Tanaka',
        'Leroy Jenkins',
        'Rajesh Iyer',
        'Nadia Rahman',
      ],
    },
    { at: weekday(2, 18, 45), does: 'open', who: 'Brenda Castillo' },
    { at: weekday(2, 19, 1), does: 'machine_open', who: 'Jack Holloway' },
    { at: weekday(1, 15, 20), does: 'open', who: 'Isaac Newell' },
    {
      at: weekday(0, 8, 35),
      does: 'reply',
      who: 'Katrin Vogel',
      text: [
        'Hello Alex,',
        'we replace the yard software in Hamburg next year, so yes, this is interesting. Can you send the gate-to-dock figures before the show?',
        'Kind regards\nKatrin Vogel',
      ].join('\n\n'),
    },
    {
      at: weekday(0, 16, 12),
      does: 'reply',
      who: 'Jack Holloway',
      subject: 'Out of office',
      text: 'On vacation until next week, with little signal. Dispatch will help you in the meantime.',
      is_automatic: true,
    },
    { at: weekday(0, 21, 5), does: 'open', who: 'Derek Osei' },
  ]
  return beats.sort((a, b) => a.at.getTime() - b.at.getTime())
}
