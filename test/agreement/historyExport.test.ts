import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openDatabase } from '../../indexer/db/openDatabase.ts';
import type { Database } from '../../indexer/db/database.ts';
import { migrate } from '../../indexer/db/migrate.ts';
import { catchUpOnce } from '../../indexer/follow.ts';
import { Random } from '../crash/random.ts';
import { TestChain } from '../harness/chain.ts';
import { firstCall, flagsOf, fundUsers, trade } from '../harness/crisis.ts';
import { exported, initChainOf } from '../harness/genesis.ts';
import { RecordedChain } from '../harness/history.ts';
import { expectHistoryOf } from '../harness/historyState.ts';
import { randomBlock } from '../harness/randomBlock.ts';
import { ordersOf, seriesOf } from '../harness/trading.ts';

const BLOCKS = 24;

let old: TestChain;
let chain: TestChain | null;
let recorded: RecordedChain;
let database: Database;

beforeEach(async () => {
  chain = null;
  recorded = new RecordedChain();
  database = await openDatabase({ folder: null });
  await migrate(database);
});

afterEach(async () => {
  await old.close();
  await chain?.close();
  await database.close();
});

/** A chain that goes on from the old one's export; nobody has its blocks. */
async function goOn(initialHeight?: number): Promise<TestChain> {
  const { registry, store } = old.node;
  const from = initChainOf(exported(registry, store.at(old.height)!, initialHeight));
  chain = await TestChain.start({ from, observe: recorded, alone: true });
  chain.market = old.market;
  await chain.block();
  return chain;
}

const openOrders = (on: TestChain): number =>
  [...on.users.values()].flatMap((user) => ordersOf(on, user)).length;

const one = async (text: string) => (await database.query(text))[0];

test.each([undefined, 1])(
  'begun on an export (initial height %s) it has what accounts opened with, and what follows',
  async (initialHeight) => {
    old = await TestChain.start({ alone: true });
    await fundUsers(old, { alice: 500_000, bob: 500_000, carol: 500_000 });
    const random = new Random(21);
    for (let i = 0; i < BLOCKS || openOrders(old) < 4; i++) {
      expect(i).toBeLessThan(3 * BLOCKS);
      await randomBlock(old, random, [1_000]);
    }
    const goneOn = await goOn(initialHeight);
    expect(recorded.recorded[0]!.height).toBe(initialHeight ?? old.height + 1);
    await expectHistoryOf(goneOn, recorded, database);
    const opened = await database.query<{ positions: number; orders: number; openings: number }>(
      `select count(*)::int as positions,
        (select count(*)::int from orders where placed_height = p.opened) as orders,
        (select count(*)::int from transfers where kind = 'opening') as openings
       from (select first_height - 1 as opened from progress) p, positions group by p.opened`,
    );
    expect(opened[0]!.openings).toBe(3);
    expect(opened[0]!.positions).toBeGreaterThan(3);
    expect(opened[0]!.orders).toBeGreaterThan(3);
    for (let i = 0; i < BLOCKS; i++) {
      await randomBlock(goneOn, random, [1_000]);
      if (i % 8 === 0) await expectHistoryOf(goneOn, recorded, database);
    }
    await expectHistoryOf(goneOn, recorded, database);
    const ids = await database.query<{ id: string }>(
      `select series_id::text as id from series
       where underlying = 'BTC' and removed_height is null order by series_id`,
    );
    expect(ids.map(({ id }) => id)).toEqual(seriesOf(goneOn, 'BTC').map(({ id }) => `${id}`));
    // What an account earned since is its change of cash, and of what its positions cost.
    const wrong = await database.query(
      `select owner from subaccounts s
       where cash_uusd + (select coalesce(sum(cost_uusd), 0) from positions p
           where p.owner = s.owner) <>
         deposited_uusd - withdrawn_uusd + realised_uusd - fees_uusd + other_uusd
       or cash_uusd <> (select sum(change_uusd) from account_history h where h.owner = s.owner)
       or realised_uusd - fees_uusd + other_uusd <>
         (select sum(realised_uusd - fee_uusd + other_uusd) from account_results r
          where r.owner = s.owner)`,
    );
    expect(wrong).toEqual([]);
  },
);

test('begun on an export in the middle of a liquidation it sees the end of it', async () => {
  old = await TestChain.start({ alone: true });
  await fundUsers(old, { alice: 22_000, bob: 500_000, carol: 500_000 });
  const series = firstCall(old);
  await trade(old, { seller: 'alice', buyer: 'bob', series, size: 1.23 });
  old.market = { ...old.market, btc: 76_000 };
  await old.until(() => flagsOf(old).length > 0);
  const goneOn = await goOn();
  await expectHistoryOf(goneOn, recorded, database);
  expect(await one('select released_height from liquidations')).toEqual({ released_height: null });
  goneOn.market = { ...old.market, btc: 60_000 };
  await goneOn.until(() => flagsOf(goneOn).length === 0);
  await expectHistoryOf(goneOn, recorded, database);
  const ended = await one(
    'select count(*)::int as n, min(released_height) as at from liquidations',
  );
  expect(ended).toEqual({ n: 1, at: String(goneOn.height) });
});

test('a history of before an export is not gone on with by the chain after it', async () => {
  old = await TestChain.start({ observe: recorded, alone: true });
  for (let i = 0; i < 5; i++) await old.block();
  const follow = () =>
    catchUpOnce({ database, source: recorded, signal: new AbortController().signal });
  await follow();
  await goOn();
  await expect(follow()).rejects.toThrow('the chain was begun anew');
});
