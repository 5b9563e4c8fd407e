import { describe, expect, it } from '@jest/globals';
import { isReporting } from './ready.ts';

const report = (underlyingId: number, indexUusd = 64_000_000_000n) => ({
  ...{ underlyingId, indexUusd, slices: [] },
});
const votes = (last: ReturnType<typeof report>[], lastReportedHeight = 50n) => ({
  ...{ last, lastReportedHeight },
});

describe('a validator is ready', () => {
  it('when its last report has a price of every underlying', () => {
    expect(isReporting(votes([report(1), report(2)]), [1, 2], 51n)).toBe(true);
  });

  it('not without a price, nor with one underlying missing', () => {
    expect(isReporting(votes([report(1), report(2, 0n)]), [1, 2], 51n)).toBe(false);
    expect(isReporting(votes([report(1)]), [1, 2], 51n)).toBe(false);
  });

  it('not when it never reported, nor when that was before the network stopped', () => {
    expect(isReporting(votes([report(1)], 0n), [1], 5n)).toBe(false);
    expect(isReporting(votes([report(1)], 50n), [1], 70n)).toBe(true);
    expect(isReporting(votes([report(1)], 50n), [1], 71n)).toBe(false);
  });
});
