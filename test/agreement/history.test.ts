import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openDatabase } from '../../indexer/db/openDatabase.ts';
import type { Database } from '../../indexer/db/database.ts';
import { migrate } from '../../indexer/db/migrate.ts';
import { catchUpOnce } from '../../indexer/follow.ts';
import { MsgBidLiquidation } from '../../proto/gen/tenor.liquidation.v1.ts';
import { Random } from '../crash/random.ts';
import { TestChain } from '../harness/chain.ts';
import { firstCall, flagsOf, fundUsers, trade } from '../harness/crisis.ts';
import { RecordedChain } from '../harness/history.ts';
import { expectHistoryOf } from '../harness/historyState.ts';
import { anyOf } from '../harness/keys.ts';
import { randomBlock } from '../harness/randomBlock.ts';
import { FEE, depositMsg, seriesOf } from '../harness/trading.ts';

const BLOCKS = 60;

let recorded: RecordedChain;
let chain: TestChain;
let database: Database;

beforeEach(async () => {
  recorded = new RecordedChain();
  database = await openDatabase({ folder: null });
  await migrate(database);
});

afterEach(async () => {
  await chain.close();
  await database.close();
});

async function expectSame(): Promise<void> {
  await expectHistoryOf(chain, recorded, database);
}

test('cash, positions and orders are those of state after every few blocks', async () => {
  chain = await TestChain.start({ observe: recorded, alone: true });
  const random = new Random(11);
  for (let i = 0; i < 6; i++) await chain.block();
  const users = [...chain.users.values()];
  await chain.block({ txs: users.map((u) => chain.sign(u, [depositMsg(u, 500_000)], FEE)) });
  let accepted = 0;
  for (let i = 0; i < BLOCKS; i++) {
    accepted += await randomBlock(chain, random, [1_000]);
    if (random.below(5) === 0) await expectSame();
  }
  await expectSame();
  expect(accepted).toBeGreaterThan(BLOCKS);
  const [counted] = await database.query<{ fills: string }>('select count(*) as fills from fills');
  expect(Number(counted!.fills)).toBeGreaterThan(10);
});

/** How often the chain told each kind of event. */
const counted = (type: string): number =>
  recorded.recorded
    .flatMap(({ before, txs, after }) => [...before, ...txs.flatMap((tx) => tx.events), ...after])
    .filter((event) => event.type === type).length;

/** Carol bids for a fifth of whoever is under liquidation. */
function bids(): Uint8Array[] {
  const carol = chain.user('carol');
  return flagsOf(chain).map(({ subaccountId, auction }) => {
    const msg = anyOf(MsgBidLiquidation, {
      ...{ sender: carol.address, subaccount: 0, fractionPpb: 200_000_000, limitPpm: 1_000_000 },
      ...{ liquidatedId: subaccountId, version: auction?.version ?? 0n, leastPayoutUusd: 0n },
    });
    return chain.sign(carol, [msg]);
  });
}

test('what bidders take over is as in state, slice by slice', async () => {
  chain = await TestChain.start({ observe: recorded, alone: true });
  await fundUsers(chain, { alice: 22_000, bob: 500_000, carol: 500_000 });
  const series = firstCall(chain);
  await trade(chain, { seller: 'alice', buyer: 'bob', series, size: 1.23 });
  chain.market = { ...chain.market, btc: 76_000 };
  for (let i = 0; i < 40; i++) {
    await chain.block({ txs: bids() });
    if (i % 4 === 0) await expectSame();
  }
  await expectSame();
  expect(counted('auction_slice')).toBeGreaterThan(1);
  const [row] = await database.query<{ n: string }>(
    `select count(*) as n from fills where kind = 'takeover'`,
  );
  expect(Number(row!.n)).toBe(2 * counted('auction_slice'));
});

test('deleveraging, funds and shared losses are as in state', async () => {
  chain = await TestChain.start({ observe: recorded, alone: true });
  await fundUsers(chain, { alice: 20_000, bob: 500_000, carol: 400_000 });
  const series = firstCall(chain);
  await trade(chain, { seller: 'alice', buyer: 'bob', series, size: 1.5 });
  chain.market = { ...chain.market, btc: 110_000 };
  for (let i = 0; i < 400 && counted('deleveraged') === 0; i++) {
    await chain.block({ afterMs: 2_000 });
    if (i % 40 === 0) await expectSame();
  }
  for (let i = 0; i < 5; i++) await chain.block();
  await expectSame();
  expect(counted('deleveraged')).toBeGreaterThan(0);
  const rows = await database.query<{ event: string }>(
    'select distinct event from liquidation_events',
  );
  expect(rows.map(({ event }) => event)).toContain('deleveraged');
});

test('an expiry pays as in state, and positions are gone', async () => {
  chain = await TestChain.start({ observe: recorded, alone: true, preset: 'fast-expiry' });
  await fundUsers(chain, { alice: 300_000, bob: 300_000, carol: 300_000 });
  const series = firstCall(chain);
  await trade(chain, { seller: 'alice', buyer: 'bob', series, size: 0.7 });
  await expectSame();
  const { expirySeconds } = seriesOf(chain, 'BTC').find((s) => s.symbol === series)!;
  await chain.until(() => chain.timeMs > Number(expirySeconds) * 1_000 + 60_000, 4_000);
  await expectSame();
  const settled = await database.query('select * from settlements');
  expect(settled).toHaveLength(2);
  expect(await database.query('select * from positions')).toEqual([]);
  const [expiry] = await database.query<{ settled_height: string | null }>(
    'select settled_height from expiries order by expiry limit 1',
  );
  expect(Number(expiry!.settled_height)).toBeGreaterThan(0);
});

test('series that left the list and came back under a name are others, as in state', async () => {
  chain = await TestChain.start({ observe: recorded, alone: true });
  // An index that goes far away, and comes back.
  for (const btc of [64_000, 90_000, 64_000]) {
    chain.market = { ...chain.market, btc };
    for (let i = 0; i < 16; i++) await chain.block({ afterMs: 9_000 });
  }
  await catchUpOnce({ database, source: recorded, signal: new AbortController().signal });
  const text = `select series_id::text as id, series, count(*) over (partition by series) as times,
    removed_height is null as listed from series where underlying = 'BTC' order by series_id`;
  const rows = await database.query<{ id: string; series: string; times: string; listed: boolean }>(
    text,
  );
  const listed = rows.filter((row) => row.listed).map(({ id, series }) => [id, series]);
  expect(listed).toEqual(seriesOf(chain, 'BTC').map(({ id, symbol }) => [id.toString(), symbol]));
  expect(rows.some(({ times }) => times === '2')).toBe(true);
  const [removed] = await database.query(
    'select count(*)::int as n from series where removed_height is not null',
  );
  expect(removed).toEqual({ n: counted('series_removed') });
});
