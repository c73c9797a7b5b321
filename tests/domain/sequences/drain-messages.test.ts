import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { receiptOf } from '../../../db/queries/receipts.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { addPerson, enrollmentOf, makeSequence, messagesOf, openWorld, type World } from './world.ts'

const DAY = 86_400_000
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

test('three steps leave one by one, in one thread, and the enrollment ends', async () => {
  const sequence_id = await makeSequence(world)
  const person_id = await addPerson(world)
  expect(await enrollPeople(world.ctx, { sequence_id, person_ids: [person_id] })).toEqual({ enrolled: 1, left_out: [] })

  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 1 })
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 0 })
  world.clock.advance(2 * DAY)
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 1 })
  world.clock.advance(5 * DAY)
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 1 })

  const [first, second, third] = world.sender.accepted
  expect(first).toMatchObject({ subject: `Meet at Show ${world.event_id}` })
  expect(first?.text).toContain('Hi Ann,\n\nwe are at booth 4711.')
  expect(first?.text).toContain('1 Dock Street, Reno')
  expect(second).toMatchObject({ subject: `Re: Meet at Show ${world.event_id}`, in_reply_to: first?.message_id_header })
  expect(third?.references).toEqual([first?.message_id_header, second?.message_id_header])
  expect((await messagesOf(world)).map((message) => message.state)).toEqual(['sent', 'sent', 'sent'])
  const enrollment = await enrollmentOf(world, person_id)
  expect(enrollment).toMatchObject({ status: 'finished' })
  expect((await receiptOf(world.ctx.db, enrollment.id)).map((line) => line.what)).toEqual([
    'enrolled',
    ...['planned', 'claimed', 'handed', 'accepted'],
    ...['planned', 'claimed', 'handed', 'accepted'],
    ...['planned', 'claimed', 'handed', 'accepted'],
    'finished',
  ])
})
