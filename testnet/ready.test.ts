import { describe, expect, it } from '@jest/globals';
import type { UnderlyingReport } from '../proto/gen/tenor.oracle.v1.ts';
import { isReporting } from './ready.ts';

const report = (underlyingId: number) => ({ underlyingId, indexUusd: 64_000_000_000n });
const votes = (last: UnderlyingReport[], lastReportedHeight = 50n) => ({
  ...{ last, lastReportedHeight },
});

describe('a validator is ready', () => {
  it('when its last report has a price of every underlying', () => {
    expect(isReporting(votes([report(1), report(2)]), [1, 2], 51n)).toBe(true);
  });

  it('not without a price, nor with one underlying missing', () => {
    expect(isReporting(votes([report(1), { underlyingId: 2 }]), [1, 2], 51n)).toBe(false);
    expect(isReporting(votes([report(1)]), [1, 2], 51n)).toBe(false);
  });

  it('not when it never reported, nor when that was before the network stopped', () => {
    expect(isReporting({ last: [report(1)] }, [1], 5n)).toBe(false);
    expect(isReporting(votes([report(1)], 50n), [1], 70n)).toBe(true);
    expect(isReporting(votes([report(1)], 50n), [1], 71n)).toBe(false);
  });
});
