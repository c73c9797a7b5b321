import { existsSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRig, type Rig } from '../../functions/headless/faults/run.ts'
import { playRuns } from '../../functions/headless/faults.ts'
import { buildAssets } from '../../web/build.ts'

const SERVER = process.env.TEST_DATABASE_URL
/** The socket of the embedded database lets statements of two connections take turns: slow, and not what production runs. */
if (SERVER === undefined) console.info('The fault runs need a real PostgreSQL: set TEST_DATABASE_URL. Skipped.')

let rig: Rig
beforeAll(async () => {
  if (SERVER === undefined) return
  if (!existsSync(new URL('../../web/public/build/manifest.json', import.meta.url))) await buildAssets()
  rig = await openRig(SERVER)
}, 120_000)
afterAll(() => rig?.close(), 60_000)

/** More of them, and how soon work flows again, are for `npm run faults`: what a run meets is decided anew each time. */
const RUNS = 3

test.skipIf(SERVER === undefined)(
  'app processes that die at random: nobody twice, nobody lost, nobody after a stop, nothing stuck',
  async () => {
    const sums = await playRuns(rig, { runs: RUNS, seed: 1 })
    expect(sums).toMatchObject({
      runs: RUNS,
      lost: 0,
      duplicates: 0,
      mailedAfterStop: 0,
      stuck: 0,
      unconfirmed: 0,
      untrue: 0,
    })
    expect(sums.kills + sums.cuts).toBeGreaterThan(0)
    expect(sums.sent).toBeGreaterThan(0)
    console.info(`recovered within ${sums.max_recovery_s} s`)
  },
  300_000,
)

/** The oldest bug of this trade, planted in the database of the runs: what may have left is planned again. */
const UNCONFIRMED_GOES_BACK = `
  create function plant() returns trigger language plpgsql as $$ begin
    new.state := 'planned'; new.handed_at := null; new.settled_at := null; new.reason := null;
    new.claim_token := null; new.claimed_at := null; new.lease_until := null;
    return new;
  end $$;
  create trigger plant before update on message for each row
    when (new.state = 'unconfirmed' and old.state = 'claimed') execute function plant()`

/** The second oldest: a stop that takes nothing out of the hands of a drain, and a gate that does not look. */
const STOP_IS_FORGOTTEN = `
  create function plant() returns trigger language plpgsql as $$ begin
    new.status := old.status; new.stop_reason := null; new.stopped_at := null;
    return new;
  end $$;
  create trigger plant before update on enrollment for each row
    when (new.status = 'stopped') execute function plant();
  create function keep() returns trigger language plpgsql as $$ begin return null; end $$;
  create trigger keep before update on message for each row when (new.state = 'cancelled') execute function keep();
  create trigger keep before insert or update on suppression for each row execute function keep()`

/** And the third: a mail that cannot be claimed is nobody's business. */
const MAILS_VANISH = `
  create function plant() returns trigger language plpgsql as $$ begin
    new.state := 'sent'; new.sent_at := now(); new.settled_at := now(); new.reason := null;
    new.claim_token := null; new.lease_until := null;
    return new;
  end $$;
  create trigger plant before update on message for each row
    when (new.state = 'unconfirmed' and old.state = 'claimed') execute function plant()`

test.skipIf(SERVER === undefined).each([
  ['a lost answer goes back to planned', UNCONFIRMED_GOES_BACK, 'duplicates'],
  ['a stop is forgotten', STOP_IS_FORGOTTEN, 'mailedAfterStop'],
  ['a lost answer counts as a yes', MAILS_VANISH, 'lost'],
] as const)(
  'the runs find out when %s',
  async (_bug, sabotage, figure) => {
    let found = 0
    // The first that finds them is 3; what a seed does depends a little on the machine.
    for (let seed = 3; seed <= 27 && found === 0; seed++) {
      found = (await playRuns(rig, { runs: 1, seed, sabotage }))[figure]
      if (found > 0) console.info(`found by seed ${seed}: ${found} ${figure}`)
    }
    expect(found).toBeGreaterThan(0)
  },
  300_000,
)
