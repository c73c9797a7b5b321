import type { Dice } from './dice.ts'

/** Events of SendGrid on their way to the app, signed and ready: they come late, twice, out of order, until they are answered. */
export interface Mailbag {
  /** stands in for SendGrid's fetch: events are kept here, everything else goes straight on */
  readonly fetch: typeof fetch
  readonly size: number
  /** Carries some of what is there to the app, in any order and some of it again. What is not answered stays. */
  deliver(dice: Dice, how: { share: number; again: number }): Promise<void>
  empty(): void
}

export interface DeliveredEvent {
  event: string
  type?: string
  email: string
  message_id?: string
}

interface Letter {
  url: string
  init: RequestInit
  events: DeliveredEvent[]
}

const ANSWER_MS = 5_000

/** @param onAnswered the app has said that it has these events */
export function openMailbag(onAnswered: (events: DeliveredEvent[]) => Promise<void>): Mailbag {
  let letters: Letter[] = []
  const carry = async (letter: Letter): Promise<boolean> => {
    try {
      const answer = await fetch(letter.url, { ...letter.init, signal: AbortSignal.timeout(ANSWER_MS) })
      await answer.arrayBuffer()
      if (!answer.ok) return false
    } catch {
      return false
    }
    await onAnswered(letter.events)
    return true
  }
  return {
    get size() {
      return letters.length
    },
    fetch: async (input, init = {}) => {
      const url = String(input)
      if (!url.endsWith('/webhooks/sendgrid/events')) return fetch(input, init)
      const events: DeliveredEvent[] = JSON.parse(String(init.body))
      letters.push({ url, init: { ...init, signal: null }, events })
      return new Response(null, { status: 200 })
    },
    async deliver(dice, { share, again }) {
      const chosen = dice.shuffle(letters.filter(() => dice.chance(share)))
      letters = letters.filter((letter) => !chosen.includes(letter))
      for (const letter of chosen) {
        const repeats = dice.chance(again) ? dice.between(1, 3) : 0
        const answers = await Promise.all(Array.from({ length: 1 + repeats }, () => carry(letter)))
        if (!answers.includes(true)) letters.push(letter)
      }
    },
    empty() {
      letters = []
    },
  }
}
