import { beforeEach, expect, test } from '@jest/globals';
import type { Outcome, StreamListener, TenorClient } from '../../client/index.ts';
import type { Market } from '../market/market.ts';
import { Account } from './account.ts';

// A node may tell its streams late: what an order did is in the answer to its transaction.

const SERIES = 'BTC-27DEC26-100000-C';
const OWN = { owner: 'alice', subaccount: '0' };
const PLACED = {
  ...{ ...OWN, order_id: '5', series: SERIES, side: 'buy', price_uusd: '9', quantity: '30' },
};
const TRADE = {
  ...{ trade_id: '8', series: SERIES, price_uusd: '7', quantity: '10', taker_side: 'buy' },
  ...{ maker: 'bob', maker_subaccount: '0', maker_order_id: '4', maker_fee_uusd: '1' },
  ...{ taker: 'alice', taker_subaccount: '0', taker_order_id: '5', taker_fee_uusd: '2' },
};
const outcome = {
  ...{ hash: 'AB', height: 12, code: 0 },
  events: [
    { type: 'order_placed', attributes: PLACED },
    { type: 'trade', attributes: TRADE },
  ],
} as unknown as Outcome;
const streamed = {
  fills: [
    {
      ...{ id: '8', symbol: SERIES, height: '12', timeMs: '12000', priceUusd: '7' },
      ...{ quantity: '10', takerSide: 1, maker: 'bob', taker: 'alice', makerOrderId: '4' },
      ...{ takerOrderId: '5', makerSubaccount: 0, takerSubaccount: 0, makerFeeUusd: '1' },
      ...{ takerFeeUusd: '2', fundFeeUusd: '0', isLiquidation: false },
    },
  ],
  events: [{ event: 'order_placed', tx: 'AB', attributes: PLACED }],
  txs: [],
};
const resting = { 5: { id: '5', symbol: SERIES, side: 1, priceUusd: '9', quantity: '30' } };
const document = {
  owner: 'alice',
  subaccounts: {
    0: {
      orders: Object.fromEntries(
        Object.entries(resting).map(([id, order]) => [
          id,
          { ...order, filled: '10', remaining: '20', clientOrderId: '', reduceOnly: false },
        ]),
      ),
    },
  },
};

let account: Account;
let tell: (update: object) => void;
const told: string[] = [];

beforeEach(async () => {
  told.length = 0;
  const client = {
    ...{ owner: 'alice', subaccount: 0 },
    stream: (_channel: string, listener: StreamListener) => {
      tell = listener as unknown as typeof tell;
      tell({ type: 'snapshot', document: { subaccounts: {} }, height: 10, timeMs: 10_000 });
    },
  };
  const market = {
    ...{ timeMs: 10_000, underlyings: [] },
    contextOf: () => ({ mark: null, index: null, vol: null }),
  };
  account = new Account(client as unknown as TenorClient, market as unknown as Market);
  account.onFills.on((fills) => told.push(...fills.map(({ id }) => `fill ${id}`)));
  await account.start();
});

const stream = () => {
  tell({ type: 'events', data: streamed, height: 12, timeMs: 12_000 });
  tell({ type: 'patch', document, height: 12, timeMs: 12_000 });
};
const seen = () => ({ order: account.orders.find('5'), fills: account.fills });

test('an order and its fills are known by the answer, and not taken twice of the stream', () => {
  account.answered(outcome);
  const own = { state: 'open', quantity: 30n, filled: 10n, costUusd: 70n, isReplaced: false };
  expect(seen()).toMatchObject({ order: own, fills: [{ id: '8', timeMs: '10000' }] });
  stream();
  const dated = { ...own, createdMs: 12_000 };
  expect(seen()).toMatchObject({ order: dated, fills: [{ id: '8', timeMs: '12000' }] });
  expect([account.orders.open.length, told]).toEqual([1, ['fill 8']]);
});

test('where the stream was faster the answer adds nothing', () => {
  stream();
  const before = structuredClone(seen());
  account.answered(outcome);
  expect(seen()).toEqual(before);
  expect(told).toEqual(['fill 8']);
});

test('who asks after an answer is told what the stream has told of its block', async () => {
  account.answered(outcome);
  let isTold = false;
  const asked = account.caughtUp().then(() => (isTold = true));
  await new Promise(setImmediate);
  expect(isTold).toBe(false);
  stream();
  await asked;
  await account.caughtUp();
});
