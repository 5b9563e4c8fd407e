import { beforeEach, describe, expect, test } from '@jest/globals';
import { TimeInForce } from '../../../../proto/gen/tenor.clob.v1.ts';
import { mustSeriesBySymbol } from '../../options/index.ts';
import { refusalCode } from '../../../runtime/fixture.ts';
import { booksOf } from '../books/books.ts';
import { CALL, ClobChain, PUT, SOON, eventsOf } from '../fixture.ts';
import {
  armSwitch,
  cancelQuotes,
  freezeGroup,
  groupOf,
  initialMargin,
  quoting,
  resetGroup,
  restingOf,
  setGroup,
} from './fixture.ts';

const USD = 1_000_000n;
const IOC = { timeInForce: TimeInForce.TIME_IN_FORCE_IOC };
const [MAKER, TAKER] = [0, 1];

let chain: ClobChain;
let id: bigint;

beforeEach(() => {
  chain = ClobChain.create([200_000n * USD, 500_000n * USD]);
  id = setGroup(chain, MAKER, 'g1');
});

const quote = (...of: Parameters<typeof quoting>[3]) => quoting(chain, MAKER, 'g1', of);

describe('a message of quotes', () => {
  test('quotes both sides of many series, and replaces each side by itself', () => {
    const { response, ctx } = quote([CALL, [690, 1], [710, 0.5]], [PUT, undefined, [720, 1]]);
    expect(response).toMatchObject({ quoted: 3, removed: 0, refusals: [] });
    expect(eventsOf(ctx, 'quotes_set')).toHaveLength(1);
    const before = restingOf(chain, MAKER);
    expect(before.map((q) => [q.series, q.isBuy, q.remaining])).toEqual([
      [CALL, false, 5_000n],
      [CALL, true, 10_000n],
      [PUT, false, 10_000n],
    ]);
    expect(quote([CALL, null, [705, 1]]).response).toMatchObject({ quoted: 1, removed: 1 });
    const after = restingOf(chain, MAKER);
    expect(after.map((q) => [q.series, q.priceUusd])).toEqual([
      [CALL, 705n * USD],
      [PUT, 720n * USD],
    ]);
    // A side keeps its id while it is replaced.
    expect(after[0]!.orderId).toBe(before[0]!.orderId);
    expect(chain.broken()).toEqual([]);
  });

  test('moves a pair through its own last one, both up and down', () => {
    for (const usd of [700, 760, 640]) {
      const { response } = quote([CALL, [usd - 5, 1], [usd + 5, 1]]);
      expect(response).toMatchObject({ quoted: 2, refusals: [] });
    }
  });

  test('never trades: a side that would is refused, and the one before it is gone', () => {
    chain.place(TAKER, 'sell', 700);
    quote([CALL, [690, 1], [710, 1]]);
    const { response } = quote([CALL, [700, 1], [712, 1]]);
    expect(response).toMatchObject({ quoted: 1, refusals: [{ index: 0, isBuy: true, code: 8 }] });
    expect(restingOf(chain, MAKER).map((q) => q.isBuy)).toEqual([false]);
    expect(chain.broken()).toEqual([]);
  });

  test('refuses one side outside the band, and takes the others', () => {
    const { response } = quote([CALL, [690, 1], [710, 1]], [PUT, [60_000, 1], undefined]);
    expect(response).toMatchObject({ quoted: 2, refusals: [{ index: 1, isBuy: true, code: 5 }] });
  });

  test('keeps the place in time of a side that only gets smaller', () => {
    quote([CALL, undefined, [710, 1]]);
    chain.place(TAKER, 'sell', 710);
    quote([CALL, undefined, [710, 0.5]]);
    const bought = chain.placing(TAKER, 'buy', 710, { ...IOC, quantity: 1_000n }).ctx;
    expect(eventsOf(bought, 'trade')[0]).toMatchObject({ maker_subaccount: '0' });
    expect(restingOf(chain, MAKER)[0]!.remaining).toBe(4_000n);
  });

  test('leaves what stands as it is asked for in its place, and its book alone', () => {
    quote([CALL, [690, 1], [710, 1]]);
    chain.place(TAKER, 'sell', 710);
    const ids = restingOf(chain, MAKER).map(({ orderId }) => orderId);
    chain.block();
    const { response, ctx } = quote([CALL, [690, 1], [710, 1]]);
    expect(response).toMatchObject({ quoted: 2, removed: 0, refusals: [] });
    const { id: seriesId } = mustSeriesBySymbol(ctx, CALL);
    expect(booksOf(ctx).isTouched(seriesId)).toBe(false);
    expect(restingOf(chain, MAKER).map(({ orderId }) => orderId)).toEqual(ids);
    const bought = chain.placing(TAKER, 'buy', 710, { ...IOC, quantity: 1_000n }).ctx;
    expect(eventsOf(bought, 'trade')[0]).toMatchObject({ maker_subaccount: '0' });
    expect(chain.broken()).toEqual([]);
  });

  test('reserves once, however many series it quotes', () => {
    quote([CALL, undefined, [710, 1]]);
    const one = initialMargin(chain, MAKER);
    quote([CALL, undefined, [710, 1]], [PUT, undefined, [720, 1]], [SOON, undefined, [300, 1]]);
    const three = initialMargin(chain, MAKER);
    // Three contracts may fill of the limit of six; none needs much more than another.
    expect(200_000n * USD - three).toBeLessThan((200_000n * USD - one) * 4n);
    quote([CALL, [690, 1], [710, 1]], [PUT, [600, 1], [720, 1]], [SOON, [200, 1], [300, 1]]);
    const six = initialMargin(chain, MAKER);
    expect(six).toBeLessThan(three);
  });

  test.each([
    ['nothing', [], 40],
    [
      'a series twice',
      [
        [CALL, [690, 1], undefined],
        [CALL, [691, 1], undefined],
      ],
      40,
    ],
    ['neither side', [[CALL, undefined, undefined]], 40],
    ['a bid at its ask', [[CALL, [700, 1], [700, 1]]], 40],
    ['a name that no series has', [['a b', [690, 1], undefined]], 40],
    ['a price beyond all strikes', [[CALL, undefined, [2e9, 1]]], 40],
  ] as const)('with %s is refused and leaves no trace', (_, quotes, code) => {
    quote([CALL, [690, 1], [710, 1]]);
    const before = chain.dump();
    expect(refusalCode(() => quoting(chain, MAKER, 'g1', quotes))).toBe(`clob/${code}`);
    expect(chain.dump()).toEqual(before);
  });

  test('without a group, with more than a hundred or without margin is refused', () => {
    expect(refusalCode(() => quoting(chain, MAKER, 'no', [[CALL, [690, 1], null]]))).toBe(
      'clob/41',
    );
    const many = Array.from({ length: 101 }, (_, i) => [`S${i}`, [1, 1], null] as const);
    expect(refusalCode(() => quoting(chain, MAKER, 'g1', many))).toBe('clob/40');
    setGroup(chain, MAKER, 'big', { quantityLimit: 900_000n, maxQuote: 900_000n });
    const big = () => quoting(chain, MAKER, 'big', [[CALL, undefined, [710, 90]]]);
    expect(refusalCode(big)).toBe('margin/1');
    const bids = () => quoting(chain, MAKER, 'big', [[CALL, [3_500, 90], undefined]]);
    expect(refusalCode(bids)).toBe('margin/1');
    expect(chain.broken()).toEqual([]);
  });

  test.each([
    ['more than the largest quote', [CALL, [690, 1.1], undefined], 4],
    ['a size between lots', [CALL, [690, 0.12345], undefined], 4],
    ['a price between ticks', [CALL, [690.03, 1], undefined], 3],
    ['another underlying', ['ETH-17NOV26-3000-C', [90, 1], undefined], 40],
    ['a series that is not listed', ['BTC-17NOV26-1-C', [90, 1], undefined], 2],
  ] as const)('with %s in one quote sets the others', (_, wrong, code) => {
    quote([CALL, [690, 1], [710, 1]]);
    const { response, ctx } = quote([PUT, [680, 1], [720, 1]], wrong);
    const refusals = [{ index: 1, isBuy: true, code }];
    expect(response).toEqual({ quoted: 2, removed: 0, refusals });
    const [told] = eventsOf(ctx, 'quotes_set');
    expect(told!['refused']).toBe(`${wrong[0]}:buy:${code}`);
    // What is refused leaves nothing behind that it would have replaced.
    const gone = wrong[0] === CALL ? `${CALL}:buy:0` : undefined;
    expect(told!['quotes']!.split(' ')[2]).toBe(gone);
    const bids = restingOf(chain, MAKER).filter(({ series, isBuy }) => series === CALL && isBuy);
    expect(bids).toHaveLength(gone === undefined ? 1 : 0);
    expect(chain.broken()).toEqual([]);
  });

  test('refuses both sides of an expired series, and what rested there goes', () => {
    quote([SOON, [100, 1], [400, 1]], [CALL, [690, 1], undefined]);
    chain.block(1, 300_000);
    const { response } = quote([SOON, [100, 1], [400, 1]], [CALL, [695, 1], undefined]);
    const refusals = [false, true].map((isBuy) => ({ index: 0, isBuy, code: 2 }));
    expect(response).toEqual({ quoted: 1, removed: 0, refusals });
    expect(restingOf(chain, MAKER).map((q) => q.series)).toEqual([CALL]);
    chain.block(2);
    expect(chain.broken()).toEqual([]);
  });

  test('takes quotes back while prices are not live, and sets none', () => {
    quote([CALL, [690, 1], [710, 1]], [PUT, [680, 1], [720, 1]]);
    chain.feed = 3;
    chain.block();
    const { response } = quote([CALL, null, null], [PUT, [681, 1], undefined]);
    const refusals = [{ index: 1, isBuy: true, code: 6 }];
    expect(response).toEqual({ quoted: 0, removed: 2, refusals });
    expect(restingOf(chain, MAKER).map((q) => [q.series, q.isBuy])).toEqual([[PUT, false]]);
    expect(chain.broken()).toEqual([]);
  });
});

describe('a group', () => {
  const sold = (contracts: number) => {
    const terms = { ...IOC, quantity: BigInt(Math.round(contracts * 10_000)) };
    return chain.placing(TAKER, 'buy', 800, terms);
  };

  test('is pulled by the fill that reaches its quantity, in the same message, and frozen', () => {
    for (let i = 0; i < 5; i++) {
      expect(groupOf(chain, id).frozenUntilMs).toBeUndefined();
      quote([CALL, [690, 1], [710, 1]], [PUT, [680, 1], [720, 1]]);
      const { ctx, response } = sold(1);
      expect(response.filled).toBe(10_000n);
      expect(eventsOf(ctx, 'quotes_pulled').map((e) => e['reason'])).toEqual(
        i === 4 ? ['limit'] : [],
      );
    }
    expect(restingOf(chain, MAKER)).toEqual([]);
    expect(chain.broken()).toEqual([]);
    expect(refusalCode(() => quote([CALL, [690, 1], null]))).toBe('clob/43');
    chain.block(1, 10_000);
    expect(quote([CALL, [690, 1], [710, 1]]).response.quoted).toBe(2);
  });

  test('counts the fills of its window only', () => {
    for (let i = 0; i < 9; i++) {
      quote([CALL, undefined, [710, 1]]);
      sold(1);
      chain.block(1, 400);
    }
    expect(groupOf(chain, id).frozenUntilMs).toBeUndefined();
  });

  test('is pulled at its limits of delta and of vega', () => {
    for (const limits of [{ deltaLimit: 9_000n }, { vegaLimitUusd: 20n * USD }]) {
      const limited = setGroup(chain, MAKER, 'g1', limits);
      quote([CALL, undefined, [710, 1]], [PUT, undefined, [720, 1]]);
      sold(1);
      expect(groupOf(chain, limited).frozenUntilMs).toBeUndefined();
      quote([CALL, undefined, [710, 1]]);
      sold(1);
      expect(groupOf(chain, limited).frozenUntilMs).toBeGreaterThan(0n);
      expect(restingOf(chain, MAKER)).toEqual([]);
      resetGroup(chain, MAKER, 'g1');
    }
  });

  test('can be frozen and reset, and one without a freeze time waits for that', () => {
    setGroup(chain, MAKER, 'g1', { freezeMs: 0, quantityLimit: 10_000n });
    quote([CALL, [690, 1], [710, 1]]);
    expect(freezeGroup(chain, MAKER, 'g1', 5_000).response.cancelled).toBe(2);
    expect(refusalCode(() => quote([CALL, [690, 1], null]))).toBe('clob/43');
    resetGroup(chain, MAKER, 'g1');
    quote([CALL, [690, 1], [710, 1]]);
    sold(1);
    chain.block(1, 3_600_000);
    expect(refusalCode(() => quote([CALL, [690, 1], null]))).toBe('clob/43');
    resetGroup(chain, MAKER, 'g1');
    expect(quote([CALL, [590, 1], [1_010, 1]]).response.quoted).toBe(2);
  });

  test('is sized anew without its quotes', () => {
    quote([CALL, [690, 1], [710, 1]]);
    expect(setGroup(chain, MAKER, 'g1', { quantityLimit: 20_000n })).toBe(id);
    expect(restingOf(chain, MAKER)).toEqual([]);
    expect(chain.broken()).toEqual([]);
  });

  test.each([
    ['no quantity', { quantityLimit: 0n }],
    ['a quote above the limit', { quantityLimit: 10_000n, maxQuote: 10_001n }],
    ['quotes below the smallest order', { quantityLimit: 1n, maxQuote: 0n }],
    ['no window', { windowMs: 0 }],
    ['a window of a day', { windowMs: 86_400_000 }],
    ['a freeze of two days', { freezeMs: 172_800_000 }],
    ['a name of spaces', { group: 'a b' }],
  ])('with %s is refused', (_, limits) => {
    const before = chain.dump();
    expect(refusalCode(() => setGroup(chain, MAKER, 'g3', limits))).toBe('clob/42');
    expect(chain.dump()).toEqual(before);
  });

  test('is one of eight at the most', () => {
    for (let i = 0; i < 7; i++) setGroup(chain, MAKER, `h${i}`);
    expect(refusalCode(() => setGroup(chain, MAKER, 'one-more'))).toBe('clob/44');
  });

  test('goes with all orders, and comes back with its state', () => {
    quote([CALL, [690, 1], [710, 1]]);
    armSwitch(chain, MAKER, 60_000, false);
    sold(0.5);
    expect(chain.restart().dump()).toEqual(chain.dump());
    expect(cancelQuotes(chain, MAKER, 'g1')).toBe(2);
    expect(cancelQuotes(chain, MAKER)).toBe(0);
    expect(initialMargin(chain, MAKER)).toBeGreaterThan(0n);
  });
});
