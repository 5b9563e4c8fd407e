import { describe, expect, test } from '@jest/globals';
import { GasMeter } from '../../../../lib/gas.ts';
import { Ctx } from '../../../../runtime/context.ts';
import { changeCash, getSubaccount } from '../../../accounts/index.ts';
import { params as marginParams } from '../../../margin/params.ts';
import { mustSeriesBySymbol, optionsParams } from '../../../options/index.ts';
import { FILL, VETO_MAKER, VETO_TAKER } from '../../core/index.ts';
import { CALL, ClobChain } from '../../fixture.ts';
import { quoting, setGroup } from '../../quotes/fixture.ts';
import { judgeFill } from './judgeFill.ts';
import type { Judgement, ProposedFill, Taker } from './judgeFill.ts';

const USD = 1_000_000n;
const RICH = 500_000n * USD;
/** 0.03% of 64,000 USD. */
const FEE = 19_200_000n;
const FEES = { takerFeeUusd: FEE, makerFeeUusd: FEE };
const [MAKER, TAKER] = [0, 1];

/** A chain on which user 0 rests and user 1 takes one contract for 700 USD. */
class Meeting {
  readonly chain: ClobChain;

  constructor(makerUusd = RICH, takerUusd = RICH) {
    this.chain = ClobChain.create([makerUusd, takerUusd, RICH]);
  }

  judge(fill: Partial<ProposedFill>, taker: Partial<Taker> = {}, gas?: number): Judgement {
    const { ctx, state } = this.chain;
    const series = mustSeriesBySymbol(ctx, CALL);
    const band = { markUusd: 700n * USD, lowUusd: 400n * USD, highUusd: 1_000n * USD };
    const account = getSubaccount(ctx, BigInt(TAKER + 1))!;
    const view = gas === undefined ? ctx : new Ctx(state, ctx.header, new GasMeter(gas));
    return judgeFill(
      view,
      { series, account, isBuy: true, band, isLiquidation: false, ...taker },
      { priceUusd: 700n * USD, quantity: 10_000n, makerOrderId: 1n, ...fill },
    );
  }

  /** What a trade has cost them is gone: this much is left. */
  setCash(user: number, uusd: bigint): void {
    const id = BigInt(user + 1);
    changeCash(this.chain.ctx, id, uusd - getSubaccount(this.chain.ctx, id)!.cashUusd);
  }

  capPositions(maxPosition: bigint): void {
    const { ctx } = this.chain;
    const params = optionsParams.get(ctx);
    const underlyings = params.underlyings.map((u) => ({ ...u, maxPosition }));
    optionsParams.set(ctx, { ...params, underlyings });
  }
}

test('with less gas than one more meeting needs the taker meets nobody more', () => {
  const meeting = new Meeting();
  const { orderId: makerOrderId } = meeting.chain.place(MAKER, 'sell', 700);
  const veto = { verdict: VETO_TAKER, reason: 'match_limit', takerFeeUusd: 0n, makerFeeUusd: 0n };
  expect(meeting.judge({ makerOrderId }, {}, 22_999)).toEqual(veto);
  expect(meeting.judge({ makerOrderId }, {}, 23_000)).toEqual({ verdict: FILL, ...FEES });
});

test('each side pays by its own rate', () => {
  const meeting = new Meeting();
  const { orderId: makerOrderId } = meeting.chain.place(MAKER, 'sell', 700);
  const { ctx } = meeting.chain;
  marginParams.set(ctx, { ...marginParams.get(ctx), makerFeePpm: 100 });
  const fees = { makerFeeUusd: FEE / 3n, takerFeeUusd: FEE };
  expect(meeting.judge({ makerOrderId })).toEqual({ verdict: FILL, ...fees });
});

describe('the side that takes', () => {
  test('pays for what it buys, or goes itself', () => {
    const meeting = new Meeting();
    const { orderId: makerOrderId } = meeting.chain.place(MAKER, 'sell', 700);
    meeting.setCash(TAKER, 700n * USD);
    const veto = { verdict: VETO_TAKER, reason: 'margin', ...FEES };
    expect(meeting.judge({ makerOrderId })).toEqual(veto);
    meeting.setCash(TAKER, 10_000n * USD);
    expect(meeting.judge({ makerOrderId })).toEqual({ verdict: FILL, ...FEES });
  });

  test('is not asked for margin when a liquidation takes for it', () => {
    const meeting = new Meeting();
    const { orderId: makerOrderId } = meeting.chain.place(MAKER, 'sell', 700);
    meeting.setCash(TAKER, -5_000n * USD);
    expect(meeting.judge({ makerOrderId })).toMatchObject({ verdict: VETO_TAKER });
    const fill = { verdict: FILL, ...FEES };
    expect(meeting.judge({ makerOrderId }, { isLiquidation: true })).toEqual(fill);
  });

  test('stays within the cap of positions', () => {
    const meeting = new Meeting();
    const { orderId: makerOrderId } = meeting.chain.place(MAKER, 'sell', 700);
    meeting.capPositions(9_999n);
    const veto = { verdict: VETO_TAKER, reason: 'position_cap', ...FEES };
    expect(meeting.judge({ makerOrderId })).toEqual(veto);
    meeting.capPositions(10_000n);
    expect(meeting.judge({ makerOrderId })).toMatchObject({ verdict: FILL });
  });
});

describe('an order that rests', () => {
  test('goes when its account cannot carry its side of the trade any more', () => {
    for (const side of ['sell', 'buy'] as const) {
      const meeting = new Meeting();
      const { orderId: makerOrderId } = meeting.chain.place(MAKER, side, 700);
      meeting.setCash(MAKER, 500n * USD);
      const veto = { verdict: VETO_MAKER, reason: 'margin', ...FEES };
      expect(meeting.judge({ makerOrderId }, { isBuy: side === 'sell' })).toEqual(veto);
    }
  });

  test('goes from the second on until which it is good', () => {
    const meeting = new Meeting();
    const now = BigInt(meeting.chain.ctx.header.timeMs / 1_000);
    const terms = { goodTilSeconds: now + 60n };
    const { orderId: makerOrderId } = meeting.chain.place(MAKER, 'sell', 700, terms);
    expect(meeting.judge({ makerOrderId })).toMatchObject({ verdict: FILL });
    const { header } = meeting.chain.accounts.options;
    const at = (ms: number) => {
      const later = { ...header, timeMs: Number(now + 60n) * 1_000 + ms };
      Object.assign(meeting.chain.accounts.options, { header: later });
      return meeting.judge({ makerOrderId });
    };
    expect(at(-1)).toMatchObject({ verdict: FILL });
    expect(at(0)).toEqual({ verdict: VETO_MAKER, reason: 'timed_out', ...FEES });
  });

  test('only reduces, where it may do no more', () => {
    const meeting = new Meeting();
    // User 0 is long one contract, and offers it.
    meeting.chain.place(2, 'sell', 700);
    meeting.chain.place(MAKER, 'buy', 700);
    const { orderId: makerOrderId } = meeting.chain.place(MAKER, 'sell', 710, { reduceOnly: true });
    expect(meeting.judge({ makerOrderId, quantity: 10_000n })).toMatchObject({ verdict: FILL });
    const veto = { verdict: VETO_MAKER, reason: 'reduce_only' };
    expect(meeting.judge({ makerOrderId, quantity: 10_001n })).toMatchObject(veto);
  });
});

describe('a quote that rests', () => {
  function quoted(makerUusd = RICH) {
    const meeting = new Meeting(makerUusd);
    const groupId = setGroup(meeting.chain, MAKER, 'g');
    quoting(meeting.chain, MAKER, 'g', [[CALL, [690, 1], [710, 1]]]);
    const fill = { makerOrderId: 0n, quote: { groupId, remaining: 0n } };
    return { meeting, fill, groupId };
  }

  test('fills, and its group goes on', () => {
    const { meeting, fill } = quoted();
    const kept = { verdict: FILL, isLastOfGroup: false, ...FEES };
    expect(meeting.judge(fill)).toEqual(kept);
    expect(meeting.judge(fill, { isBuy: false })).toEqual(kept);
  });

  test('goes when its account cannot carry the trade', () => {
    const { meeting, fill } = quoted();
    meeting.setCash(MAKER, 500n * USD);
    const veto = { verdict: VETO_MAKER, reason: 'margin', ...FEES };
    expect(meeting.judge(fill)).toEqual(veto);
    expect(meeting.judge(fill, { isBuy: false })).toEqual(veto);
  });

  test('is the last of its group when the account holds it, but not the other quotes', () => {
    const { meeting, fill } = quoted();
    const outcomes = [];
    for (let usd = 16_000n; usd >= 2_000n; usd -= 250n) {
      meeting.setCash(MAKER, usd * USD);
      const { verdict, isLastOfGroup } = meeting.judge(fill);
      outcomes.push(verdict === VETO_MAKER ? 'refuse' : isLastOfGroup ? 'pull' : 'keep');
    }
    // With less and less cash: first the one, then the other.
    expect([...new Set(outcomes)]).toEqual(['keep', 'pull', 'refuse']);
  });

  test('stays within the cap of positions, on both sides', () => {
    const { meeting, fill } = quoted();
    meeting.capPositions(9_999n);
    for (const isBuy of [true, false]) {
      const judged = meeting.judge(fill, { isBuy, isLiquidation: true });
      expect(judged).toEqual({ verdict: VETO_MAKER, reason: 'position_cap', ...FEES });
    }
  });
});
