import { expect, test } from '@jest/globals';
import { fairness } from './fairness.ts';
import { Market } from './market.ts';

const play = (drops: boolean) =>
  fairness({ seed: 5, blocks: 120, addresses: 1, drops }).map(({ gain }) => gain);

test('an order of the protocol leaves a proposer who only inserts a small part', () => {
  const [firstCome, fair] = play(false);
  expect(firstCome).toBeGreaterThan(3);
  expect(fair).toBeLessThan(firstCome! / 10);
});

test('one who drops cancels loses what it gains from it once takers wait for a block', () => {
  const [firstCome, fair, delayed] = play(true);
  expect(fair).toBeGreaterThan(firstCome! / 2);
  expect(delayed).toBeLessThan(firstCome! / 100);
});

test('the market trades by price and time, and no money comes from nowhere', () => {
  const market = new Market();
  const quote = (bid: number, ask: number) => ({ kind: 'quote', bid, ask, units: 1 }) as const;
  market.apply({ owner: 'a', sequence: 0, action: quote(9, 11) });
  market.apply({ owner: 'b', sequence: 0, action: quote(8, 10) });
  const buy = { kind: 'take', isBuy: true, bound: 10.5, units: 5 } as const;
  market.apply({ owner: 'c', sequence: 0, action: buy });
  expect(['a', 'b', 'c'].map((owner) => market.worth(owner, 12))).toEqual([0, -2, 2]);
});
