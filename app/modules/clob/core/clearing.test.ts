import { describe, expect, test } from '@jest/globals';
import { Book } from './book.ts';
import {
  AUCTION,
  BUY,
  CANCELLED,
  CANCEL_SELF_TRADE,
  SELL,
  STP_BOTH,
  STP_MAKER,
  type Report,
  type Side,
} from './types.ts';

type Order = readonly [side: Side, price: number, size: number, owner?: number];

/** A book in its auction, with these orders in their order; owners are different if not told. */
function auction(orders: readonly Order[]): Book {
  const book = new Book();
  book.setPhase(AUCTION);
  orders.forEach(([side, price, size, owner], i) => {
    const order = { id: i + 1, owner: owner ?? 100 + i, tag: 0, side, price, size };
    book.place({ ...order, stp: STP_MAKER }, () => undefined);
  });
  return book;
}
const [LOW, HIGH] = [1, 1_000];
const clear = (orders: readonly Order[], reference: number, low = LOW, high = HIGH) =>
  auction(orders).clearing(reference, low, high);

describe('the price of an auction', () => {
  /** From 102 to 103 fifteen are bid and twelve offered; elsewhere less trades. */
  const CROSSED: Order[] = [
    ...[[BUY, 105, 10] as const, [BUY, 103, 5] as const, [BUY, 90, 7] as const],
    ...[[SELL, 100, 8] as const, [SELL, 102, 4] as const, [SELL, 110, 9] as const],
  ];

  test('trades the most, and is the nearest to the reference of those that do', () => {
    for (const [reference, price] of [
      ...[[50, 102] as const, [102, 102] as const, [103, 103] as const, [900, 103] as const],
    ]) {
      expect(clear(CROSSED, reference)).toEqual({ price, volume: 12, imbalance: 3 });
    }
    expect(clear(CROSSED, 50, 103)).toEqual({ price: 103, volume: 12, imbalance: 3 });
    expect(clear(CROSSED, 900, LOW, 102)).toEqual({ price: 102, volume: 12, imbalance: 3 });
    // Where those are out of bounds, the best that is left.
    expect(clear(CROSSED, 50, 104)).toEqual({ price: 104, volume: 10, imbalance: -2 });
    expect(clear(CROSSED, 50, LOW, 101)).toEqual({ price: 100, volume: 8, imbalance: 7 });
  });

  test('leaves the least over where as much trades: at one level, or at several', () => {
    // Ten trade from 101 to 110; with the offer of 106 there are twelve.
    const offers: Order[] = [
      [BUY, 110, 20],
      [SELL, 101, 10],
      [SELL, 106, 2],
    ];
    expect(clear(offers, 50)).toEqual({ price: 106, volume: 12, imbalance: 8 });
    const bids: Order[] = [
      [SELL, 101, 10],
      [BUY, 110, 10],
      [BUY, 105, 4],
    ];
    // Up to 105 four bids are left over, above it none.
    expect(clear(bids, 50)).toEqual({ price: 106, volume: 10, imbalance: 0 });
    expect(clear(bids, 108)).toEqual({ price: 108, volume: 10, imbalance: 0 });
    // Three are left over of the bids up to 103, and of the offers from 107 on; none between.
    const both: Order[] = [
      [BUY, 110, 10],
      [BUY, 103, 3],
      [SELL, 101, 10],
      [SELL, 107, 3],
    ];
    expect(clear(both, 50)).toEqual({ price: 104, volume: 10, imbalance: 0 });
    expect(clear(both, 900)).toEqual({ price: 106, volume: 10, imbalance: 0 });
    // As little is left over where less trades, which does not count.
    const less: Order[] = [
      [BUY, 110, 8],
      [BUY, 104, 4],
      [SELL, 101, 10],
    ];
    expect(clear(less, 900)).toEqual({ price: 104, volume: 10, imbalance: 2 });
    // As much is left over of either side: any price is as good, and the nearest is taken.
    const even: Order[] = [
      [BUY, 110, 10],
      [BUY, 104, 2],
      [SELL, 101, 10],
      [SELL, 105, 2],
    ];
    expect(clear(even, 50)).toEqual({ price: 101, volume: 10, imbalance: 2 });
    expect(clear(even, 900)).toEqual({ price: 110, volume: 10, imbalance: -2 });
  });

  test('is none where nothing crosses inside the bounds', () => {
    expect(
      clear(
        [
          [BUY, 100, 1],
          [SELL, 101, 1],
        ],
        100,
      ),
    ).toBeNull();
    expect(clear([[BUY, 100, 1]], 100)).toBeNull();
    expect(clear([[SELL, 100, 1]], 100)).toBeNull();
    expect(clear([], 100)).toBeNull();
    expect([clear(CROSSED, 50, 106), clear(CROSSED, 50, LOW, 99)]).toEqual([null, null]);
    const exact: Order[] = [
      [BUY, 100, 4],
      [SELL, 100, 6],
    ];
    expect(clear(exact, 50)).toEqual({ price: 100, volume: 4, imbalance: -2 });
  });

  test('is not moved by orders that can only meet their owner’s', () => {
    const own: Order[] = [...CROSSED, [BUY, 110, 50, 7], [SELL, 95, 50, 7], [SELL, 104, 1, 7]];
    const book = auction(own);
    // The bid came first: neither of its owner's offers, which cross it, counts.
    expect(book.selfCrossed().map(({ id }) => id)).toEqual([8, 9]);
    expect(clear(own, 50)).toEqual({ price: 110, volume: 21, imbalance: 29 });
    const late: Order[] = [...CROSSED, [SELL, 104, 1, 7], [BUY, 104, 50, 7], [BUY, 103, 2, 7]];
    expect(
      auction(late)
        .selfCrossed()
        .map(({ id }) => id),
    ).toEqual([8]);
    expect(clear(late, 900)).toEqual({ price: 103, volume: 12, imbalance: 5 });
    // One that gave way holds nobody off.
    const third: Order[] = [...CROSSED, [SELL, 104, 1, 7], [BUY, 105, 50, 7], [SELL, 105, 3, 7]];
    expect(
      auction(third)
        .selfCrossed()
        .map(({ id }) => id),
    ).toEqual([8]);
    expect(
      clear(
        [
          [BUY, 105, 5, 7],
          [SELL, 100, 5, 7],
        ],
        100,
      ),
    ).toBeNull();
  });
});

describe('uncrossing', () => {
  test.each([
    ['the later', undefined, [2]],
    ['the earlier', STP_MAKER, [1]],
    ['both', STP_BOTH, [1, 2]],
  ] as const)('lets no owner trade with itself: %s goes', (_, stp, gone) => {
    const book = new Book();
    book.setPhase(AUCTION);
    const order = { tag: 0, size: 5, ...(stp === undefined ? {} : { stp }) };
    book.place({ ...order, id: 1, owner: 7, side: SELL, price: 100 }, () => undefined);
    book.place({ ...order, id: 2, owner: 7, side: BUY, price: 105 }, () => undefined);
    const ended: number[][] = [];
    const isDone = book.uncross(102, 9, ({ kind, id, code }) => void ended.push([kind, id, code]));
    expect([isDone, ended]).toEqual([
      ...[true, gone.map((id) => [CANCELLED, id, CANCEL_SELF_TRADE])],
    ]);
    expect([1, 2].filter((id) => !book.has(id))).toEqual(gone);
  });

  test('trades at one price, the best and earliest first, the later order as taker', () => {
    const book = auction([
      [SELL, 100, 4],
      [BUY, 105, 3],
      [BUY, 104, 5],
      [SELL, 99, 2],
    ]);
    const trades: number[][] = [];
    const sink = (r: Readonly<Report>) => {
      trades.push([r.id, r.makerId, r.price, r.size, r.remaining, r.makerRemaining]);
    };
    expect(book.clearing(50, LOW, HIGH)).toEqual({ price: 100, volume: 6, imbalance: 2 });
    // Two meetings, then a third.
    expect(book.uncross(100, 2, sink)).toBe(false);
    expect(book.uncross(100, 2, sink)).toBe(true);
    expect(trades).toEqual([
      ...[
        [4, 2, 100, 2, 0, 1],
        [2, 1, 100, 1, 0, 3],
        [3, 1, 100, 3, 2, 0],
      ],
    ]);
    expect([book.bestBid(), book.bestAsk(), book.depthAt(BUY, 104)]).toEqual([104, null, 2]);
  });
});
