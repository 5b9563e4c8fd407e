import { expect, test } from '@jest/globals';
import { GasMeter } from '../../../../lib/gas.ts';
import { CALL, ClobChain, PUT } from '../../fixture.ts';
import { onlyReduces, reducibleBy, unreservedReduction } from './reduceOnly.ts';

const RICH = 500_000_000_000n;
const REDUCE = { reduceOnly: true };

/** User 0 is long a call that user 1 is short of. */
function traded(): ClobChain {
  const chain = ClobChain.create([RICH, RICH]);
  chain.accounts.trade(1n, 2n, 10_000n, CALL);
  return chain;
}
const SIDES = [true, false];

test('a position is reduced by the other side, by all of it and no more', () => {
  const chain = traded();
  const seriesId = chain.accounts.seriesId(CALL);
  const by = (id: bigint, series = seriesId) =>
    SIDES.map((isBuy) => reducibleBy(chain.ctx, id, series, isBuy));
  expect(by(1n)).toEqual([0n, 10_000n]);
  expect(by(2n)).toEqual([10_000n, 0n]);
  expect(by(1n, chain.accounts.seriesId(PUT))).toEqual([0n, 0n]);
});

test('what rests and only reduces has its part of it; what else rests has not', () => {
  const chain = traded();
  const seriesId = chain.accounts.seriesId(CALL);
  const left = () => SIDES.map((isBuy) => unreservedReduction(chain.ctx, 1n, seriesId, isBuy));
  chain.place(0, 'sell', 800, { quantity: 7_000n });
  expect(left()).toEqual([0n, 10_000n]);
  chain.place(0, 'sell', 810, { ...REDUCE, quantity: 4_000n });
  chain.place(0, 'sell', 820, { ...REDUCE, quantity: 1_000n });
  expect(left()).toEqual([0n, 5_000n]);
  // The position shrinks below what rests for it.
  chain.accounts.trade(2n, 1n, 6_000n, CALL);
  expect(left()).toEqual([0n, 0n]);
});

test('where nothing is held what rests is not asked for: gas is part of the results', () => {
  const chain = traded();
  chain.place(0, 'buy', 600);
  chain.place(0, 'sell', 800);
  const seriesId = chain.accounts.seriesId(CALL);
  const gasOf = (isBuy: boolean, reduction: typeof reducibleBy): number => {
    const view = chain.ctx.metered(new GasMeter(1_000_000));
    expect(reduction(view, 1n, seriesId, isBuy)).toBe(isBuy ? 0n : 10_000n);
    return view.gas.used;
  };
  expect(gasOf(true, unreservedReduction)).toBe(gasOf(true, reducibleBy));
  expect(gasOf(false, unreservedReduction)).toBeGreaterThan(gasOf(false, reducibleBy));
});

test('an account only reduces when its order does, and all that rests', () => {
  const chain = traded();
  const reduces = (reduceOnly: boolean) => onlyReduces(chain.ctx, 1n, { reduceOnly });
  expect([reduces(true), reduces(false)]).toEqual([true, false]);
  chain.place(0, 'sell', 800, { ...REDUCE, quantity: 4_000n });
  expect([reduces(true), reduces(false)]).toEqual([true, false]);
  chain.place(0, 'sell', 810, { quantity: 1_000n });
  expect([reduces(true), reduces(false)]).toEqual([false, false]);
});
