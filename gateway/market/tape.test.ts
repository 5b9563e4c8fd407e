import { expect, test } from '@jest/globals';
import type { StreamTrade } from '../../client/index.ts';
import { candlesOf } from './chart.ts';
import { Tape } from './tape.ts';

const SYMBOL = 'BTC-27DEC26-100000-C';
const NONE = { mark: null, index: null, vol: null };
const trade = (id: number, timeMs: number, usd: number, symbol = SYMBOL): StreamTrade => ({
  ...{ id: String(id), symbol, height: '1', timeMs: String(timeMs), quantity: '10000' },
  ...{ priceUusd: String(usd * 1e6), takerSide: 1, maker: 'm', taker: 't', makerOrderId: '1' },
  ...{ makerSubaccount: 0, takerSubaccount: 0, takerOrderId: '2', makerFeeUusd: '0' },
  ...{ takerFeeUusd: '0', fundFeeUusd: '0', isLiquidation: false },
});

test('a trade is on the tape once, with its direction against the one before', () => {
  const tape = new Tape();
  const ticks = [100, 101, 101, 99, 99, 100].map(
    (price, i) => tape.add(trade(i, i, price), NONE)!.tick,
  );
  expect(ticks).toEqual([1, 0, 1, 2, 3, 0]);
  expect(tape.add(trade(3, 3, 99), NONE)).toBeNull();
  expect(tape.of(SYMBOL)).toHaveLength(6);
});

test('a day is kept, and nothing of a series that has not traded since', () => {
  const tape = new Tape();
  tape.add(trade(1, 0, 100, 'BTC-27DEC26-1-C'), NONE);
  tape.add(trade(2, 1_000, 100), NONE);
  tape.add(trade(3, 86_400_001, 100), NONE);
  expect(tape.trades.map(({ id }) => id)).toEqual(['2', '3']);
  expect(tape.of('BTC-27DEC26-1-C')).toEqual([]);
});

test('candles go on with the last price where nothing traded', () => {
  const tape = new Tape();
  for (const one of [trade(1, 61_000, 10), trade(2, 62_000, 12), trade(3, 63_000, 9)]) {
    tape.add(one, NONE);
  }
  tape.add(trade(4, 190_000, 11), NONE);
  const candles = candlesOf(tape.of(SYMBOL), 1, { fromMs: 0, toMs: 200_000 });
  expect(candles).toEqual([
    { tick: 60_000, open: 10, high: 12, low: 9, close: 9, volume: 3, cost: 31 },
    { tick: 120_000, open: 9, high: 9, low: 9, close: 9, volume: 0, cost: 0 },
    { tick: 180_000, open: 11, high: 11, low: 11, close: 11, volume: 1, cost: 11 },
  ]);
  expect(candlesOf(tape.of(SYMBOL), 1, { fromMs: 70_000, toMs: 80_000 })).toMatchObject([
    { tick: 60_000 },
  ]);
});
