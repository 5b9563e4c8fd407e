import { describe, expect, test } from '@jest/globals';
import { readProgress } from './db/progress.ts';
import { catchUpOnce } from './follow.ts';
import { HistoryStage } from '../test/harness/historyStage.ts';
import { candles } from './http/candleRoute.ts';
import { Params } from './http/params.ts';
import type { EventFact } from './source/facts.ts';
import { blockOf, event } from '../test/harness/smallChain.ts';

const at = new HistoryStage();

describe('following a chain', () => {
  test('goes on where it ended, and takes nothing twice', async () => {
    at.chain.add([event('price', { underlying: 'BTC', index_uusd: '64000000000' })]);
    await at.follow();
    at.chain.add([event('price', { underlying: 'BTC', index_uusd: '65000000000' })]);
    await at.follow();
    await at.follow();
    expect(await at.one('select count(*) as n from index_prices')).toEqual({ n: '2' });
    expect(await readProgress(at.database)).toMatchObject({ height: 2, chainId: 'small-1' });
  });

  test('refuses a node that no longer has what comes next', async () => {
    for (let i = 0; i < 9; i++) at.chain.add([]);
    at.chain.first = 5;
    await expect(at.follow()).rejects.toThrow('no blocks before 5 any more');
    at.chain.first = 1;
    await at.follow();
    for (let i = 0; i < 9; i++) at.chain.add([]);
    at.chain.first = 12;
    await expect(at.follow()).rejects.toThrow('and the history ends at 9: run once');
  });

  test('an event about an account that was never opened stops it; nothing is written', async () => {
    at.chain.add([]);
    const withdraw = { owner: 'nobody', subaccount: '0', amount_uusd: '1' };
    at.chain.add([event('withdraw', withdraw)]);
    await expect(at.follow()).rejects.toThrow('account nobody 0, which was never opened');
    expect(await at.one('select count(*) as n from blocks')).toEqual({ n: '0' });
    expect(await readProgress(at.database)).toMatchObject({ height: 0 });
  });

  test.each<[string, Record<string, string>]>([
    ['deposit', { sender: 'a' }],
    ['trade', {}],
    ['series_listed', { series: 'nothing', series_id: '1' }],
    ['price', { underlying: 'BTC', index_uusd: '1.5' }],
    ['expiry_priced', { underlying: 'BTC', expiry: '99XXX99' }],
  ])('a %s that lacks something, or has nonsense, stops it with its block', async (type, told) => {
    at.chain.add([]);
    at.chain.add([event(type, told)]);
    const error = await at.follow().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'LedgerError' });
    expect((error as Error).message).toMatch(/block 2|"nothing" names no series|is no expiry/);
    expect(await at.one('select count(*) as n from blocks')).toEqual({ n: '0' });
  });

  test('events of kinds that it does not know, of whatever name, are passed over', async () => {
    at.chain.add(['constructor', '__proto__', 'new_kind'].map((type) => event(type, {})));
    await at.follow();
    expect(await readProgress(at.database)).toMatchObject({ height: 1 });
  });

  test('a second writer is found out before it writes anything', async () => {
    for (let i = 0; i < 4; i++) at.chain.add([]);
    const other = {
      genesis: () => at.chain.genesis(),
      range: () => at.chain.range(),
      blocks: async (from: number, to: number) => {
        await at.follow();
        return at.chain.blocks(from, to);
      },
    };
    const signal = new AbortController().signal;
    await expect(catchUpOnce({ database: at.database, source: other, signal })).rejects.toThrow(
      'Another indexer writes this history',
    );
    expect(await at.one('select count(*) as n from blocks')).toEqual({ n: '4' });
  });

  test('text that a database cannot hold is kept as near to it as can be', async () => {
    const a = { sender: 'a', subaccount: '0', subaccount_id: '1', amount_uusd: '5' };
    const order = { order_id: '1', series: 'BTC-27DEC26-1-C', owner: 'a', subaccount: '0' };
    const terms = { side: 'buy', price_uusd: '1', quantity: '1' };
    const id = `'; drop table orders; --\0\ud800`;
    const placed = event('order_placed', { ...order, ...terms, client_order_id: id });
    at.chain.add([event('deposit', a), placed]);
    await at.follow();
    expect(await at.one('select client_order_id as id from orders')).toEqual({
      id: `'; drop table orders; --\ufffd\ufffd`,
    });
  });

  test.each([1, 10])('a series that comes back under its name is another one (%d)', async (n) => {
    const name = 'BTC-27DEC26-100000-C';
    const series = (type: string, id: number) =>
      event(type, { series: name, series_id: String(id) });
    const order = (id: string) => {
      const what = { order_id: id, series: name, owner: 'a', subaccount: '0', side: 'buy' };
      return event('order_placed', { ...what, price_uusd: '1', quantity: '1' });
    };
    at.chain.add([series('series_listed', 700), order('1')]);
    at.chain.add([event('order_cancelled', { order_id: '1', reason: 'owner' })]);
    at.chain.add([series('series_removed', 700)]);
    at.chain.add([series('series_listed', 800), order('2')]);
    await at.follow(at.chain, n);
    const text = `select series_id as id, listed_height as listed, removed_height as removed
      from series where series = '${name}' and listed_height > 0 order by 1`;
    expect(await at.database.query(text)).toEqual([
      { id: '700', listed: '1', removed: '3' },
      { id: '800', listed: '4', removed: null },
    ]);
    expect(await at.database.query('select order_id as o, series_id as s from orders')).toEqual([
      { o: '1', s: '700' },
      { o: '2', s: '800' },
    ]);
  });

  test('marks of a series are not those of the one that had its name before', async () => {
    const name = 'BTC-27DEC26-100000-C';
    const told = (type: string, id: string) => event(type, { series: name, series_id: id });
    const add = (seconds: number, mark: bigint | null, events: readonly EventFact[] = []) => {
      const marks = { underlying: 'BTC', names: [name], marksUusd: [mark ?? 0n], volsBp: [null] };
      const block = blockOf(at.chain, events);
      const timeMs = Date.UTC(2026, 10, 23) + seconds * 1_000;
      at.chain.blocksOf.push({ ...block, timeMs, ...(mark === null ? {} : { marks: [marks] }) });
    };
    add(1, 5n, [told('series_listed', '700')]);
    add(20, 6n);
    add(40, null, [told('series_removed', '700')]);
    add(50, 9n, [told('series_listed', '800')]);
    add(130, 8n);
    add(4_000, 8n);
    await at.follow(at.chain, 2);
    const ask = async (query: Record<string, string>) => {
      const asked = { name, kind: 'mark', to: '2026-11-23T01:00:00Z', ...query };
      const { candles: found } = await candles({
        database: at.database,
        params: new Params(asked),
      });
      return (found as Record<string, string>[]).map((c) => [c['openUusd'], c['closeUusd']]);
    };
    for (const resolution of ['1s', '1m', '1h']) {
      const is = (query: object) => ask({ resolution, ...query });
      const own = {
        '1s': [
          ['9', '9'],
          ['8', '8'],
        ],
        '1m': [
          ['9', '9'],
          ['8', '8'],
        ],
        '1h': [['9', '8']],
      };
      expect(await is({})).toEqual(own[resolution as '1s']);
      expect(await is({ seriesId: '800' })).toEqual(own[resolution as '1s']);
      const before =
        resolution === '1s'
          ? [
              ['5', '5'],
              ['6', '6'],
            ]
          : [['5', '6']];
      expect(await is({ seriesId: '700' })).toEqual(before);
    }
  });

  test('a history of a program without ids of series and of the genesis goes on', async () => {
    const name = 'BTC-27DEC26-100000-C';
    at.chain.add([event('series_listed', { series: name, series_id: '700' })]);
    await at.follow();
    await at.database.script('update series set series_id = null');
    await at.database.script('update progress set genesis_hash = null');
    at.chain.add([event('series_removed', { series: name, series_id: '700' })]);
    await at.follow();
    const text = `select series_id as id, removed_height as removed from series
      where series = '${name}' and listed_height = 1`;
    expect(await at.one(text)).toEqual({ id: '700', removed: '2' });
    const { hash } = await at.chain.genesis();
    expect(await readProgress(at.database)).toMatchObject({ genesisHash: hash });
  });

  test('a curve begins with the first marks, not where there were none', async () => {
    const a = { sender: 'a', subaccount: '0', subaccount_id: '1', amount_uusd: '5' };
    at.chain.blocksOf.push({ ...blockOf(at.chain, [event('deposit', a)]), marks: [] });
    const name = 'BTC-27DEC26-100000-C';
    const known = { underlying: 'BTC', names: [name], marksUusd: [7n], volsBp: [5_000] };
    at.chain.blocksOf.push({ ...blockOf(at.chain, []), marks: [known] });
    await at.follow(at.chain, 10);
    const points = await at.database.query('select height, equity_uusd from equity');
    expect(points).toEqual([{ height: '2', equity_uusd: '5' }]);
  });

  test('events above the boundary come before transactions, others after them', async () => {
    const price = (usd: number) =>
      event('price', { underlying: 'BTC', index_uusd: `${usd}000000` });
    at.chain.blocksOf.push({
      ...blockOf(at.chain, [price(3)]),
      before: [price(1)],
      txs: [{ hash: 'AB', code: 0, events: [price(2)] }],
    });
    await at.follow();
    expect(await at.one(`select open, close from candles where seconds = 60`)).toEqual({
      open: '1000000',
      close: '3000000',
    });
  });
});
