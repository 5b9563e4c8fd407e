import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EquityStep } from '../../../../proto/gen/tenor.accounts.v1.ts';
import { defaultAccountsParams } from '../params.ts';
import { stepAfter, stepAt, wrongSteps } from './equitySteps.ts';

const { limits } = defaultAccountsParams();
const USD = 1_000_000n;
const changed = (at: number, change: Partial<EquityStep>): EquityStep[] =>
  limits.map((step, i) => (i === at ? { ...step, ...change } : step));

describe('limits by equity', () => {
  test('are those of the last step that is reached', () => {
    const openOrders = (uusd: bigint) => stepAt(limits, uusd).openOrders;
    expect(openOrders(0n)).toBe(4);
    expect(openOrders(-5n)).toBe(4);
    expect(openOrders(100n * USD - 1n)).toBe(4);
    expect(openOrders(100n * USD)).toBe(20);
    expect(openOrders(10n ** 15n)).toBe(4_000);
  });

  test('have a step after each but the last', () => {
    const after = limits.map((step) => stepAfter(limits, step)?.minEquityUusd);
    expect(after).toEqual([...limits.slice(1).map((step) => step.minEquityUusd), undefined]);
  });

  test('may be at their bounds', () => {
    const most = {
      ...{ minEquityUusd: 0n, actionsPerMinute: 10_000_000, cancelsPerMinute: 10_000_000 },
      ...{ actionBurst: 0, cancelBurst: 1_000_000, openOrders: 1_000_000 },
      ...{ quotes: 1_000_000, triggers: 1_000_000 },
    };
    expect(wrongSteps([most])).toBeNull();
    const least = { ...most, actionsPerMinute: 0, cancelsPerMinute: 1, openOrders: 1 };
    expect(wrongSteps([{ ...least, cancelBurst: 1 }])).toBeNull();
    expect(wrongSteps([{ ...least, openOrders: 0, cancelBurst: 0 }])).toBe(
      'limits of 0.00 USD: cancel_burst is at least 1: whoever has orders may cancel',
    );
    for (const [field, name] of [
      ['actionsPerMinute', 'actions_per_minute'],
      ['cancelsPerMinute', 'cancels_per_minute'],
      ['cancelBurst', 'cancel_burst'],
      ['openOrders', 'open_orders'],
      ['quotes', 'quotes'],
      ['triggers', 'triggers'],
    ] as const) {
      const wrong = wrongSteps([{ ...most, [field]: most[field] + 1 }]);
      expect(wrong).toBe(`limits of 0.00 USD: ${name} is at most ${most[field]}`);
    }
    const rising = (usd: bigint) => ({ ...least, minEquityUusd: usd, cancelBurst: 1 });
    const all = Array.from({ length: 32 }, (_, i) => rising(BigInt(i) * USD));
    expect(wrongSteps(all)).toBeNull();
  });

  test('by default are a sound table', () => expect(wrongSteps(limits)).toBeNull());

  test.each<[string, EquityStep[], string]>([
    ['no steps', [], 'limits: the first step is for an equity of 0'],
    ['no step at 0', limits.slice(1), 'limits: the first step is for an equity of 0'],
    ['too many', Array<EquityStep>(33).fill(limits[0]!), 'limits: at most 32 steps'],
    [
      'two alike',
      changed(2, { minEquityUusd: limits[1]!.minEquityUusd }),
      'limits of 100.00 USD: steps ascend',
    ],
    [
      'fewer orders for more equity',
      changed(2, { openOrders: 19 }),
      'limits of 1,000.00 USD: open_orders does not fall',
    ],
    [
      'more cancels than there is room for',
      changed(1, { cancelBurst: 29 }),
      'limits of 100.00 USD: ' +
        'cancel_burst is not below open_orders + action_burst: all that rests can be cancelled',
    ],
    [
      'fewer cancels than actions',
      changed(4, { cancelsPerMinute: 29_999 }),
      'limits of 100,000.00 USD: ' +
        'cancels_per_minute is not below actions_per_minute: what was placed can be cancelled',
    ],
    [
      'no cancels at all',
      changed(0, { cancelsPerMinute: 0 }),
      'limits of 0.00 USD: cancels_per_minute is at least 1',
    ],
    [
      'more a dollar for less equity',
      changed(2, { actionsPerMinute: 299 }),
      'limits of 1,000.00 USD: ' + 'actions a minute and dollar are not fewer than one step below',
    ],
    [
      'more than a bucket holds',
      changed(4, { actionBurst: 1_000_001 }),
      'limits of 100,000.00 USD: action_burst is at most 1000000',
    ],
  ])('refuse %s', (_, steps, wrong) => expect(wrongSteps(steps)).toBe(wrong));

  test('let an equity split over many addresses send no more than one address at its step', () => {
    const uusd = fc.bigInt({ min: 0n, max: 50_000n * USD });
    fc.assert(
      fc.property(fc.array(uusd, { minLength: 1, maxLength: 30 }), (parts) => {
        let [sum, rate] = [0n, 0];
        for (const part of parts) {
          sum += part;
          rate += stepAt(limits, part).actionsPerMinute;
        }
        // Each step is worth the same a dollar here, so what is held bounds the rate.
        const { minEquityUusd, actionsPerMinute } = limits.at(-1)!;
        expect(BigInt(rate) * minEquityUusd <= BigInt(actionsPerMinute) * sum).toBe(true);
      }),
    );
  });
});
