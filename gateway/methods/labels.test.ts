import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Labels } from '../account/labels.ts';
import { TestGateway } from '../fixture.ts';
import type { TestPlaced } from '../fixture.ts';

const LIMIT_MS = 120_000;
const ENDED_SECONDS = 60;

let here: TestGateway;
let name: string;

beforeAll(async () => {
  // The chain forgets after a minute here, and a gap of ten seconds is no outage.
  here = await TestGateway.start({
    genesis(state) {
      const { params } = state['clob'] as { params: object };
      Object.assign(params, { endedOrdersSeconds: ENDED_SECONDS, auctionSteps: [] });
    },
  });
  ({ name } = here);
}, LIMIT_MS);

afterAll(async () => {
  await here.close();
  expect(here.faults()).toEqual([]);
}, LIMIT_MS);

const taking = (label: string) => ({
  ...{ instrument_name: name, amount: 0.1, label, type: 'market' },
});

test(
  'a market order under a label is one order, whatever its bound is by then',
  async () => {
    const rpc = await here.authorized();
    const other = await here.authorized();
    const both = [rpc, other].map((one) => one.call<TestPlaced>('private/buy', taking('twice')));
    const [one, two] = await Promise.all(both);
    expect(one!.order).toMatchObject({ order_state: 'filled', filled_amount: 0.1 });
    expect(two!.order.order_id).toBe(one!.order.order_id);
    other.close();
    // Another gateway that has lost the file sends it anew, with a bound of its own.
    here.chain.market = { ...here.chain.market, btc: here.chain.market.btc + 50 };
    await here.blocks(3);
    rpc.close();
    await here.gateway.close();
    await here.open({ labelsPath: `${here.labelsPath}-lost` });
    const later = await here.authorized();
    const again = await later.call<TestPlaced>('private/buy', taking('twice'));
    expect(again.order).toMatchObject({ order_id: one!.order.order_id, filled_amount: 0.1 });
    later.close();
    await here.gateway.close();
    await here.open();
  },
  LIMIT_MS,
);

test(
  'a position is closed once under a label, although there is none left the second time',
  async () => {
    const rpc = await here.authorized();
    await rpc.call('private/buy', taking('to close'));
    const close = { instrument_name: name, type: 'market', label: 'closing' };
    const first = await rpc.call<TestPlaced>('private/close_position', close);
    expect(first.order).toMatchObject({ order_state: 'filled', label: 'closing' });
    const again = await rpc.call<TestPlaced>('private/close_position', close);
    expect(again.order.order_id).toBe(first.order.order_id);
    const unlabelled = { instrument_name: name, type: 'market' };
    await expect(rpc.call('private/close_position', unlabelled)).rejects.toThrow(/10010/);
    rpc.close();
  },
  LIMIT_MS,
);

test(
  'a label that has filled stands for that as long as the chain knows it, and no longer',
  async () => {
    const rpc = await here.authorized();
    const buy = async () => (await rpc.call<TestPlaced>('private/buy', taking('again'))).order;
    const first = await buy();
    await here.pass(ENDED_SECONDS - 20);
    expect((await buy()).order_id).toBe(first.order_id);
    await here.pass(40);
    const second = await buy();
    expect(second).toMatchObject({ order_state: 'filled' });
    expect(second.order_id).not.toBe(first.order_id);
    rpc.close();
  },
  LIMIT_MS,
);

/** An indexer that knows these orders, by the path that docs/guides/history.md has. */
async function historyOf(orders: readonly object[]) {
  const server = createServer((_request, response) => response.end(JSON.stringify({ orders })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

test(
  'of what was never answered and is forgotten an indexer is asked, and nothing is doubled',
  async () => {
    // Asked for half an hour ago; the answer was lost and the gateway was down since then.
    const path = `${here.labelsPath}-old`;
    const old = () => Date.now() - 1_800_000;
    const rpc = await here.authorized();
    const terms = { instrument_name: name, amount: 0.1, price: 40, label: 'old' };
    const { order } = await rpc.call<TestPlaced>('private/buy', terms);
    expect(await rpc.call('private/cancel_all')).toBe(1);
    rpc.close();
    const lines = readFileSync(here.labelsPath, 'utf8').split('\n');
    const claim = JSON.parse(lines.find((line) => line.includes('"label":"old"'))!) as object;
    const rewrite = () => writeFileSync(path, `${JSON.stringify({ ...claim, timeMs: old() })}\n`);
    const { clientOrderId } = claim as { clientOrderId: string };
    await here.pass(ENDED_SECONDS + 20);
    const reopen = async (historyUrl?: string) => {
      await here.gateway.close();
      rewrite();
      const url = historyUrl === undefined ? {} : { historyUrl };
      await here.open({ labelsPath: path, ...url });
      return here.authorized();
    };
    const blind = await reopen();
    await expect(blind.call('private/buy', terms)).rejects.toThrow(/13032 .*30 minutes ago/);
    expect(here.resting().orders).toBe(0);
    blind.close();
    const row = {
      ...{ orderId: order.order_id, series: here.symbol, side: 'buy', priceUusd: '40000000' },
      ...{ quantity: '1000', filled: '1000', filledUusd: '4000000', status: 'filled' },
      ...{ reason: null, clientOrderId, reduceOnly: false, timeInForce: 'gtc', volBp: null },
      ...{ placedHeight: '1', placedMs: 1, changedMs: 1 },
    };
    const knowing = await historyOf([row]);
    const informed = await reopen(knowing.url);
    const known = await informed.call<TestPlaced>('private/buy', terms);
    expect(known.order).toMatchObject({ order_id: order.order_id, order_state: 'filled' });
    expect(here.resting().orders).toBe(0);
    informed.close();
    const empty = await historyOf([]);
    const certain = await reopen(empty.url);
    const placed = await certain.call<TestPlaced>('private/buy', terms);
    expect(placed.order).toMatchObject({ order_state: 'open' });
    expect(await certain.call('private/cancel_all')).toBe(1);
    certain.close();
    for (const history of [knowing, empty]) history.close();
    expect(new Labels(path, Date.now, () => false).labelOf(clientOrderId)).toBe('old');
  },
  LIMIT_MS,
);
