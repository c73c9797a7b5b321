import { sql } from 'kysely'
import type { Db } from '../../../db/schema.ts'
import type { Network } from './network.ts'
import type { Outside } from './outside.ts'

const SECOND = 1_000
/** The sweep comes every quarter of an hour: after two of them nothing more will happen. */
const LONGEST_S = 2_000
/** Then something is wrong. */
const SLOW_S = 12

/** How long, by the engine's clock, it takes until work flows again after a death or an outage. */
export class Recovery {
  longest_s = 0
  longest_outage_s = 0

  constructor(
    readonly db: Db,
    readonly network: Network,
    readonly outside: Outside,
  ) {}

  /** From the restart until no claim of the dead is left, and nothing that was due then waits where it was. */
  async afterRestart(died_at: Date, deliver: () => Promise<void>): Promise<void> {
    const seconds = await this.#measure(died_at, deliver)
    this.network.note(`recovered after ${seconds} s`)
    this.longest_s = Math.max(this.longest_s, seconds)
  }

  async afterOutage(of: string, deliver: () => Promise<void>): Promise<void> {
    const seconds = await this.#measure(this.network.clock.now(), deliver)
    this.network.note(`recovered from the outage of ${of} after ${seconds} s`)
    this.longest_outage_s = Math.max(this.longest_outage_s, seconds)
  }

  async #measure(before: Date, deliver: () => Promise<void>): Promise<number> {
    const { clock } = this.network
    const began = clock.now()
    let start = began
    let is_told = false
    for (;;) {
      await deliver()
      const now = clock.now()
      const held_until = await this.#heldUntil()
      if (held_until > now) {
        // A provider that was down is asked again at a moment that is shown: from there on it counts.
        start = held_until
        await this.network.advance(held_until.getTime() - now.getTime() + 50)
        continue
      }
      const seconds = (now.getTime() - start.getTime()) / SECOND
      if (await this.#flows(before, began)) return Math.round(Math.max(0, seconds) * 10) / 10
      if (seconds > LONGEST_S) return seconds
      if (seconds > SLOW_S && !is_told) {
        is_told = true
        await this.#tell(before, began)
      }
      await this.network.advance(await this.#untilNext(now, seconds))
    }
  }

  /** What work waits for, for whoever replays the seed. */
  async #tell(before: Date, start: Date): Promise<void> {
    const { rows } = await sql<{ what: string }>`
      select concat_ws(' ', 'waits: mail', state, 'due', due_at, 'lease', lease_until, reason, count(*)) as what
        from message where state = 'claimed' or (state = 'planned' and due_at <= ${start})
        group by state, due_at, lease_until, reason
      union all
      select concat_ws(' ', 'waits: job', name, status, 'at', run_at, 'attempts', attempts, 'lease', lease_until,
        'handed over', dispatched_at) from job
        where status in ('waiting', 'retrying', 'active') or finished_at >= ${before}`.execute(this.db)
    for (const { what } of rows) this.network.note(what)
    this.network.note(`next call of the queue: ${(await this.outside.nextCallAt())?.toISOString() ?? 'none'}`)
  }

  async #heldUntil(): Promise<Date> {
    const hold = await this.db.selectFrom('hold').select('until_at').executeTakeFirst()
    return hold?.until_at ?? new Date(0)
  }

  /** To the next call of the queue; second by second at first, later in longer strides. */
  async #untilNext(now: Date, seconds: number): Promise<number> {
    const stride = seconds < 30 ? SECOND : 60 * SECOND
    const call = await this.outside.nextCallAt()
    const wait = call === undefined ? stride : call.getTime() - now.getTime()
    return Math.min(Math.max(wait, 20), stride)
  }

  async #flows(before: Date, start: Date): Promise<boolean> {
    const { rows } = await sql<{ is_held: boolean; is_due: boolean }>`
      select exists (select from message where state = 'claimed' and claimed_at <= ${before})
          or exists (select from job where status = 'active' and lease_until is not null and started_at <= ${before}) as is_held,
        exists (select from message m
          join enrollment e on e.id = m.enrollment_id and e.status = 'active'
          join sequence s on s.id = m.sequence_id and s.status = 'active'
          left join sender on sender.address = lower(s.from_address)
          where m.state = 'planned' and m.due_at <= ${start} and sender.paused_at is null) as is_due`.execute(this.db)
    const found = rows[0]
    return found !== undefined && !found.is_held && !found.is_due
  }
}
