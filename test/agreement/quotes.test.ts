import { afterEach, beforeEach, expect, test } from '@jest/globals';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import { TestChain } from '../harness/chain.ts';
import { anyOf } from '../harness/keys.ts';
import type { UserKey } from '../harness/keys.ts';
import {
  FEE,
  Side,
  accountOf,
  depositMsg,
  markOf,
  orderMsg,
  seriesOf,
} from '../harness/trading.ts';

let chain: TestChain;

beforeEach(async () => {
  chain = await TestChain.start();
  for (let i = 0; i < 4; i++) await chain.block();
});

afterEach(async () => {
  await chain.close();
});

const who = (user: UserKey) => ({ sender: user.address, subaccount: 0, group: 'g1' });

const groupMsg = (user: UserKey) =>
  anyOf(clob.MsgSetQuoteGroup, {
    ...{ ...who(user), underlying: 'BTC', quantityLimit: 15_000n, maxQuote: 10_000n },
    ...{ deltaLimit: 0n, vegaLimitUusd: 0n, windowMs: 60_000, freezeMs: 0 },
  });

const quotesMsg = (user: UserKey, quotes: readonly clob.Quote[]) =>
  anyOf(clob.MsgMassQuote, { ...who(user), quotes: [...quotes] });

const switchMsg = (user: UserKey) =>
  anyOf(clob.MsgDeadManSwitch, {
    ...{ sender: user.address, subaccount: 0, timeoutMs: 60_000, everything: true },
  });

const usd = (price: number): bigint => BigInt(price) * 1_000_000n;

test('a maker quotes many series, trades to its limit and is pulled, on every node', async () => {
  const [maker, taker] = [chain.user('alice'), chain.user('bob')];
  await chain.block({
    txs: [maker, taker].map((user) => chain.sign(user, [depositMsg(user, 100_000)], FEE)),
  });
  const near = seriesOf(chain, 'BTC').filter((s) => s.symbol.endsWith('-C'));
  const quoted = near.slice(0, 12).map(({ symbol }): clob.Quote => {
    const price = Math.max(10, Math.round(markOf(chain, symbol) / 5) * 5);
    return {
      series: symbol,
      bid: { priceUusd: usd(price - 5), quantity: 10_000n },
      ask: { priceUusd: usd(price + 5), quantity: 10_000n },
    };
  });
  const set = await chain.block({
    txs: [chain.sign(maker, [groupMsg(maker), quotesMsg(maker, quoted), switchMsg(maker)])],
  });
  expect(set.txResults.map((r) => r.log)).toEqual(['', '']);

  const [first, second] = quoted;
  const buy = (quote: clob.Quote) =>
    orderMsg(taker, {
      ...{ series: quote.series, side: Side.SIDE_BUY, size: 1 },
      price: Number(quote.ask!.priceUusd / 1_000_000n),
    });
  const traded = await chain.block({ txs: [chain.sign(taker, [buy(first!)])] });
  expect(traded.txResults.map((r) => r.log)).toEqual(['', '']);
  const pulled = await chain.block({ txs: [chain.sign(taker, [buy(second!)])] });
  const events = pulled.txResults[1]!.events.filter(({ type }) => type === 'quotes_pulled');
  expect(events).toHaveLength(1);
  expect(accountOf(chain, maker).positions).toHaveLength(2);
  const frozen = await chain.block({ txs: [chain.sign(maker, [quotesMsg(maker, [first!])])] });
  expect(frozen.txResults[1]).toMatchObject({ codespace: 'clob', code: 43 });
  // The switch goes off, and nothing is left of it.
  for (let i = 0; i < 3; i++) await chain.block({ afterMs: 30_000 });
});
