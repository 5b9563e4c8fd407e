import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { changesOf } from './changes.ts';
import type { Resting } from './changes.ts';
import type { WantedQuote } from './wantedQuotes.ts';

const side = fc.option(
  fc.record({ priceUusd: fc.bigInt(1n, 2_000n), quantity: fc.bigInt(1n, 3n) }),
);
const names = ['A', 'B', 'C'];
const wantedQuotes = fc
  .tuple(...names.map((symbol) => fc.record({ symbol: fc.constant(symbol), bid: side, ask: side })))
  .map((quotes) => quotes.map((quote): WantedQuote => ({ ...quote, halfUusd: 100 })));
const restingQuotes = fc.uniqueArray(
  fc.record({
    ...{ series: fc.constantFrom(...names, 'D'), isBuy: fc.boolean() },
    ...{ priceUusd: fc.bigInt(1n, 2_000n), remaining: fc.bigInt(1n, 3n) },
  }),
  { selector: ({ series, isBuy }) => `${series}${isBuy}` },
);

/** What a group has in the books after a message: each side given replaces the last one there. */
function after(resting: readonly Resting[], changes: ReturnType<typeof changesOf>): Resting[] {
  const book = new Map(resting.map((r) => [`${r.series}${r.isBuy}`, r]));
  for (const { series, bid, ask } of changes) {
    for (const [isBuy, given] of [[true, bid] as const, [false, ask] as const]) {
      if (given === undefined) continue;
      const { priceUusd, quantity: remaining } = given;
      if (remaining === 0n) book.delete(`${series}${isBuy}`);
      else book.set(`${series}${isBuy}`, { series, isBuy, priceUusd, remaining });
    }
  }
  return [...book.values()];
}

test('after the changes the book holds what is wanted within the tolerance, nothing else', () => {
  fc.assert(
    fc.property(wantedQuotes, restingQuotes, (wanted, resting) => {
      const book = after(resting, changesOf(wanted, resting, 0.5));
      const sides = wanted.flatMap(({ symbol, bid, ask }) =>
        [bid, ask].flatMap((one, i) => (one === null ? [] : [{ symbol, isBuy: i === 0, ...one }])),
      );
      expect(book).toHaveLength(sides.length);
      for (const { symbol, isBuy, priceUusd, quantity } of sides) {
        const found = book.find((r) => r.series === symbol && r.isBuy === isBuy)!;
        expect(found.remaining).toBe(quantity);
        expect(Math.abs(Number(found.priceUusd - priceUusd))).toBeLessThanOrEqual(50);
      }
      // Nothing is sent twice.
      expect(changesOf(wanted, book, 0.5)).toEqual([]);
    }),
  );
});

test('a quote that is off by less than the tolerance stays where it is', () => {
  const quote = { symbol: 'A', bid: { priceUusd: 1_000n, quantity: 2n }, ask: null, halfUusd: 100 };
  const resting = { series: 'A', isBuy: true, priceUusd: 1_020n, remaining: 2n };
  expect(changesOf([quote], [resting], 0.25)).toEqual([]);
  const [moved] = changesOf([quote], [{ ...resting, priceUusd: 1_026n }], 0.25);
  expect(moved).toEqual({ series: 'A', bid: quote.bid, ask: undefined });
});
