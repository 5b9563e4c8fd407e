import { describe, expect, test } from '@jest/globals';
import * as pb from '../../../../proto/gen/tenor.clob.v1.ts';
import { userAddress } from '../../accounts/fixture.ts';
import { refusalCode } from '../../../runtime/fixture.ts';
import { CALL, ClobChain, PUT, SOON, order } from '../fixture.ts';
import { cancelQuotes, quoting, setGroup } from '../quotes/fixture.ts';

const USD = 1_000_000n;

/** Somebody with five hundred dollars, and somebody with many. */
function small(): ClobChain {
  const chain = ClobChain.create([500n * USD, 200_000n * USD]);
  setGroup(chain, 0, 'g', { quantityLimit: 100n, maxQuote: 100n });
  return chain;
}

const limitsOf = (chain: ClobChain, user: number): pb.QueryLimitsResponse =>
  chain.query('Limits', pb.QueryLimitsRequest, pb.QueryLimitsResponse, {
    owner: userAddress(user),
  });

describe('limits by equity', () => {
  test('of quotes hold for all accounts of an owner, and refuse what passes them', () => {
    const chain = small();
    const { quotes: most } = limitsOf(chain, 0).step!;
    expect(most).toBe(20);
    const bids = [CALL, PUT, SOON].map((series) => [series, [1, 0.01], undefined] as const);
    for (let i = 0; i < 7; i++) {
      setGroup(chain, 0, `g${i}`, { quantityLimit: 100n, maxQuote: 100n });
      quoting(chain, 0, `g${i}`, i < 6 ? bids : bids.slice(0, 2));
    }
    expect(limitsOf(chain, 0).quotes).toBe(20);
    const before = chain.dump();
    const more = () => quoting(chain, 0, 'g', [[CALL, [1, 0.01], undefined]]);
    expect(refusalCode(more)).toBe('clob/45');
    expect(chain.dump()).toEqual(before);
    // What replaces a quote, or takes one back for it, is none more.
    quoting(chain, 0, 'g0', [
      [CALL, [2, 0.01], undefined],
      [PUT, null, undefined],
    ]);
    expect(limitsOf(chain, 0).quotes).toBe(19);
    more();
    expect(refusalCode(() => quoting(chain, 0, 'g', [[PUT, [1, 0.01], undefined]]))).toBe(
      'clob/45',
    );
    expect(chain.broken()).toEqual([]);
    expect(chain.restart().dump()).toEqual(chain.dump());
    cancelQuotes(chain, 0);
    expect(limitsOf(chain, 0).quotes).toBe(0);
    expect(chain.broken()).toEqual([]);
  });

  test('count a quote that is filled no more', () => {
    const chain = ClobChain.create([200_000n * USD, 200_000n * USD]);
    setGroup(chain, 0, 'g');
    quoting(chain, 0, 'g', [[CALL, [500, 1], [700, 1]]]);
    chain.place(1, 'buy', 700, { quantity: 5_000n });
    expect(limitsOf(chain, 0).quotes).toBe(2);
    chain.place(1, 'buy', 700, { quantity: 5_000n });
    expect(limitsOf(chain, 0).quotes).toBe(1);
    expect(chain.broken()).toEqual([]);
  });

  test('of triggers hold, and what goes makes room', () => {
    const chain = small();
    const leg: pb.TriggerLeg = {
      on: pb.TriggerOn.TRIGGER_ON_INDEX,
      when: pb.TriggerWhen.TRIGGER_WHEN_BELOW,
      levelUusd: 60_000n * USD,
      order: { ...order(0, 'buy', 1, { quantity: 100n }), sender: '' },
    };
    const msg = { sender: userAddress(0), subaccount: 0, legs: [leg] };
    const place = () => chain.send('MsgPlaceTrigger', pb.MsgPlaceTriggerResponse, msg);
    for (let i = 0; i < 10; i++) place();
    expect(limitsOf(chain, 0)).toMatchObject({ triggers: 10, step: { triggers: 10 } });
    expect(refusalCode(place)).toBe('clob/46');
    const cancel = { sender: userAddress(0), subaccount: 0, triggerId: 1n };
    chain.send('MsgCancelTrigger', pb.MsgCancelTriggerResponse, cancel);
    place();
    expect(chain.broken()).toEqual([]);
    expect(chain.restart().dump()).toEqual(chain.dump());
  });

  test('are told with what is used of them and the next step', () => {
    const chain = small();
    chain.place(0, 'buy', 1, { quantity: 100n });
    expect(limitsOf(chain, 0)).toMatchObject({
      ...{ cashUusd: 500n * USD, openOrders: 1, quotes: 0, triggers: 0, failureCost: 5 },
      step: { minEquityUusd: 100n * USD, openOrders: 20 },
      next: { minEquityUusd: 1_000n * USD },
      ...{ actionsLeft: 10n, cancelsLeft: 40n },
    });
    expect(limitsOf(chain, 1)).toMatchObject({ step: { quotes: 20_000 } });
    expect(limitsOf(chain, 1).next).toBeUndefined();
    const nobody = limitsOf(chain, 77);
    expect(nobody).toMatchObject({ cashUusd: 0n, step: { quotes: 0 }, actionsLeft: 0n });
  });
});
