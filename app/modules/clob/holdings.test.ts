import { describe, expect, test } from '@jest/globals';
import type { Ctx } from '../../runtime/context.ts';
import { State } from '../../store/state.ts';
import { holdingsOf } from '../accounts/index.ts';
import {
  BUY_PRICE,
  BUY_QUANTITY,
  QUANTITY,
  ROW,
  SELL_PRICE,
  SELL_QUANTITY,
} from '../accounts/core/holdings.ts';
import { maintenanceOf } from '../margin/index.ts';
import { seriesById, seriesBySymbol } from '../options/index.ts';
import { CALL, ClobChain, PUT, SOON } from './fixture.ts';

const USD = 1_000_000n;
const RICH = 500_000n * USD;

/** The rows of a subaccount as text: quantity, then what is bid for and offered, at which price. */
function rowsOf(ctx: Ctx, id: bigint): string[] {
  return holdingsOf(ctx, id).flatMap(({ rows }) =>
    Array.from({ length: rows.length / ROW }, (_, i) => {
      const at = (field: number) => rows[i * ROW + field]!;
      const bids = `${at(BUY_QUANTITY)}@${at(BUY_PRICE) / 1e6}`;
      return `${at(QUANTITY)} ${bids} ${at(SELL_QUANTITY)}@${at(SELL_PRICE) / 1e6}`;
    }),
  );
}

describe('what a subaccount holds and has resting', () => {
  test('is a row a series with the sum of each side and its worst price', () => {
    const chain = ClobChain.create([RICH]);
    chain.place(0, 'buy', 600, { quantity: 1_000n });
    chain.place(0, 'buy', 620, { quantity: 2_000n });
    chain.place(0, 'sell', 800, { quantity: 3_000n });
    chain.place(0, 'sell', 750, { quantity: 4_000n });
    chain.place(0, 'buy', 500, { series: PUT, quantity: 5_000n });
    expect(rowsOf(chain.ctx, 1n)).toEqual(['0 3000@620 7000@750', '0 5000@500 0@0']);
  });

  test('falls back to the next price when the worst order goes, and then to nothing', () => {
    const chain = ClobChain.create([RICH]);
    const low = chain.place(0, 'buy', 600).orderId;
    const high = chain.place(0, 'buy', 620).orderId;
    const same = chain.place(0, 'buy', 620).orderId;
    chain.cancel(0, high);
    expect(rowsOf(chain.ctx, 1n)).toEqual(['0 20000@620 0@0']);
    chain.cancel(0, same);
    expect(rowsOf(chain.ctx, 1n)).toEqual(['0 10000@600 0@0']);
    chain.cancel(0, low);
    expect(holdingsOf(chain.ctx, 1n)).toEqual([]);
  });

  test('follows a fill on both sides, in part and whole', () => {
    const chain = ClobChain.create([RICH, RICH]);
    chain.place(0, 'sell', 700, { quantity: 30_000n });
    chain.place(1, 'buy', 700, { quantity: 10_000n });
    expect(rowsOf(chain.ctx, 1n)).toEqual(['-10000 0@0 20000@700']);
    expect(rowsOf(chain.ctx, 2n)).toEqual(['10000 0@0 0@0']);
    chain.place(1, 'buy', 700, { quantity: 20_000n });
    expect(rowsOf(chain.ctx, 1n)).toEqual(['-30000 0@0 0@0']);
  });

  test('loses its positions with the settlement, and the orders of a purged book', () => {
    const chain = ClobChain.create([RICH, RICH]);
    chain.place(0, 'sell', 700, { series: SOON });
    chain.place(1, 'buy', 700, { series: SOON, quantity: 5_000n });
    expect(holdingsOf(chain.ctx, 1n)).toHaveLength(1);
    chain.block(250);
    expect(holdingsOf(chain.ctx, 1n)).toEqual([]);
    expect(holdingsOf(chain.ctx, 2n)).toEqual([]);
    expect(chain.broken()).toEqual([]);
  });

  test('is the same after a restart while orders outlive their series', () => {
    const chain = ClobChain.create([RICH, RICH], { maxPurgesPerBlock: 1 });
    for (let i = 0; i < 90; i++) chain.place(0, 'sell', 900 + i, { series: SOON, quantity: 100n });
    const { id } = seriesBySymbol(chain.ctx, SOON)!;
    for (let i = 0; i < 300 && seriesById(chain.ctx, id) !== undefined; i++) chain.block();
    expect(seriesById(chain.ctx, id)).toBeUndefined();
    expect(rowsOf(chain.ctx, 1n)).toHaveLength(1);
    expect(maintenanceOf(chain.ctx, 1n)).toBe(RICH);
    const restarted = chain.restart();
    expect(restarted.dump()).toEqual(chain.dump());
    expect(restarted.broken()).toEqual([]);
    chain.block(90);
    expect(holdingsOf(chain.ctx, 1n)).toEqual([]);
  });
});

/** A state whose n-th write from when it is armed fails, after it was made. */
class FailingState extends State {
  writes = 0;
  failAt = Infinity;

  arm(failAt: number): void {
    [this.writes, this.failAt] = [0, failAt];
  }

  override set(...args: Parameters<State['set']>): void {
    super.set(...args);
    this.#count();
  }

  override delete(...args: Parameters<State['delete']>): void {
    super.delete(...args);
    this.#count();
  }

  #count(): void {
    if (++this.writes === this.failAt) throw new Error('a write that fails');
  }
}

test('a failure after any write of an order leaves the state as it was', () => {
  const first = ClobChain.create([RICH, RICH, RICH]);
  first.place(0, 'sell', 700, { quantity: 10_000n, clientOrderId: 'maker' });
  first.place(0, 'sell', 701, { quantity: 10_000n });
  first.place(2, 'sell', 702, { quantity: 10_000n });
  first.place(1, 'sell', 705, { series: PUT });
  const state = new FailingState();
  const chain = first.restart(state);
  const before = chain.dump();
  const trade = () => chain.place(1, 'buy', 703, { series: CALL, quantity: 35_000n });
  const mark = state.mark();
  state.arm(Infinity);
  trade();
  const total = state.writes;
  state.rollback(mark);
  expect(total).toBeGreaterThan(30);
  for (let nth = 1; nth <= total; nth++) {
    state.arm(nth);
    expect(trade).toThrow('a write that fails');
    state.arm(Infinity);
    expect(chain.dump()).toEqual(before);
    expect(chain.broken()).toEqual([]);
  }
});
