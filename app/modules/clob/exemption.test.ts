import { describe, expect, test } from '@jest/globals';
import { marginErrors, markOf, reservedOf } from '../margin/index.ts';
import { mustSeriesBySymbol } from '../options/index.ts';
import { refusalCode } from '../../runtime/fixture.ts';
import { CALL, ClobChain, PUT } from './fixture.ts';
import { orders } from './state.ts';

const USD = 1_000_000n;
const SHORT = `${marginErrors.codespace}/${marginErrors.codes['insufficientMargin']}`;

/** User 1 is short a call, with less than the initial margin of half of it. */
function shortOfInitial(cashUsd: bigint, before?: (chain: ClobChain) => void): ClobChain {
  const chain = ClobChain.create([500_000n * USD, cashUsd * USD]);
  before?.(chain);
  // The seller receives 1,000 USD.
  chain.accounts.trade(1n, 2n, 10_000n, CALL);
  return chain;
}

/** The mark of the call in whole ticks of 5 USD: at most it, and above it. */
function ticks(chain: ClobChain): { fair: number; dear: number } {
  const { mark } = markOf(chain.ctx, mustSeriesBySymbol(chain.ctx, CALL))!;
  const fair = Math.floor(mark / 5) * 5;
  return { fair, dear: fair + 5 };
}

const closing = (chain: ClobChain, usd: number) =>
  refusalCode(() => chain.place(1, 'buy', usd, { quantity: 5_000n }));

describe('an order of an account below its initial margin', () => {
  test('passes when all of it only reduces risk, at a fair price', () => {
    const chain = shortOfInitial(2_000n);
    expect(closing(chain, ticks(chain).fair)).toBe('done');
  });

  test('is refused while anything else rests, and passes once that is gone', () => {
    let other = 0n;
    const chain = shortOfInitial(2_000n, (at) => {
      other = at.place(1, 'buy', 5, { series: PUT, quantity: 100n }).orderId;
    });
    expect(closing(chain, ticks(chain).fair)).toBe(SHORT);
    chain.cancel(1, other);
    expect(closing(chain, ticks(chain).fair)).toBe('done');
  });

  test('is refused the second time: its first one rests', () => {
    const chain = shortOfInitial(2_000n);
    const some = { quantity: 2_000n };
    const { fair } = ticks(chain);
    expect(refusalCode(() => chain.place(1, 'buy', fair, some))).toBe('done');
    expect(refusalCode(() => chain.place(1, 'buy', fair, some))).toBe(SHORT);
  });

  test('passes as often as it likes while all that rests can only reduce the position', () => {
    const chain = shortOfInitial(2_000n);
    const some = { quantity: 4_000n, reduceOnly: true };
    const { fair, dear } = ticks(chain);
    const place = (usd: number, terms: object) =>
      refusalCode(() => chain.place(1, 'buy', usd, { ...some, ...terms }));
    expect([place(fair, {}), place(fair - 5, {})]).toEqual(['done', 'done']);
    // Above the mark it is not exempt, as the first would not be.
    expect(place(dear, {})).toBe(SHORT);
    expect(place(fair, { reduceOnly: false, quantity: 1_000n })).toBe(SHORT);
    // Together they close no more than there is: the third is cut, a fourth has nothing to close.
    expect(place(fair - 10, {})).toBe('done');
    const left = [...orders.entries(chain.ctx)].map(([id]) => reservedOf(chain.ctx, 2n, id));
    expect(left.map(({ quantity }) => quantity)).toEqual([4_000n, 4_000n, 2_000n]);
    expect(place(fair - 10, {})).toBe('clob/7');
    chain.place(0, 'sell', fair - 10, { quantity: 10_000n });
    expect(chain.broken()).toEqual([]);
    expect([...orders.entries(chain.ctx)]).toEqual([]);
    expect(refusalCode(() => chain.place(1, 'buy', 5, { series: PUT, quantity: 100n }))).toBe(
      'done',
    );
  });

  test('is refused beside an order that does more than reduce', () => {
    const chain = shortOfInitial(2_000n, (at) => {
      at.place(1, 'buy', 5, { series: PUT, quantity: 100n });
    });
    const one = { quantity: 4_000n, reduceOnly: true };
    expect(refusalCode(() => chain.place(1, 'buy', ticks(chain).fair, one))).toBe(SHORT);
  });

  test('is refused when its price is above the mark: value would go to an accomplice', () => {
    const chain = shortOfInitial(2_000n);
    expect(closing(chain, ticks(chain).dear)).toBe(SHORT);
  });

  test('is refused when it adds to the risk, at whatever price', () => {
    const chain = shortOfInitial(2_000n);
    const more = { quantity: 10_000n };
    expect(refusalCode(() => chain.place(1, 'sell', ticks(chain).dear + 100, more))).toBe(SHORT);
  });

  test('is refused when the cash does not pay for it, and passes when it does', () => {
    expect(closing(shortOfInitial(0n), ticks(shortOfInitial(0n)).fair)).toBe('done');
    const poor = shortOfInitial(0n);
    // A put for the 1,000 USD that the call brought: now there is no cash.
    poor.accounts.trade(2n, 1n, 10_000n, PUT);
    expect(closing(poor, ticks(poor).fair)).toBe(SHORT);
  });

  test('passes at any price inside the band when nothing is left to require margin', () => {
    const chain = shortOfInitial(2_000n);
    const all = { quantity: 10_000n };
    expect(refusalCode(() => chain.place(1, 'buy', ticks(chain).dear + 100, all))).toBe('done');
  });
});
