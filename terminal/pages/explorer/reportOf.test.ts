import { expect, test } from '@jest/globals';
import { reportOf } from './reportOf.ts';

const prices = [
  { underlying: 'BTC', price: { underlyingId: 1, indexUusd: '64000000000' } },
  { underlying: 'ETH', price: { underlyingId: 2, indexUusd: '3200000000' } },
  { underlying: 'SOL', price: null },
];
const counts = { power: '1', reported: '5', empty: '0', malformed: '0', absent: '0', late: '0' };
const last = [
  { underlyingId: 1, indexUusd: '64038790000' },
  { underlyingId: 2, indexUusd: null },
];

test.each([
  ['7', last, 'reported BTC 64,038.79 USD'],
  ['7', [], 'reported no index'],
  ['6', last, 'reported nothing that counts'],
  [null, [], 'reported nothing that counts'],
])('with a last report in block %s it is told what was said in block 7', (height, said, text) => {
  const vote = { ...counts, consensusAddress: '', outliers: '0', lastReportedHeight: height };
  expect(reportOf({ ...vote, last: said }, { prices }, 7)).toBe(text);
});
