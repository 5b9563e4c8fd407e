import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type * as clob from '../../proto/gen/tenor.clob.v1.ts';
import { TestChain } from '../../test/harness/chain.ts';
import { TestReadSide } from '../../test/harness/streams.ts';
import { depositMsg, FEE, orderMsg, seriesOf, Side } from '../../test/harness/trading.ts';
import { StreamClient } from './fixture.ts';
import type { StreamLimits } from './limits.ts';

let chain: TestChain;
let symbol: string;
let readSide: TestReadSide;
const clients: StreamClient[] = [];

const start = async (limits: Partial<StreamLimits> = {}) => {
  readSide = await TestReadSide.start(chain.node, limits);
  await readSide.reader.caughtUp();
};
const open = async (): Promise<StreamClient> => {
  const client = await StreamClient.connect(readSide.streamUrl);
  clients.push(client);
  return client;
};
const block = async (txs: readonly Uint8Array[] = []) => {
  await chain.block({ txs });
  await readSide.reader.caughtUp();
};
const order = (name: string, side: clob.Side, price: number) => {
  const user = chain.user(name);
  return chain.sign(user, [orderMsg(user, { series: symbol, side, size: 0.1, price })]);
};

beforeAll(async () => {
  chain = await TestChain.start();
  for (let i = 0; i < 4; i++) await chain.block();
  const users = [...chain.users.values()];
  await chain.block({ txs: users.map((u) => chain.sign(u, [depositMsg(u, 50_000)], FEE)) });
  symbol = seriesOf(chain, 'BTC')[0]!.symbol;
});
afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.terminate();
  await readSide.close();
  expect(readSide.faults).toEqual([]);
});
afterAll(() => chain.close());

describe('a channel', () => {
  test('begins with a snapshot and goes on with patches, numbered without a gap', async () => {
    await start();
    const client = await open();
    client.say({ op: 'subscribe', id: 1, channels: [`book:${symbol}`] });
    expect(await client.next('subscribed')).toMatchObject({ id: 1, how: 'new' });
    const { seq } = await client.next('snapshot');
    await block([order('alice', Side.SIDE_BUY, 10)]);
    const patch = await client.next('patch');
    expect([patch.seq, patch.data]).toEqual([
      seq + 1,
      { bids: { '10000000': { quantity: '1000', orders: 1 } } },
    ]);
    await block([order('bob', Side.SIDE_BUY, 11)]);
    expect((await client.next('patch', 2)).seq).toBe(seq + 2);
  });

  test('of an underlying has its volatility index beside its index, as votes move it', async () => {
    await start();
    const client = await open();
    client.say({ op: 'subscribe', channels: ['oracle:BTC'] });
    const { data } = await client.next('snapshot');
    const { volPpm, expiries } = data['volIndex'] as { volPpm: number; expiries: object[] };
    expect(volPpm).toBeGreaterThan(0);
    expect([1, 2]).toContain(expiries.length);
    chain.market = { ...chain.market, vol: chain.market.vol + 0.05 };
    let told = volPpm;
    for (let i = 0; i < 4; i++) {
      await block();
      const patch = (await client.next('patch', i + 1)).data['volIndex'] as { volPpm?: number };
      told = patch.volPpm ?? told;
    }
    expect(told).toBeGreaterThan(volPpm + 30_000);
  });

  test('goes on where a client was, or tells it that it cannot', async () => {
    await start({ keptPerChannelMax: 3 });
    const first = await open();
    const channel = 'trades:BTC';
    const blocks = 'blocks';
    first.say({ op: 'subscribe', channels: [channel, blocks] });
    const { epoch, seq } = await first.next('snapshot', 1, blocks);
    first.socket.terminate();
    await block();
    await block();
    const again = await open();
    again.say({ op: 'subscribe', channels: [{ channel: blocks, epoch, seq }] });
    expect(await again.next('subscribed')).toMatchObject({ how: 'resumed' });
    expect((await again.next('events', 2)).seq).toBe(seq + 2);
    expect(again.of('snapshot')).toEqual([]);
    for (let i = 0; i < 4; i++) await block();
    const late = await open();
    const strangers = [
      { channel: blocks, epoch, seq },
      { channel, epoch: 'another', seq: 0 },
    ];
    late.say({ op: 'subscribe', channels: strangers });
    await late.next('snapshot', 2);
    expect(late.of('subscribed').map(({ how }) => how)).toEqual(['gap', 'gap']);
    late.say({ op: 'unsubscribe', channels: [blocks] });
    await late.next('unsubscribed');
    late.say({ op: 'subscribe', channels: [{ channel: blocks, epoch, seq: 10_000 }] });
    expect((await late.next('subscribed', 3)).how).toBe('gap');
  });

  test('begins anew, in a new epoch, when the read side itself has missed something', async () => {
    await start();
    const client = await open();
    client.say({ op: 'subscribe', channels: [`account:${chain.user('alice').address}`] });
    const { epoch } = await client.next('snapshot');
    // As if blocks were lost between the application and the read side.
    readSide.reader.restart();
    await readSide.reader.caughtUp();
    const again = await client.next('snapshot', 2);
    expect(again.epoch).not.toBe(epoch);
    expect(again.seq).toBe(0);
  });

  test('tells an account its fills and events at once, and the transactions it sent', async () => {
    await start();
    const client = await open();
    const { address } = chain.user('alice');
    client.say({ op: 'subscribe', channels: [`account:${address}`] });
    await client.next('snapshot');
    await block([order('alice', Side.SIDE_SELL, 600)]);
    expect((await client.next('events')).data).toMatchObject({
      fills: [],
      events: [{ event: 'order_placed', attributes: { owner: address, price_uusd: '600000000' } }],
      txs: [{ code: 0 }],
    });
    await block([order('bob', Side.SIDE_BUY, 600)]);
    const { data } = await client.next('events', 2);
    expect(data).toMatchObject({ fills: [{ maker: address, priceUusd: '600000000' }], txs: [] });
    await client.next('patch');
  });
});
