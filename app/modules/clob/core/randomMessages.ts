import * as fc from 'fast-check';
import type { Message } from './trio.ts';
import * as t from './types.ts';

/** Few ids, owners, prices and sizes, so that orders meet, collide and trade with themselves. */
const id = fc.integer({ min: 1, max: 30 });
const price = fc.integer({ min: 0, max: 14 });
const size = fc.integer({ min: 0, max: 10 });
const maxMatches = fc.constantFrom(1, 2, 3, 100);
const throwAt = fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 1, 2, 3);
const order: fc.Arbitrary<Required<t.OrderRequest>> = fc.record({
  id,
  owner: fc.integer({ min: 1, max: 4 }),
  tag: fc.integer({ min: -2, max: 2 }),
  side: fc.constantFrom<t.Side>(t.BUY, t.SELL),
  price,
  size,
  timeInForce: fc.constantFrom<t.TimeInForce>(t.GTC, t.GTC, t.GTC, t.IOC, t.FOK),
  postOnly: fc.constantFrom<t.PostOnly>(0, 0, 0, t.POST_ONLY_REJECT, t.POST_ONLY_SLIDE),
  stp: fc.constantFrom<t.SelfTradePrevention>(t.STP_TAKER, t.STP_MAKER, t.STP_BOTH),
  market: fc.constantFrom(false, false, false, true),
  reduceOnlySize: fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 5, 1, 0),
  maxMatches,
});
/** Those that trade, rest or take orders out. */
export const trades: fc.Arbitrary<Message> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ act: fc.constant('place' as const), order, throwAt }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('cancel' as const), id, throwAt }) },
  {
    weight: 4,
    arbitrary: fc.record({
      ...{ act: fc.constant('replace' as const), id, price, size, maxMatches, throwAt },
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ...{ act: fc.constant('uncross' as const), reference: price, low: price, high: price },
      maxMatches,
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('auction' as const) }) },
);
const message: fc.Arbitrary<Message> = fc.oneof(
  { weight: 7, arbitrary: trades },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constantFrom('mark', 'rollback', 'commit', 'reload', 'flush'),
    }),
  },
);
/** Lists of messages of all kinds. */
export const messages = (least: number, most: number): fc.Arbitrary<Message[]> =>
  fc.array(message, { minLength: least, maxLength: most, size: 'max' });
