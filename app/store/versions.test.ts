import { expect, test } from '@jest/globals';
import type { Joined } from './state.ts';
import { State } from './state.ts';
import { Versions } from './versions.ts';

const nothing: Joined = { mark: () => 0, rollback: () => undefined, flush: () => undefined };
const worked = { name: 'grids', create: () => ({ ...nothing }) };

function version(height: number) {
  const state = new State();
  state.load('s', 'height', height);
  return { height, state };
}

test('the last versions can be asked for by height, 0 is the newest', () => {
  const versions = new Versions(3);
  expect([versions.latest, versions.lowest, versions.at(0)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  for (let height = 1; height <= 5; height++) versions.add(version(height));
  const held = (height: number) => versions.at(height)?.state.get('s', 'height');
  expect([0, 1, 2, 3, 4, 5, 6].map(held)).toEqual([5, undefined, undefined, 3, 4, 5, undefined]);
  expect([versions.latest?.height, versions.lowest]).toEqual([5, 3]);
  versions.clear();
  expect(versions.at(0)).toBeUndefined();
});

test('what is worked out beside the newest stays until the next one, and then goes', () => {
  const versions = new Versions(10);
  versions.add(version(1));
  const grids = versions.at(0)!.state.attach(worked);
  expect(versions.at(1)!.state.attach(worked)).toBe(grids);
  versions.add(version(2));
  const again = versions.at(1)!.state.attach(worked);
  expect(again).not.toBe(grids);
  expect(versions.at(1)!.state.attach(worked)).not.toBe(again);
});
