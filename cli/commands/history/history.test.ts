import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { migrate } from '../../../indexer/db/migrate.ts';
import { openDatabase } from '../../../indexer/db/openDatabase.ts';
import type { Database } from '../../../indexer/db/database.ts';
import { catchUpOnce } from '../../../indexer/follow.ts';
import { startServer } from '../../../indexer/http/server.ts';
import type { HistoryServer } from '../../../indexer/http/server.ts';
import { SmallChain, event } from '../../../test/harness/smallChain.ts';
import { UserKey } from '../../../test/harness/keys.ts';
import { ServeWatch } from '../../../indexer/watch.ts';
import { Place } from '../../fixture.ts';

const [alice, bob] = [new UserKey('alice').address, new UserKey('bob').address];
const SERIES = 'BTC-27DEC26-100000-C';

let database: Database;
let server: HistoryServer;
let place: Place;

beforeAll(async () => {
  const chain = new SmallChain();
  const deposit = (sender: string, id: string) =>
    event('deposit', { sender, subaccount: '0', subaccount_id: id, amount_uusd: '50000000000' });
  const fees = { maker_fee_uusd: '1000000', taker_fee_uusd: '2000000', fund_fee_uusd: '600000' };
  const trade = event('trade', {
    ...{ trade_id: '1', series: SERIES, price_uusd: '1250000000', quantity: '5000' },
    ...{ taker_side: 'buy', maker: bob, maker_subaccount: '0', maker_order_id: '1' },
    ...{ taker: alice, taker_subaccount: '0', taker_order_id: '2', ...fees },
    validators_fee_uusd: '2400000',
  });
  chain.add([deposit(alice, '1'), deposit(bob, '2'), trade]);
  const marks = { underlying: 'BTC', names: [SERIES], marksUusd: [7n], volsBp: [5_000] };
  chain.blocksOf.push({ ...chain.blocksOf.pop()!, marks: [{ ...marks, volIndexPpm: 523_412 }] });
  database = await openDatabase({ folder: null });
  await migrate(database);
  await catchUpOnce({ database, source: chain, signal: new AbortController().signal });
  const watch = new ServeWatch(database);
  server = await startServer({ listen: '127.0.0.1:0', database, watch, onError: () => undefined });
  place = new Place();
});

afterAll(async () => {
  place.remove();
  await server.close();
  await database.close();
});

const tenor = (...args: string[]) => place.run(args.join(' '), '', { TENOR_HISTORY: server.url });

it('shows every change of cash, fills, results and candles', async () => {
  const history = await tenor('account', 'history', alice);
  expect(history.stdout).toContain('50,000.00');
  expect(history.stdout).toMatch(/trade +BTC-27DEC26-100000-C +buy 0\.5 +1,250\.00 +-627\.00/);
  const fills = await tenor('account', 'fills', alice);
  expect(fills.stdout).toMatch(/buy +0\.5 +1,250\.00 +2\.00 +0\.00 +taker/);
  expect((await tenor('account', 'pnl', bob)).stdout).toMatch(/1 +0\.00 +1\.00 +0\.00 +-1\.00/);
  expect((await tenor('market', 'candles', SERIES)).stdout).toMatch(/1,250\.00 +0\.5 +1/);
  const vols = await tenor('market', 'candles', 'btc', '--kind', 'vol-index');
  expect(vols.stdout).toMatch(/CLOSE\n.* 52\.34% +52\.34% +52\.34% +52\.34%\n/);
  expect((await tenor('indexer', 'status')).stdout).toContain('1 to 1');
});

it('says base units with their decimals to programs', async () => {
  const { stdout } = await tenor('account', 'fills', alice, '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    fills: [{ quantity: '5000', quantityDecimal: '0.5', feeUusd: '2000000', role: 'taker' }],
  });
});

it('says what to do where there is nothing, or nobody', async () => {
  const nobody = new UserKey('carol').address;
  expect((await tenor('account', 'fills', nobody)).stdout).toContain('No fills yet.');
  const marks = await tenor('market', 'candles', SERIES, '--resolution', '7s');
  expect([marks.exitCode, marks.stderr]).toEqual([2, expect.stringContaining('is one of 1s, 5s')]);
  const nowhere = { TENOR_HISTORY: 'http://127.0.0.1:1' };
  const down = await place.run(`account pnl ${alice}`, '', nowhere);
  expect(down.exitCode).toBe(3);
  expect(down.stderr).toContain('No indexer answers at http://127.0.0.1:1.');
});
