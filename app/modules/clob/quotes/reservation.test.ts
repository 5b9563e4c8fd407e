import { isDeepStrictEqual } from 'node:util';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MarginMode } from '../../../../proto/gen/tenor.accounts.v1.ts';
import { TimeInForce } from '../../../../proto/gen/tenor.clob.v1.ts';
import { getSubaccount, setMode } from '../../accounts/index.ts';
import { accountMargin, markOf } from '../../margin/index.ts';
import { expiryQuotes } from '../../margin/core/index.ts';
import { expiryLegs } from '../../margin/inputs/legs.ts';
import { standardExpiry } from '../../margin/inputs/standardInput.ts';
import { verdictOf } from '../../margin/judge/verdict.ts';
import { params as marginParams, standardParamsOf } from '../../margin/params.ts';
import { QuotedExpiry } from '../../margin/quotes/quotedExpiry.ts';
import { liveExpiries, mustSeriesBySymbol, seriesOfExpiry } from '../../options/index.ts';
import { refusalCode } from '../../../runtime/fixture.ts';
import { CALL, ClobChain, eventsOf } from '../fixture.ts';
import { cancelQuotes, initialMargin, quoting, setGroup } from './fixture.ts';
import type { Side } from './fixture.ts';
import { groupsOf, reserveOf } from './groups.ts';
import { groups } from './state.ts';

const USD = 1_000_000n;
/** More runs for a long look: CLOB_RUNS=500. */
const RUNS = Number(process.env['CLOB_RUNS'] ?? 6);
const [MAKER, TAKER, OTHER] = [0, 1, 2];
const NAMES = ['a', 'b', 'c'] as const;

const lots = fc.integer({ min: 1, max: 20 }).map((n) => n / 10);
/** A share of the mark, or nothing. */
const side = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.integer({ min: 1, max: 12 }), lots) },
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constant(undefined) },
);
const quote = fc.record({ nth: fc.nat(14), bid: side, ask: side });
const name = fc.constantFrom(...NAMES);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('quote' as const),
      group: name,
      quotes: fc.uniqueArray(quote, { minLength: 1, maxLength: 12, selector: ({ nth }) => nth }),
    }),
  },
  {
    weight: 14,
    arbitrary: fc.record({
      kind: fc.constant('take' as const),
      nth: fc.nat(14),
      isBuy: fc.boolean(),
      contracts: lots,
      user: fc.constantFrom(TAKER, OTHER),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('order' as const),
      nth: fc.nat(14),
      isBuy: fc.boolean(),
      away: fc.integer({ min: 1, max: 10 }),
      contracts: lots,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('size' as const), group: name, lots }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), group: name }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reset' as const), group: name }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Prices stand still, while time goes on inside the windows of the groups. */
function created(cash: number, mode: MarginMode): [ClobChain, string[]] {
  const rich = 999_000n * USD;
  const chain = ClobChain.create([BigInt(cash) * USD, rich, rich]);
  setMode(chain.ctx, BigInt(MAKER + 1), mode);
  const symbols: string[] = [];
  for (const { underlyingId, expirySeconds } of liveExpiries(chain.ctx)) {
    if (underlyingId !== 1) continue;
    for (const series of seriesOfExpiry(chain.ctx, 1, expirySeconds)) symbols.push(series.symbol);
  }
  for (const group of NAMES) {
    const limits = { quantityLimit: 40_000n, maxQuote: 20_000n, windowMs: 3_600_000, freezeMs: 1 };
    setGroup(chain, MAKER, group, limits);
  }
  return [chain, symbols];
}

const tick = (usd: number): number => Math.max(5, Math.round(usd / 5) * 5);

function run(chain: ClobChain, symbols: readonly string[], given: Step): string {
  const symbolOf = (nth: number) => symbols[nth % symbols.length]!;
  const markIn = (symbol: string) => markOf(chain.ctx, mustSeriesBySymbol(chain.ctx, symbol))!.mark;
  switch (given.kind) {
    case 'quote': {
      const seen = new Set<string>();
      const quotes = given.quotes.flatMap(({ nth, bid, ask }) => {
        const symbol = symbolOf(nth);
        if (seen.has(symbol) || (bid === undefined && ask === undefined)) return [];
        seen.add(symbol);
        const mark = markIn(symbol);
        const at = (of: typeof bid, sign: number): Side =>
          of && [tick(mark * (1 + (sign * of[0]) / 100) + sign * 5), of[1]];
        return [[symbol, at(bid, -1), at(ask, 1)] as const];
      });
      if (quotes.length === 0) return 'done';
      return refusalCode(() => quoting(chain, MAKER, given.group, quotes));
    }
    case 'take': {
      const symbol = symbolOf(given.nth);
      const usd = tick(markIn(symbol) * (given.isBuy ? 1.2 : 0.8));
      const terms = {
        series: symbol,
        quantity: BigInt(Math.round(given.contracts * 10_000)),
        timeInForce: TimeInForce.TIME_IN_FORCE_IOC,
      };
      const before = new Map([...groups.entries(chain.ctx)]);
      return refusalCode(() => {
        const { ctx } = chain.placing(given.user, given.isBuy ? 'buy' : 'sell', usd, terms);
        expectGoodQuotes(ctx, before);
      });
    }
    case 'order': {
      const symbol = symbolOf(given.nth);
      const sign = given.isBuy ? -1 : 1;
      const usd = tick(markIn(symbol) * (1 + (sign * given.away) / 100));
      const quantity = BigInt(Math.round(given.contracts * 10_000));
      const terms = { series: symbol, quantity, postOnly: 1 as const };
      return refusalCode(() => chain.place(MAKER, given.isBuy ? 'buy' : 'sell', usd, terms));
    }
    case 'size': {
      const quantityLimit = BigInt(Math.round(given.lots * 20_000)) + 1_000n;
      const limits = { quantityLimit, maxQuote: 0n, windowMs: 3_600_000, freezeMs: 1 };
      return refusalCode(() => setGroup(chain, MAKER, given.group, limits));
    }
    case 'cancel':
      cancelQuotes(chain, MAKER, given.group);
      return 'done';
    case 'reset':
      chain.block(1, 1);
      return 'done';
  }
}

type Before = ReadonlyMap<bigint, { readonly budget: bigint; readonly maxQuote: bigint }>;

/** Margin pulls a group only where its budget is used up: a quote is never found without margin. */
function expectGoodQuotes(ctx: Parameters<typeof eventsOf>[0], before: Before): void {
  for (const pulled of eventsOf(ctx, 'quotes_pulled')) {
    if (pulled['reason'] !== 'margin') continue;
    const { budget, maxQuote } = before.get(BigInt(pulled['group_id']!))!;
    let filled = 0n;
    for (const trade of eventsOf(ctx, 'trade')) filled += BigInt(trade['quantity']!);
    expect(budget - filled).toBeLessThan(maxQuote);
  }
}

/** Expiries of a group that their rows tell otherwise than their legs do. */
function misread({ ctx }: ClobChain): string[] {
  const p = marginParams.get(ctx);
  return groupsOf(ctx, BigInt(MAKER + 1)).flatMap((group) =>
    reserveOf(ctx, group).quotes.flatMap((quotes) => {
      const { standard, settlementFeePerUnit, forward } = new QuotedExpiry(ctx, quotes);
      const { legs, underlyingId, expirySeconds } = expiryLegs(ctx, quotes);
      const expiry = standardExpiry(ctx, legs, p);
      const { index } = legs[0]!.mark;
      const byLegs = expiryQuotes(expiry, index, standardParamsOf(p, underlyingId));
      const isSame =
        isDeepStrictEqual({ ...standard }, { ...byLegs }) &&
        settlementFeePerUnit === expiry.settlementFeePerUnit &&
        forward === expiry.forward;
      return isSame ? [] : [`${group.name} at ${expirySeconds}`];
    }),
  );
}

test.each([
  ['standard', MarginMode.MARGIN_MODE_STANDARD, [15_000, 40_000, 120_000, 400_000]],
  ['portfolio', MarginMode.MARGIN_MODE_PORTFOLIO, [15_000, 40_000, 120_000, 400_000]],
] as const)('what groups reserve is never exceeded: %s margin', (_, mode, cashes) => {
  const outcomes = new Map<string, number>();
  let fills = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...cashes),
      fc.array(step, { minLength: 40, maxLength: 60 }),
      (cash, steps) => {
        const [chain, symbols] = created(cash, mode);
        for (const given of steps) {
          const code = run(chain, symbols, given);
          const key = `${given.kind} ${code}`;
          outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
          // With all that its other quotes and orders still reserve.
          expect(initialMargin(chain, MAKER)).toBeGreaterThanOrEqual(0n);
          const account = getSubaccount(chain.ctx, 1n)!;
          expect(account.cashUusd).toBeGreaterThanOrEqual(0n);
          const whole = accountMargin(chain.ctx, account).margin.initialMarginUusd;
          expect(verdictOf(chain.ctx, account).initialMarginUusd).toBe(whole);
          expect(misread(chain)).toEqual([]);
          expect(chain.broken()).toEqual([]);
        }
        fills += getSubaccount(chain.ctx, 1n)!.positions;
      },
    ),
    { numRuns: RUNS, seed: 3 },
  );
  if (process.env['CLOB_RUNS'] !== undefined) console.log(outcomes, fills);
  expect(outcomes.get('take done') ?? 0).toBeGreaterThan(RUNS);
  expect(outcomes.get('quote done') ?? 0).toBeGreaterThan(RUNS);
  expect(fills).toBeGreaterThan(RUNS);
});

test('marks that moved: a fill without margin does not happen, and its group is pulled', () => {
  const [chain] = created(10_400, MarginMode.MARGIN_MODE_STANDARD);
  quoting(chain, MAKER, 'a', [[CALL, undefined, [1_300, 1]]]);
  chain.indexUusd = 66_000n * USD;
  chain.block();
  const order = { timeInForce: TimeInForce.TIME_IN_FORCE_IOC };
  const { ctx, response } = chain.placing(TAKER, 'buy', 3_000, order);
  expect(response.filled).toBe(0n);
  expect(eventsOf(ctx, 'quotes_pulled').map((e) => e['reason'])).toEqual(['margin']);
  expect(chain.broken()).toEqual([]);
});
