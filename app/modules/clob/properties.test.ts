import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';
import { MsgCancelAllResponse } from '../../../proto/gen/tenor.clob.v1.ts';
import { FeedStatus } from '../../../proto/gen/tenor.oracle.v1.ts';
import { userAddress } from '../accounts/fixture.ts';
import { getSubaccount, holdingsOf } from '../accounts/index.ts';
import { accountMargin, openOrdersOf } from '../margin/index.ts';
import { boundsIn } from '../margin/judge/boundedExpiry.ts';
import { JudgedExpiry } from '../margin/judge/judgedExpiry.ts';
import { knownMaintenance } from '../margin/judge/knownMaintenance.ts';
import { verdictOf } from '../margin/judge/verdict.ts';
import { refusalCode } from '../../runtime/fixture.ts';
import { CALL, ClobChain, PUT, SOON } from './fixture.ts';
import { nextTradeId } from './state.ts';

const USD = 1_000_000n;
const USERS = 4;
const SERIES = [CALL, PUT, SOON] as const;
/** More runs for a long look: CLOB_RUNS=500. */
const RUNS = Number(process.env['CLOB_RUNS'] ?? 4);

const user = fc.nat(USERS - 1);

/** The first five times out of six. */
function mostly<A, B>(often: fc.Arbitrary<A>, seldom: fc.Arbitrary<B>): fc.Arbitrary<A | B> {
  return fc.oneof({ weight: 5, arbitrary: often }, { weight: 1, arbitrary: seldom });
}

const step = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      kind: fc.constant('place' as const),
      user,
      side: fc.constantFrom('buy' as const, 'sell' as const),
      usd: mostly(fc.integer({ min: 695, max: 705 }), fc.integer({ min: 1, max: 4000 })),
      series: mostly(fc.constant(CALL), fc.constantFrom(...SERIES)),
      quantity: fc.integer({ min: 1, max: 20 }).map((lots) => BigInt(lots) * 1_000n),
      timeInForce: mostly(fc.constant(0 as const), fc.constantFrom(1 as const, 2 as const)),
      postOnly: mostly(fc.constant(0 as const), fc.constantFrom(1 as const, 2 as const)),
      reduceOnly: mostly(fc.constant(false), fc.constant(true)),
      selfTrade: fc.constantFrom(0 as const, 1 as const, 2 as const),
      subaccount: fc.constantFrom(0, 0, 1),
      clientOrderId: fc.constantFrom('', '', 'a', 'b'),
      volBp: mostly(fc.constant(undefined), fc.integer({ min: 5_000, max: 7_000 })),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('cancel' as const), user, nth: fc.nat(5) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancelAll' as const), user }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('block' as const),
      indexUsd: fc.integer({ min: 58_000, max: 70_000 }),
      seconds: fc.constantFrom(1, 1, 30, 100),
      surface: fc.constantFrom('sure', 'sure', 'doubtful', 'stale'),
      usdcUusd: fc.constantFrom(1_000_000n, 1_000_000n, 900_000n),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const accountOf = (index: number) => BigInt(index + 1);

/** Does a step; a refusal is an outcome like any other. */
function run(chain: ClobChain, given: Step): string {
  switch (given.kind) {
    case 'place': {
      const { user: who, side, usd, series, quantity, timeInForce, postOnly } = given;
      const { reduceOnly, selfTrade, subaccount, clientOrderId, volBp } = given;
      const terms = { series, quantity, timeInForce, postOnly, reduceOnly, selfTrade, volBp };
      return refusalCode(() =>
        chain.place(who, side, usd, { ...terms, subaccount, clientOrderId }),
      );
    }
    case 'cancel': {
      const open = openOrdersOf(chain.ctx, accountOf(given.user));
      const id = open[given.nth % Math.max(open.length, 1)]?.[0] ?? 999n;
      return refusalCode(() => chain.cancel(given.user, id));
    }
    case 'cancelAll': {
      const filter = { underlying: '', expirySeconds: 0n, series: CALL };
      const msg = { sender: userAddress(given.user), subaccount: 0, ...filter };
      return refusalCode(() => chain.send('MsgCancelAll', MsgCancelAllResponse, msg));
    }
    case 'block':
      chain.indexUusd = BigInt(given.indexUsd) * USD;
      chain.usdcUusd = given.usdcUusd;
      chain.surfaceConfidencePpm = given.surface === 'doubtful' ? 400_000 : 1_000_000;
      chain.surfaceAgeMs = given.surface === 'stale' ? 75_000n : 0n;
      chain.surfaceFeed =
        given.surface === 'stale' ? FeedStatus.FEED_STATUS_STALE : FeedStatus.FEED_STATUS_LIVE;
      chain.block(1, given.seconds * 1000);
      return 'done';
  }
}

function created(): ClobChain {
  const chain = ClobChain.create(
    [30_000n, 60_000n, 12_000n, 200_000n].map((usd) => usd * USD),
    {
      maxPurgesPerBlock: 3,
      maxMatchesPerOrder: 4,
    },
  );
  for (let i = 0; i < USERS; i++) chain.accounts.open(i, 20_000n * USD, 1);
  return chain;
}

/** How often the margin was what positions alone tell, so that the comparison is one. */
const seen = { known: 0 };

/** Accounts whose margin from what is remembered by expiry is not the margin of all their legs. */
function misjudged({ ctx }: Pick<ClobChain, 'ctx'>): string[] {
  const wrong: string[] = [];
  for (let id = 1n; id <= BigInt(2 * USERS); id++) {
    const account = getSubaccount(ctx, id)!;
    for (const mode of [MarginMode.MARGIN_MODE_STANDARD, MarginMode.MARGIN_MODE_PORTFOLIO]) {
      const { margin, cashUusd } = accountMargin(ctx, account, {}, mode);
      const verdict = verdictOf(ctx, { ...account, mode });
      const isSame =
        verdict.cashUusd === cashUusd &&
        verdict.hasInitialMargin === margin.initialMarginUusd >= 0n &&
        verdict.initialMarginUusd === margin.initialMarginUusd &&
        verdict.maintenanceMarginUusd === margin.maintenanceMarginUusd &&
        verdict.markToMarketUusd === margin.markToMarketUusd;
      const known = knownMaintenance(ctx, { ...account, mode });
      const bare = accountMargin(ctx, account, { isCancelled: true }, mode).margin;
      const isKnownSame = known === undefined || known === bare.maintenanceMarginUusd;
      if (known !== undefined) seen.known++;
      if (!isSame || !isKnownSame) wrong.push(`subaccount ${id} in mode ${mode}`);
    }
  }
  return wrong;
}

/** Accounts whose record does not bound an expiry by what its legs, one by one, come to. */
function misbounded({ ctx }: Pick<ClobChain, 'ctx'>): string[] {
  const wrong: string[] = [];
  for (let id = 1n; id <= BigInt(2 * USERS); id++) {
    for (const held of holdingsOf(ctx, id)) {
      const { legs, isDegraded, shorts, initialBound } = boundsIn(ctx)(held);
      const judged = new JudgedExpiry(ctx, held);
      const isSame =
        legs === judged.legs.length &&
        isDegraded === judged.isDegraded &&
        (legs === 0 ||
          (shorts === judged.standard.shorts &&
            // Where volatilities are old or unknown only a judgement can say.
            (isDegraded
              ? Number.isNaN(initialBound)
              : initialBound === judged.standard.initialBound)));
      if (!isSame) wrong.push(`subaccount ${id}`);
    }
  }
  return wrong;
}

describe('any flow of orders', () => {
  test('keeps every invariant after every message, and refusals leave no trace', () => {
    const outcomes = new Map<string, number>();
    let trades = 0n;
    fc.assert(
      fc.property(fc.array(step, { minLength: 50, maxLength: 70 }), (steps) => {
        const chain = created();
        for (const given of steps) {
          const before = given.kind === 'place' ? chain.dump() : [];
          const outcome = run(chain, given);
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
          if (given.kind === 'place' && outcome !== 'done') expect(chain.dump()).toEqual(before);
          expect(chain.broken()).toEqual([]);
          expect(misjudged(chain)).toEqual([]);
          expect(misbounded(chain)).toEqual([]);
        }
        trades += nextTradeId.must(chain.ctx) - 1n;
      }),
      { numRuns: RUNS, seed: 7 },
    );
    if (process.env['CLOB_RUNS'] !== undefined) console.log(outcomes, trades);
    expect(outcomes.get('done')).toBeGreaterThan(RUNS * 5);
    expect(outcomes.size).toBeGreaterThan(5);
    expect(seen.known).toBeGreaterThan(RUNS);
    expect(trades).toBeGreaterThan(RUNS);
  });

  test('goes on after a restart as it would have without one', () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 20, maxLength: 40 }),
        fc.array(step, { minLength: 10, maxLength: 20 }),
        (first, second) => {
          const chain = created();
          for (const given of first) run(chain, given);
          const other = chain.restart();
          for (const given of second) expect(run(other, given)).toBe(run(chain, given));
          expect(other.dump()).toEqual(chain.dump());
        },
      ),
      { numRuns: Math.ceil(RUNS / 3), seed: 11 },
    );
  });
});
