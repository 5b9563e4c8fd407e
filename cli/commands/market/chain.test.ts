import { describe, expect, it } from '@jest/globals';
import { Mark } from '../../../proto/gen/tenor.margin.v1.ts';
import { parseSymbol } from '../../../app/modules/options/core/index.ts';
import { Output } from '../../output/output.ts';
import { cumulative } from './book.ts';
import { pairByStrike, renderChain } from './chain.ts';

const sink = { write: (text: string) => text };
const out = new Output(false, {}, sink, sink);

function option(symbol: string, markUsd: number, delta: number) {
  const { expirySeconds, strikeUusd, kind } = parseSymbol(symbol)!;
  const series = { id: 1n, symbol, underlyingId: 1, expirySeconds, strikeUusd, kind };
  const empty = Mark.decode(new Uint8Array(0));
  const markUusd = BigInt(markUsd * 1e6);
  return {
    series: { ...series, openInterest: 5_000n, traded: true },
    mark: { ...empty, symbol, markUusd, delta, vol: 0.543 },
    top: { bid: { priceUusd: markUusd, quantity: 1n, orders: 1 }, ask: null },
  };
}

describe('a chain', () => {
  it('pairs calls and puts by strike around the forward', () => {
    const rows = pairByStrike([
      option('BTC-27DEC26-100000-P', 9, -0.45),
      option('BTC-27DEC26-90000-C', 9_000, 0.9),
      option('BTC-27DEC26-100000-C', 1_250, 0.55),
    ]);
    expect(renderChain(rows, 95_000, out)).toEqual([
      ' OI  DELTA     IV       BID      MARK  ASK    STRIKE     BID  MARK  ASK     IV  DELTA   OI',
      '0.5   0.90  54.3%  9,000.00  9,000.00    –    90000',
      '                                            (95000.00)',
      '0.5   0.55  54.3%  1,250.00  1,250.00    –    100000    9.00  9.00    –  54.3%  -0.45  0.5',
    ]);
  });

  it('has no line for a forward outside its strikes', () => {
    const rows = pairByStrike([option('BTC-27DEC26-90000-C', 11_000, 0.9)]);
    expect(renderChain(rows, 80_000, out)).toHaveLength(2);
    expect(renderChain(rows, null, out)).toHaveLength(2);
  });
});

it('a book adds up what a taker finds down to each price', () => {
  const level = (quantity: bigint) => ({ priceUusd: 1n, quantity, orders: 1 });
  const totals = cumulative([level(5n), level(2n), level(4n)]).map(({ total }) => total);
  expect(totals).toEqual([5n, 7n, 11n]);
});
