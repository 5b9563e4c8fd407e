import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parsePrice, parseQuantity, parseUsd } from '../../../../../cli/amounts.ts';
import { PostOnly, TimeInForce } from '../../../../../proto/gen/tenor.clob.v1.ts';
import { MsgDeposit, MsgWithdraw } from '../../../../../proto/gen/tenor.accounts.v1.ts';
import { Reject } from '../../../../runtime/errors.ts';
import { accountsModule } from '../../../accounts/index.ts';
import { userAddress } from '../../../accounts/fixture.ts';
import { params as optionsParams } from '../../../options/params.ts';
import { marginModule } from '../../../margin/index.ts';
import { send as sendCoins } from '../../../bank/msgs/send.ts';
import { ClobChain } from '../../fixture.ts';

const USD = 1_000_000n;
const RICH = 900_000n * USD;

/** The refusal of an action that leaves nothing behind, or null. */
function refusalOf(chain: ClobChain, action: () => unknown): Reject | null {
  const mark = chain.state.mark();
  try {
    action();
    return null;
  } catch (error) {
    if (error instanceof Reject) return error;
    throw error;
  } finally {
    chain.state.rollback(mark);
  }
}

const AMOUNT = /\d[\d,]*(\.\d+)?/g;
/** The values that a sentence proposes: after `use`, `at most`, `at least`. */
function proposed(message: string): string[] {
  const parts = [...message.matchAll(/(?:use|at most|at least) ([^:;]*)/g)].map((m) => m[1]!);
  return parts.flatMap((part) => part.split(/(?=, offer)/)[0]!.match(AMOUNT) ?? []);
}

/** No base unit in any guise, and no number of more digits than anybody would type. */
function expectHuman({ message }: Reject): void {
  expect(message).not.toMatch(/uusd|utenor|1e-4|ppm|undefined|NaN/i);
  expect(message).not.toMatch(/\d{8,}/);
  expect(message).not.toMatch(/(use|at most|at least) 0(\.0+)?( |$)/);
}

const chain = ClobChain.create([RICH, RICH, 0n]);
const place = (terms: object) => () => chain.place(0, 'buy', 700, terms);

describe('a refused price', () => {
  test.each([
    [1n, 'prices move by 0.10 USD here: use 0.10 USD'],
    [1_234_560_000n, 'prices move by 1.00 USD here: use 1,234.00 USD or 1,235.00 USD'],
    [0n, 'a price is more than zero'],
    [1_000_000_000_010_000n, 'no price is as high as 1,000,000,000.01 USD'],
  ])('of %s uusd says: %s', (priceUusd, sentence) => {
    expect(refusalOf(chain, place({ priceUusd }))?.message).toBe(sentence);
  });

  test('proposes prices that the same rule accepts, whatever it was', () => {
    const prices = fc.oneof(
      fc.bigInt(1n, 20_000n * USD),
      fc.bigInt(1n, 200_000n),
      fc.bigInt(1n, 2_000_000_000n * USD),
    );
    fc.assert(
      fc.property(prices, fc.boolean(), (priceUusd, isBuy) => {
        const order = (uusd: bigint) => () =>
          chain.place(0, isBuy ? 'buy' : 'sell', 1, { priceUusd: uusd, quantity: 100n });
        const refusal = refusalOf(chain, order(priceUusd));
        if (refusal === null) return;
        expectHuman(refusal);
        const values = proposed(refusal.message);
        if (refusal.code === 3 && priceUusd <= 1_000_000_000n * USD) {
          expect(values.length).toBeGreaterThan(0);
          for (const value of values) {
            // The band may still refuse it, but not the tick.
            expect(refusalOf(chain, order(parsePrice(value)))?.code).not.toBe(3);
          }
        }
        if (refusal.code === 5) {
          const [bid, offer] = values;
          const value = parsePrice((isBuy ? bid : offer)!);
          expect(refusalOf(chain, order(value))).toBeNull();
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a refused size', () => {
  test.each([
    [50n, 'sizes are multiples of 0.01 contracts, at least 0.01: use 0.01'],
    [150n, 'sizes are multiples of 0.01 contracts, at least 0.01: use 0.01 or 0.02'],
    [10_000_100n, 'an order is at most 1,000 contracts: split it'],
    [0n, 'an order is for more than nothing'],
    [2_000_000_000_000n, 'no order is for as much as 200,000,000 contracts'],
  ])('of %s units says: %s', (quantity, sentence) => {
    expect(refusalOf(chain, place({ quantity }))?.message).toBe(sentence);
  });

  test('proposes sizes that are accepted, whatever it was', () => {
    fc.assert(
      fc.property(fc.oneof(fc.bigInt(1n, 1_000n), fc.bigInt(1n, 20_000_000n)), (quantity) => {
        const size = (units: bigint) => () => chain.place(0, 'buy', 1, { quantity: units });
        const refusal = refusalOf(chain, size(quantity));
        if (refusal?.code !== 4) return;
        expectHuman(refusal);
        const values = proposed(refusal.message);
        for (const value of values) {
          expect(refusalOf(chain, size(parseQuantity(value)))).toBeNull();
        }
        expect(values.length).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });

  test('beyond a position says how large one may be', () => {
    const own = ClobChain.create([RICH, RICH]);
    const given = optionsParams.get(own.ctx);
    const underlyings = given.underlyings.map((u) => ({ ...u, maxPosition: 15_000n }));
    optionsParams.set(own.ctx, { ...given, underlyings });
    const refusal = refusalOf(own, () => own.place(1, 'buy', 700, { quantity: 20_000n }))!;
    expect(refusal.message).toContain('is at most 1.5 contracts: trade less');
  });
});

describe('other refusals', () => {
  const handlerOf = (typeUrl: string) =>
    [...accountsModule.msgs, ...marginModule.msgs].find((m) => m.codec.typeUrl === typeUrl)!;
  const run = (typeUrl: string, msg: object) => () => {
    const handler = handlerOf(typeUrl);
    handler.validate(msg);
    handler.execute(chain.ctx, msg);
  };
  const move = (typeUrl: string, user: number, amountUusd: bigint) =>
    run(typeUrl, { sender: userAddress(user), subaccount: 0, amountUusd });

  test('a deposit that is too small, and the one proposed', () => {
    const refusal = refusalOf(chain, move(MsgDeposit.typeUrl, 0, 1n))!;
    expect(refusal.message).toBe('a deposit is at least 1.00 USD');
    const again = refusalOf(chain, move(MsgDeposit.typeUrl, 0, parseUsd('1.00 USD')));
    expect(again?.code).not.toBe(3);
  });

  test('a withdrawal of more than there is, and the one proposed', () => {
    const refusal = refusalOf(chain, move(MsgWithdraw.typeUrl, 0, RICH + 1n))!;
    expect(refusal.message).toBe('the subaccount has less cash: withdraw at most 900,000.00 USD');
    const most = parsePrice(proposed(refusal.message)[0]!);
    expect(refusalOf(chain, move(MsgWithdraw.typeUrl, 0, most))).toBeNull();
    const none = refusalOf(chain, move(MsgWithdraw.typeUrl, 2, 1n))!;
    expect(none.message).toContain('no cash to withdraw');
  });

  test('a shortfall is never less than what is missing', () => {
    const poor = ClobChain.create([100n * USD + 1n]);
    const refusal = refusalOf(poor, () => poor.place(0, 'sell', 700))!;
    expect([refusal.codespace, refusal.code]).toEqual(['margin', 1]);
    expectHuman(refusal);
    const missing = parsePrice(/would be ([\d,.]+) USD short/.exec(refusal.message)![1]!);
    const helped = ClobChain.create([100n * USD + 1n + missing]);
    expect(refusalOf(helped, () => helped.place(0, 'sell', 700))).toBeNull();
  });

  test('a post-only order that would trade, and an amount of coins that nobody has', () => {
    chain.place(1, 'sell', 700);
    const crossing = place({ postOnly: PostOnly.POST_ONLY_REJECT });
    expect(refusalOf(chain, crossing)?.message).toBe(
      'it would trade at once with the best offer of 700.00 USD: change the price',
    );
    const fill = { timeInForce: TimeInForce.TIME_IN_FORCE_FOK, quantity: 1_000_000n };
    expectHuman(refusalOf(chain, place(fill))!);
    const amount = [{ denom: 'uusd', amount: String(2n ** 256n) }];
    const addresses = { fromAddress: userAddress(0), toAddress: userAddress(1) };
    const huge = refusalOf(chain, () => sendCoins.validate({ ...addresses, amount }))!;
    expect(huge.message).toBe('an amount of 78 digits is more than there can be: at most 39');
  });
});
