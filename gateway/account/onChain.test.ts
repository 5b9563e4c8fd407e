import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TestGateway } from '../fixture.ts';
import { DEAD_MAN_MS } from './deadMan.ts';

const LIMIT_MS = 120_000;

let here: TestGateway;
let name: string;

beforeAll(async () => {
  here = await TestGateway.start();
  ({ name } = here);
}, LIMIT_MS);

afterAll(async () => {
  await here.close();
  expect(here.faults()).toEqual([]);
}, LIMIT_MS);

test(
  'an order that no block had in time can never come, and says so',
  async () => {
    const rpc = await here.authorized();
    here.aside = [];
    // However slow the machine is: the chain's clock is past it before the gateway gives up.
    here.afterMs = 1_500;
    const terms = { instrument_name: name, amount: 0.1, price: 45 };
    const answer = await rpc.call('private/buy', terms).catch((error: unknown) => String(error));
    expect(answer).toMatch(/10040 .*it did nothing, and never will.*"may_execute":false/);
    expect(here.aside).toHaveLength(1);
    here.node.waiting.push(...here.aside);
    here.aside = null;
    here.afterMs = 250;
    await here.blocks(3);
    expect(await rpc.call('private/get_open_orders')).toEqual([]);
    // What comes next finds its sequence.
    await rpc.call('private/buy', terms);
    expect(await rpc.call('private/cancel_all')).toBe(1);
    rpc.close();
  },
  LIMIT_MS,
);

test(
  'what a gateway that lost the chain leaves behind is gone when the switch says so',
  async () => {
    const rpc = await here.authorized();
    const group = { index_name: 'btc_usdc', mmp_group: 'lost' };
    const limits = { quantity_limit: 2, max_quote_quantity: 1, delta_limit: 1, vega_limit: 500 };
    await rpc.call('private/set_mmp_config', { ...group, interval: 1, frozen_time: 5, ...limits });
    const quotes = [{ instrument_name: name, bid: { price: 70, amount: 0.5 } }];
    await rpc.call('private/mass_quote', { quote_id: '1', mmp_group: 'lost', quotes });
    await rpc.call('private/enable_cancel_on_disconnect');
    await rpc.call('private/buy', { instrument_name: name, amount: 0.1, price: 65 });
    expect(here.resting()).toMatchObject({
      ...{ orders: 1, quotes: 1, deadManSwitch: { everything: true } },
    });
    // From here on nothing that it sends arrives, and the chain's clock goes on.
    here.node.isDown = true;
    here.node.waiting.length = 0;
    rpc.drop();
    const { deadlineMs } = here.resting().deadManSwitch!;
    const stepMs = 5_000;
    here.afterMs = stepMs;
    const lastedMs = () => here.chain.timeMs - (Number(deadlineMs) - DEAD_MAN_MS);
    while (here.resting().orders > 0 || here.resting().quotes > 0) {
      expect(lastedMs()).toBeLessThan(DEAD_MAN_MS + 2 * stepMs);
      await sleep(10);
    }
    expect(lastedMs()).toBeGreaterThanOrEqual(DEAD_MAN_MS);
    // Back again it arms it for who is there, and nothing of theirs goes with what was left.
    here.afterMs = 250;
    here.node.isDown = false;
    const other = await here.authorized();
    await other.call('private/enable_cancel_on_disconnect');
    await other.call('private/buy', { instrument_name: name, amount: 0.1, price: 65 });
    while (!here.log.some(({ kind, ...entry }) => kind === 'disconnected' && 'left' in entry)) {
      await sleep(10);
    }
    await sleep(6_000);
    expect(here.resting()).toMatchObject({ orders: 1, deadManSwitch: { everything: true } });
    other.drop();
    while (here.resting().orders > 0 || here.resting().deadManSwitch !== null) await sleep(10);
  },
  LIMIT_MS,
);
