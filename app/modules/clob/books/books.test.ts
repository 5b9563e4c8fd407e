import { describe, expect, test } from '@jest/globals';
import { seriesBySymbol } from '../../options/index.ts';
import { State } from '../../../store/state.ts';
import { booksOf } from './books.ts';
import { Ctx } from '../../../runtime/context.ts';
import { clobModule } from '../index.ts';
import { CALL, ClobChain, PUT, SOON } from '../fixture.ts';
import { infos, pages } from '../state.ts';

const USD = 1_000_000n;
const RICH = 200_000n * USD;
const created = (): ClobChain => ClobChain.create([RICH, RICH, RICH]);

/** Throws at the n-th write after it was armed. */
class FaultyState extends State {
  #left = Infinity;

  arm(writes: number): void {
    this.#left = writes;
  }

  #count(): void {
    if (--this.#left === 0) throw new Error('fault');
  }

  override set(...args: Parameters<State['set']>): void {
    this.#count();
    super.set(...args);
  }

  override delete(...args: Parameters<State['delete']>): void {
    this.#count();
    super.delete(...args);
  }
}

/** A chain with orders in three books, some of this block and some of blocks before. */
function busy(): ClobChain {
  const chain = created();
  for (let i = 0; i < 20; i++) chain.place(0, 'sell', 700 + i, { quantity: 1_000n });
  chain.place(2, 'sell', 700, { clientOrderId: 'x' });
  chain.place(1, 'buy', 300, { series: PUT });
  chain.block();
  chain.place(2, 'buy', 650, { clientOrderId: 'y' });
  chain.place(1, 'buy', 10, { series: SOON });
  return chain;
}

describe('books', () => {
  test('are as before a message that failed at any of its writes', () => {
    const state = new FaultyState();
    const chain = busy().restart(state);
    const before = chain.dump();
    const later = { ...chain.ctx.header, timeMs: chain.ctx.header.timeMs + 240_000 };
    const actions = [
      () => chain.place(1, 'buy', 705, { quantity: 50_000n, clientOrderId: 'z' }),
      () => chain.cancel(2, 21n),
      () => clobModule.beginBlock!(new Ctx(state, later)),
    ];
    for (const act of actions) {
      const mark = state.mark();
      let faults = 0;
      for (let n = 1; ; n += n < 20 ? 1 : 7) {
        state.arm(n);
        try {
          act();
        } catch {
          faults++;
          state.arm(Infinity);
          state.rollback(mark);
          expect(chain.dump()).toEqual(before);
          continue;
        }
        break;
      }
      expect(faults).toBeGreaterThan(3);
      state.arm(Infinity);
      state.rollback(mark);
      expect(chain.dump()).toEqual(before);
      expect(chain.broken()).toEqual([]);
    }
  });

  test('behave the same after a restart as without one', () => {
    const [one, other] = [busy(), busy().restart()];
    one.seal();
    expect(other.dump()).toEqual(one.dump());
    for (const chain of [one, other]) {
      chain.place(1, 'buy', 710, { quantity: 30_000n });
      chain.place(0, 'sell', 705);
      chain.cancel(2, 23n);
      chain.block(2);
    }
    expect(other.dump()).toEqual(one.dump());
    expect([...other.disk].sort(byKey)).toEqual([...one.disk].sort(byKey));
    expect(other.broken()).toEqual([]);
  });

  test('are not marked by marks unless they are written to', () => {
    const chain = busy();
    const books = booksOf(chain.ctx);
    const { id } = seriesBySymbol(chain.ctx, CALL)!;
    const start = books.mark();
    for (let i = 0; i < 1000; i++) expect(books.mark()).toBe(start);
    books.touch(id);
    books.touch(id);
    expect(books.mark()).toBe(start + 1);
    books.rollback(start);
    expect(books.mark()).toBe(start);
  });

  test('come back in nested marks one level at a time', () => {
    const chain = created();
    const dumps: string[][] = [];
    const marks = [];
    for (let i = 0; i < 4; i++) {
      dumps.push(chain.dump());
      marks.push(chain.state.mark());
      chain.place(0, 'sell', 700 + i, { quantity: 1_000n });
      chain.place(1, 'buy', 700 + i, { quantity: 300n });
    }
    for (let i = 3; i >= 0; i--) {
      chain.state.rollback(marks[i]!);
      expect(chain.dump()).toEqual(dumps[i]);
    }
  });

  test('write only pages that changed', () => {
    const chain = busy();
    chain.block();
    chain.place(0, 'sell', 900, { quantity: 1_000n });
    const taken = chain.state.takeChanges().find(({ store }) => store === 'clob')!;
    const prefix = String.fromCharCode(pages.spec.prefix);
    // The header, and the one page of sixteen orders with the first free place.
    expect(taken.changes.filter(([key]) => key.startsWith(prefix))).toHaveLength(2);
  });

  test('leave nothing behind where nothing came to rest', () => {
    const chain = created();
    const { id } = seriesBySymbol(chain.ctx, PUT)!;
    const dump = () => chain.dump().filter((line) => !/^clob\/(nextOrderId|ended)/.test(line));
    const before = dump();
    chain.place(0, 'buy', 500, { series: PUT, timeInForce: 1 });
    chain.seal();
    expect(infos.has(chain.ctx, id)).toBe(false);
    expect(dump()).toEqual(before);
  });
});

const byKey = ([a]: [string, Uint8Array], [b]: [string, Uint8Array]): number => (a < b ? -1 : 1);
