import { describe, expect, test } from '@jest/globals';
import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';
import {
  QueryWhatIfRequest,
  QueryWhatIfResponse,
  TimeInForce,
} from '../../../proto/gen/tenor.clob.v1.ts';
import { FeedStatus } from '../../../proto/gen/tenor.oracle.v1.ts';
import { userAddress } from '../accounts/fixture.ts';
import { getSubaccount } from '../accounts/index.ts';
import { marginModule, marginOf } from '../margin/index.ts';
import { refusalCode } from '../../runtime/fixture.ts';
import { ClobChain, PUT, order } from './fixture.ts';

const USD = 1_000_000n;
const DONE = 'done';
const HIGHER = 'BTC-17NOV26-65000-C';
const { MARGIN_MODE_COVERED, MARGIN_MODE_PORTFOLIO, MARGIN_MODE_STANDARD } = MarginMode;
const RICH = 1;
const IOC = TimeInForce.TIME_IN_FORCE_IOC;
type Terms = Parameters<ClobChain['place']>[3];
const idOf = (user: number): bigint => BigInt(user + 1);

function send(chain: ClobChain, type: string, msg: object): string {
  const handler = marginModule.msgs.find((m) => m.codec.typeUrl.endsWith(type))!;
  const mark = chain.state.mark();
  const whole = { sender: userAddress(0), subaccount: 0, ...msg };
  const code = refusalCode(() => {
    handler.validate(whole);
    handler.execute(chain.ctx, whole);
  });
  if (code !== DONE) chain.state.rollback(mark);
  return code;
}
const setMode = (chain: ClobChain, mode: MarginMode) => send(chain, 'MsgSetMarginMode', { mode });
const withdraw = (chain: ClobChain, amountUusd: bigint) =>
  send(chain, 'MsgWithdraw', { amountUusd });
const placing = (chain: ClobChain, side: 'buy' | 'sell', usd: number, terms: Terms = {}) =>
  refusalCode(() => chain.place(0, side, usd, terms));

/** User 0 is covered, with this much cash; user 1 quotes. A second strike is listed. */
function covered(usd: bigint): ClobChain {
  const chain = ClobChain.create([usd * USD, 900_000n * USD]);
  for (const index of [65_000n, 64_000n]) {
    chain.indexUusd = index * USD;
    chain.block();
  }
  expect(setMode(chain, MARGIN_MODE_COVERED)).toBe(DONE);
  return chain;
}

describe('a covered account', () => {
  test('sells a put when its cash, the premium with it and the fee taken, is the strike', () => {
    const chain = covered(63_519n);
    chain.place(RICH, 'buy', 500, { series: PUT });
    // The fee is 0.03% of the index, 19.20: 63,519 + 500 - 19.20 is 0.20 short.
    expect(placing(chain, 'sell', 500, { series: PUT, timeInForce: IOC })).not.toBe(DONE);
    chain.accounts.open(0, USD);
    expect(chain.place(0, 'sell', 500, { series: PUT, timeInForce: IOC }).filled).toBe(10_000n);
    const { maintenanceUusd, covered: expiries, mode } = marginOf(chain.ctx, idOf(0));
    expect(mode).toBe(MARGIN_MODE_COVERED);
    expect(maintenanceUusd).toBe(800_000n);
    expect(expiries).toMatchObject([{ heldUusd: 64_000n * USD, heldPriceUusd: 0n }]);
  });

  test('does not rest an offer that its cash does not cover, and is told what is short', () => {
    const chain = covered(60_000n);
    expect(placing(chain, 'sell', 500, { series: PUT })).toBe('margin/9');
    expect(() => chain.place(0, 'sell', 500, { series: PUT })).toThrow(
      'cash would be 4,000.00 USD short of what settlement can cost ' +
        '(BTC-17NOV26 up to 64,000.00 USD, at a price of 0.00)',
    );
    expect(placing(chain, 'sell', 500, { series: PUT, quantity: 9_000n })).toBe(DONE);
    // What rests already takes the cash: premiums count when they are earned.
    expect(placing(chain, 'sell', 500, { series: PUT, quantity: 500n })).toBe('margin/9');
  });

  test('never sells a call beside none, however rich; against one that it holds it does', () => {
    const chain = covered(900_000n);
    expect(placing(chain, 'sell', 300, { series: HIGHER })).toBe('margin/9');
    expect(() => chain.place(0, 'sell', 300, { series: HIGHER })).toThrow('without limit');
    chain.place(RICH, 'sell', 900);
    expect(chain.place(0, 'buy', 900).filled).toBe(10_000n);
    expect(placing(chain, 'sell', 300, { series: HIGHER, quantity: 11_000n })).toBe('margin/9');
    expect(placing(chain, 'sell', 300, { series: HIGHER })).toBe(DONE);
    // The long call is needed now, even to sell it dear.
    expect(placing(chain, 'sell', 900)).toBe('margin/9');
  });

  test('holds longs and a spread with nothing left in cash', () => {
    const chain = covered(2_000n);
    chain.place(RICH, 'sell', 900);
    chain.place(RICH, 'buy', 500, { series: HIGHER });
    chain.place(0, 'buy', 900);
    chain.place(0, 'sell', 500, { series: HIGHER });
    const { cashUusd } = getSubaccount(chain.ctx, idOf(0))!;
    expect(withdraw(chain, cashUusd + 1n)).not.toBe(DONE);
    expect(withdraw(chain, cashUusd)).toBe(DONE);
    expect(marginOf(chain.ctx, idOf(0)).maintenanceUusd).toBe(0n);
  });

  test('takes its cash out while no price is live: it rests on none', () => {
    const chain = covered(70_000n);
    chain.place(RICH, 'buy', 500, { series: PUT });
    chain.place(0, 'sell', 500, { series: PUT });
    chain.feed = FeedStatus.FEED_STATUS_HALTED;
    chain.block();
    const { initialUusd } = marginOf(chain.ctx, idOf(0));
    expect(withdraw(chain, initialUusd + 1n)).toBe('margin/9');
    expect(withdraw(chain, initialUusd)).toBe(DONE);
    // Who is long in standard mode waits.
    const other = { sender: userAddress(RICH), amountUusd: 1n };
    expect(send(chain, 'MsgWithdraw', other)).toBe('margin/2');
  });

  test('a maker that its cash would not cover any more is cancelled, not filled', () => {
    const chain = covered(64_000n);
    chain.place(0, 'sell', 500, { series: PUT });
    // A tenth of a contract more, by a way that asks nobody.
    chain.accounts.trade(idOf(RICH), idOf(0), 1_000n, PUT);
    expect(chain.place(RICH, 'buy', 500, { series: PUT, timeInForce: IOC }).filled).toBe(0n);
    expect(marginOf(chain.ctx, idOf(0)).maintenanceUusd).toBeGreaterThanOrEqual(0n);
  });

  test('sees what an order that is refused would need', () => {
    const chain = covered(60_000n);
    const given = { order: order(0, 'sell', 500, { series: PUT }) };
    const answer = chain.query('WhatIf', QueryWhatIfRequest, QueryWhatIfResponse, given);
    expect(answer).toMatchObject({ accepted: false, codespace: 'margin', code: 9 });
    expect(answer.after!.initialUusd).toBe(-4_000n * USD);
  });
});

describe('the covered mode', () => {
  test('is entered and left when both rules pass, from each of the others', () => {
    for (const other of [MARGIN_MODE_STANDARD, MARGIN_MODE_PORTFOLIO]) {
      const chain = covered(70_000n);
      chain.place(RICH, 'buy', 500, { series: PUT });
      chain.place(0, 'sell', 500, { series: PUT });
      expect(setMode(chain, MARGIN_MODE_COVERED)).toBe('margin/6');
      expect(setMode(chain, other)).toBe(DONE);
      expect(setMode(chain, MARGIN_MODE_COVERED)).toBe(DONE);
      // Leaving it needs the prices of the other rules.
      chain.feed = FeedStatus.FEED_STATUS_STALE;
      chain.block();
      expect(setMode(chain, other)).toBe('margin/2');
    }
  });

  test('is refused to what its cash does not cover', () => {
    const chain = covered(70_000n);
    expect(setMode(chain, MARGIN_MODE_STANDARD)).toBe(DONE);
    chain.place(RICH, 'buy', 500, { series: PUT, quantity: 20_000n });
    chain.place(0, 'sell', 500, { series: PUT, quantity: 20_000n });
    expect(setMode(chain, MARGIN_MODE_COVERED)).toBe('margin/9');
    chain.accounts.open(0, 60_000n * USD);
    expect(setMode(chain, MARGIN_MODE_COVERED)).toBe(DONE);
  });
});
