import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TestGateway } from '../fixture.ts';
import type { TestOrder, TestPlaced } from '../fixture.ts';

const LIMIT_MS = 120_000;

let here: TestGateway;
let name: string;

// Those who would take wait for the end of the next block (ADR 149).
beforeAll(async () => {
  here = await TestGateway.start({
    genesis(state) {
      Object.assign((state['clob'] as { params: object }).params, { delayTakers: true });
    },
  });
  ({ name } = here);
}, LIMIT_MS);

afterAll(async () => {
  await here.close();
  expect(here.faults()).toEqual([]);
}, LIMIT_MS);

test(
  'an order that waits is open, and channels tell what becomes of it',
  async () => {
    const rpc = await here.authorized();
    const channels = ['user.orders.any.any.raw', 'user.trades.any.any.raw'];
    await rpc.call('private/subscribe', { channels });
    // Blocks only of what is sent, so that it is asked for while it waits.
    here.isOnDemand = true;
    const price = Math.ceil((here.mark * 1.1) / 10) * 10;
    const terms = { instrument_name: name, amount: 0.1, price, label: 'waits' };
    const { order, trades } = await rpc.call<TestPlaced>('private/buy', terms);
    expect(order).toMatchObject({ order_state: 'open', chain_state: 'delayed', filled_amount: 0 });
    expect(trades).toEqual([]);
    const { order_id } = order;
    // Said again it is the same one, and nobody takes it back.
    expect((await rpc.call<TestPlaced>('private/buy', terms)).order.order_id).toBe(order_id);
    await expect(rpc.call('private/cancel', { order_id })).rejects.toThrow(/10040 .*"code":24/);
    here.isOnDemand = false;
    const last = () => rpc.told.get(channels[0]!)?.at(-1) as TestOrder | undefined;
    while (last()?.order_state !== 'filled') await sleep(10);
    expect(last()).toMatchObject({ order_id, filled_amount: 0.1, replaced: false });
    expect(last()).not.toHaveProperty('chain_state');
    while (!rpc.told.has(channels[1]!)) await sleep(10);
    expect(rpc.told.get(channels[1]!)).toMatchObject([[{ order_id, amount: 0.1 }]]);
    expect(await rpc.call('private/get_order_state', { order_id })).toMatchObject({
      ...{ order_state: 'filled', filled_amount: 0.1, label: 'waits' },
    });
    // What would not take rests at once.
    const low = { instrument_name: name, amount: 0.1, price: 40 };
    const resting = await rpc.call<TestPlaced>('private/buy', low);
    expect(resting.order).not.toHaveProperty('chain_state');
    expect(await rpc.call('private/cancel_all')).toBe(1);
    rpc.close();
  },
  LIMIT_MS,
);
