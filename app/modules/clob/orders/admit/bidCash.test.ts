import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MarginMode } from '../../../../../proto/gen/tenor.accounts.v1.ts';
import { TimeInForce } from '../../../../../proto/gen/tenor.clob.v1.ts';
import { userAddress } from '../../../accounts/fixture.ts';
import { getSubaccount } from '../../../accounts/index.ts';
import { marginModule } from '../../../margin/index.ts';
import { refusalCode } from '../../../../runtime/fixture.ts';
import { ClobChain, eventsOf } from '../../fixture.ts';

const USD = 1_000_000n;
const MODES = [
  ['standard', MarginMode.MARGIN_MODE_STANDARD],
  ['portfolio', MarginMode.MARGIN_MODE_PORTFOLIO],
] as const;

/** A message of margin's as user 0 sends it. */
function send(chain: ClobChain, type: string, msg: object): void {
  const handler = marginModule.msgs.find(({ codec }) => codec.typeUrl.endsWith(type))!;
  handler.execute(chain.ctx, { sender: userAddress(0), subaccount: 0, ...msg });
}

const cashOf = (chain: ClobChain): bigint => getSubaccount(chain.ctx, 1n)!.cashUusd;

/** User 0 has 12,808 USD and ten calls of 36,000: its margin lends far more than its cash. */
function rich(mode: MarginMode): ClobChain {
  const chain = ClobChain.create([20_000n * USD, 900_000n * USD, 900_000n * USD]);
  if (mode !== MarginMode.MARGIN_MODE_STANDARD) send(chain, '.MsgSetMarginMode', { mode });
  chain.place(1, 'sell', 700, { quantity: 100_000n });
  expect(chain.place(0, 'buy', 700, { quantity: 100_000n }).filled).toBe(100_000n);
  chain.indexUusd = 100_000n * USD;
  chain.block();
  expect(cashOf(chain)).toBe(12_808n * USD);
  return chain;
}

describe.each(MODES)('bids of an account with %s margin', (name, mode) => {
  const refused = name === 'standard' ? 'margin/1' : 'margin/8';

  test('that together cost more than the cash are refused when they are placed', () => {
    const chain = rich(mode);
    chain.place(0, 'buy', 36_000, { quantity: 2_000n });
    const more = (quantity: bigint) =>
      refusalCode(() => chain.place(0, 'buy', 36_000, { quantity }));
    expect(more(2_000n)).toBe(refused);
    expect(more(1_500n)).toBe('done');
    expect(more(100n)).toBe(refused);
    expect(chain.broken()).toEqual([]);
  });

  test('that the cash covers are all filled, also at an index that has risen since', () => {
    const chain = rich(mode);
    chain.place(0, 'buy', 36_000, { quantity: 2_000n });
    chain.place(0, 'buy', 36_000, { quantity: 1_500n });
    chain.indexUusd = 100_500n * USD;
    chain.block();
    const { response, ctx } = chain.placing(2, 'sell', 36_000, { quantity: 3_500n });
    expect(response.filled).toBe(3_500n);
    expect(eventsOf(ctx, 'order_cancelled')).toEqual([]);
    expect(cashOf(chain) >= 0n).toBe(true);
    expect(chain.broken()).toEqual([]);
  });

  test('that trade at once leave the cash that resting ones need', () => {
    const chain = rich(mode);
    chain.place(0, 'buy', 36_000, { quantity: 2_000n });
    chain.place(2, 'sell', 36_200);
    const ioc = { timeInForce: TimeInForce.TIME_IN_FORCE_IOC };
    const take = (quantity: bigint) => chain.place(0, 'buy', 36_200, { ...ioc, quantity });
    expect(refusalCode(() => take(2_000n))).toBe(refused);
    expect(take(1_500n).filled).toBe(1_500n);
    expect(chain.place(2, 'sell', 36_000, { quantity: 2_000n }).filled).toBe(2_000n);
    expect(chain.broken()).toEqual([]);
  });

  test('keep their cash from being withdrawn, until they are cancelled', () => {
    const chain = rich(mode);
    const { orderId } = chain.place(0, 'buy', 36_000, { quantity: 2_000n });
    const withdraw = (usd: bigint) =>
      refusalCode(() => {
        send(chain, '.MsgWithdraw', { amountUusd: usd * USD });
      });
    expect(withdraw(6_000n)).toBe(refused);
    expect(withdraw(1_000n)).toBe('done');
    chain.cancel(0, orderId);
    expect(withdraw(6_000n)).toBe('done');
  });
});

test('a bid without its cash is told what is missing', () => {
  const chain = rich(MarginMode.MARGIN_MODE_PORTFOLIO);
  // 14,400 of premium, and 24 of fee at twice the index of today.
  expect(() => chain.place(0, 'buy', 36_000, { quantity: 4_000n })).toThrow(
    'cash would be 1,616.00 USD short of the premiums and fees of this and your other bids, ' +
      'which are paid in cash: deposit more, cancel bids, or bid for less',
  );
});

test('bids of any prices and sizes are never let in beyond the cash', () => {
  const bid = fc.tuple(fc.integer({ min: 6_000, max: 7_600 }), fc.integer({ min: 1, max: 40 }));
  fc.assert(
    fc.property(fc.array(bid, { minLength: 5, maxLength: 25 }), (bids) => {
      const chain = rich(MarginMode.MARGIN_MODE_PORTFOLIO);
      // The fee is at most 1/8 of the premium; of these, twice 0.03% of the index.
      const feeUusd = 60n * USD;
      let needed = 0n;
      for (const [tens, lots] of bids) {
        const quantity = BigInt(lots) * 100n;
        const premiumUusd = BigInt(tens) * 5n * USD * quantity;
        const more = (premiumUusd + feeUusd * quantity + 9_999n) / 10_000n;
        const isIn = refusalCode(() => chain.place(0, 'buy', tens * 5, { quantity })) === 'done';
        expect(isIn).toBe(needed + more <= cashOf(chain));
        if (isIn) needed += more;
      }
    }),
    { numRuns: 15 },
  );
});
