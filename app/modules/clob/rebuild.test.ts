import { describe, expect, test } from '@jest/globals';
import { ClobChain } from './fixture.ts';
import { pages } from './state.ts';

function resting(): ClobChain {
  const chain = ClobChain.create([200_000_000_000n]);
  for (let i = 0; i < 5; i++) chain.place(0, 'sell', 700 + i, { quantity: 1_000n });
  chain.block();
  return chain;
}

/** Puts pages in place that have a leaf and a checksum as good as any. */
function committed(change: (chain: ClobChain) => void): ClobChain {
  const chain = resting();
  change(chain);
  chain.seal();
  return chain;
}

describe('a start', () => {
  test('brings every book back', () => {
    expect(() => resting().restart()).not.toThrow();
  });

  test('refuses a page that is no page of its book, before anyone asks for the book', () => {
    const damaged = committed(({ ctx }) => {
      const [key, bytes] = [...pages.entries(ctx)].find(([[, page]]) => page === 1)!;
      pages.set(ctx, key, Uint8Array.from(bytes).fill(0, 32, 40));
    });
    expect(() => damaged.restart()).toThrow('clob: book page 1: has a field out of range');
  });

  test('refuses a book that lost its pages', () => {
    const damaged = committed(({ ctx }) => {
      const [key] = [...pages.entries(ctx)].find(([[, page]]) => page === 1)!;
      pages.delete(ctx, key);
    });
    expect(() => damaged.restart()).toThrow('clob: book page 0: has another order count');
  });

  test('refuses pages of a series that has no book', () => {
    const damaged = committed(({ ctx }) => {
      pages.set(ctx, [999n, 1], new Uint8Array(8));
    });
    expect(() => damaged.restart()).toThrow('page 1 belongs to series 999, which has no book');
  });
});
