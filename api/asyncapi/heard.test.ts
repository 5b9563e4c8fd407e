import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import { TestChain } from '../../test/harness/chain.ts';
import { firstCall, flagsOf, fundUsers, trade } from '../../test/harness/crisis.ts';
import { anyOf } from '../../test/harness/keys.ts';
import { TestReadSide } from '../../test/harness/streams.ts';
import { FEE, Side, markOf, orderMsg } from '../../test/harness/trading.ts';
import { StreamClient } from '../stream/fixture.ts';
import { heardMisfits } from './fixture.ts';

let chain: TestChain;
let readSide: TestReadSide;
let client: StreamClient;

beforeAll(async () => {
  chain = await TestChain.start({ alone: true });
  await fundUsers(chain, { alice: 12_000, bob: 500_000, carol: 500_000 });
  readSide = await TestReadSide.start(chain.node);
  await readSide.reader.caughtUp();
  client = await StreamClient.connect(readSide.streamUrl);
});
afterAll(async () => {
  client.socket.terminate();
  await readSide.close();
  await chain.close();
});

const subaccount = (name: string) =>
  client
    .of('snapshot', `account:${chain.user(name).address}`)
    .map(({ data }) => (data['subaccounts'] as Record<string, object>)['0']!);

/** Everything that an account can have, by whatever way it came by it. */
async function haveAll(series: string): Promise<void> {
  const bob = chain.user('bob');
  const who = { sender: bob.address, subaccount: 0 };
  const bid = { series, side: Side.SIDE_BUY, size: 0.1, price: 5 };
  const leg: clob.TriggerLeg = {
    ...{ on: clob.TriggerOn.TRIGGER_ON_INDEX, when: clob.TriggerWhen.TRIGGER_WHEN_BELOW },
    levelUusd: 1_000_000n,
    order: { ...clob.MsgPlaceOrder.decode(orderMsg(bob, bid).value), sender: '' },
  };
  const messages = [
    orderMsg(bob, bid),
    anyOf(clob.MsgPlaceTrigger, { ...who, legs: [leg] }),
    anyOf(clob.MsgSetQuoteGroup, {
      ...{ ...who, group: 'g', underlying: 'BTC', quantityLimit: 15_000n, maxQuote: 10_000n },
      ...{ deltaLimit: 0n, vegaLimitUusd: 0n, windowMs: 60_000, freezeMs: 0 },
    }),
    anyOf(clob.MsgMassQuote, {
      ...{ ...who, group: 'g' },
      quotes: [{ series, bid: { quantity: 1_000n, priceUusd: 5_000_000n } }],
    }),
    anyOf(clob.MsgDeadManSwitch, { ...who, timeoutMs: 60_000, everything: true }),
  ];
  const { txResults } = await chain.block({ txs: [chain.sign(bob, messages, FEE)] });
  expect(txResults.map(({ code, log }) => [code, log])).toEqual(txResults.map(() => [0, '']));
}

test('an account with all it can have and a liquidation are as the document says', async () => {
  const series = firstCall(chain);
  const accounts = ['alice', 'bob'].map((name) => `account:${chain.user(name).address}`);
  const channels = [...accounts, 'ticker:BTC', 'liquidations', 'trades:BTC', 'surface:BTC'];
  client.say({ op: 'subscribe', channels: [...channels, `book:${series}`, 'oracle:BTC'] });
  await client.next('snapshot', channels.length + 2);
  await trade(chain, { seller: 'alice', buyer: 'bob', series, size: 1 });
  await haveAll(series);
  chain.market = { ...chain.market, btc: 72_000 };
  await chain.until(() => flagsOf(chain).some(({ auction }) => auction !== undefined), 1_000, 30);
  // Whole once more: what is there now, of both.
  await readSide.reader.caughtUp();
  readSide.api.streams.anew(readSide.reader.replica.latest!);
  await client.next('snapshot', 2 * (channels.length + 2));
  const bob = Object.keys(subaccount('bob').at(-1)!);
  const all = [
    'positions',
    'orders',
    'triggers',
    'quotes',
    'quoteGroups',
    'deadManSwitch',
    'margin',
  ];
  expect(all.filter((name) => !bob.includes(name))).toEqual([]);
  expect(Object.keys(subaccount('alice').at(-1)!)).toContain('liquidation');
  const offer = {
    series,
    side: Side.SIDE_SELL,
    size: 1,
    price: Math.round(markOf(chain, series) / 5) * 5,
  };
  const carol = chain.user('carol');
  await chain.block({ txs: [chain.sign(carol, [orderMsg(carol, offer)])] });
  await chain.until(() => flagsOf(chain).length === 0, 1_000, 100);
  await readSide.reader.caughtUp();
  for (const type of ['patch', 'events']) {
    for (const channel of [...accounts, 'liquidations']) await client.next(type, 1, channel);
  }
  await client.next('patch', 1, 'ticker:BTC');
  expect(client.heard.flatMap(heardMisfits)).toEqual([]);
});
