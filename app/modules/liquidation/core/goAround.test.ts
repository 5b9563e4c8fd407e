import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { goAround } from './goAround.ts';

/** A round over these ids; returns whom it visited and where the next one begins. */
function round(ids: readonly bigint[], after: bigint, budget: number, stopAt?: bigint) {
  const visited: bigint[] = [];
  const next = goAround({
    ...{ after, budget },
    page: (from, limit) => ids.filter((id) => id > from).slice(0, limit),
    visit: (id) => (id === stopAt ? undefined : visited.push(id) > 0 ? 1 : 1),
  });
  return { visited, next };
}

const IDS = [2n, 3n, 5n, 8n];

test('everyone is visited when the budget allows, from where the last round ended', () => {
  expect(round(IDS, 0n, 9)).toEqual({ visited: IDS, next: 0n });
  expect(round(IDS, 3n, 9)).toEqual({ visited: [5n, 8n, 2n, 3n], next: 0n });
  expect(round(IDS, 4n, 9)).toEqual({ visited: [5n, 8n, 2n, 3n], next: 0n });
  expect(round([], 4n, 9)).toEqual({ visited: [], next: 0n });
});

test('the next round goes on after the last one visited', () => {
  expect(round(IDS, 0n, 2)).toEqual({ visited: [2n, 3n], next: 3n });
  expect(round(IDS, 5n, 2)).toEqual({ visited: [8n, 2n], next: 2n });
});

test('a visit may end the round before it', () => {
  expect(round(IDS, 2n, 9, 8n)).toEqual({ visited: [3n, 5n], next: 5n });
  expect(round(IDS, 5n, 9, 8n)).toEqual({ visited: [], next: 5n });
});

test('rounds of any budget reach everyone equally often', () => {
  const set = fc.uniqueArray(fc.bigInt({ min: 1n, max: 500n }), { minLength: 1, maxLength: 150 });
  fc.assert(
    fc.property(set, fc.integer({ min: 1, max: 200 }), (given, budget) => {
      const ids = given.sort((a, b) => (a < b ? -1 : 1));
      const visits = new Map<bigint, number>();
      let after = 0n;
      let total = 0;
      while (total < 3 * ids.length) {
        const { visited, next } = round(ids, after, budget);
        expect(new Set(visited).size).toBe(visited.length);
        for (const id of visited) visits.set(id, (visits.get(id) ?? 0) + 1);
        total += visited.length;
        after = next;
      }
      const counts = ids.map((id) => visits.get(id) ?? 0);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }),
  );
});
