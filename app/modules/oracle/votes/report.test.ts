import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { VoteExtension } from '../../../../proto/gen/tenor.oracle.v1.ts';
import type { UnderlyingReport } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { reportOf } from '../../../../test/harness/reports.ts';
import { isAcceptable, parseReport } from './report.ts';

const slice = { expirySeconds: 1_800_000_000n, forwardUusd: 64_000_000_000n, volsBp: vols(5_000) };
const underlying = { underlyingId: 1, indexUusd: 64_000_000_000n, slices: [slice] };
const encode = (underlyings: UnderlyingReport[], version = 1) =>
  VoteExtension.encode({ version, underlyings });

function vols(bp: number): number[] {
  return VoteExtension.decode(
    reportOf({ btc: 1, eth: 1, vol: 1 }, 0),
  ).underlyings[0]!.slices[0]!.volsBp.map(() => bp);
}

describe('a report', () => {
  test('of an honest feeder is accepted and fits the default limit', () => {
    const bytes = reportOf({ btc: 64_000, eth: 3_200, vol: 0.6 }, 1_700_000_000_000);
    expect(parseReport(bytes)?.underlyings).toHaveLength(2);
    expect(isAcceptable(bytes, 512)).toBe(true);
    expect(isAcceptable(bytes, bytes.length - 1)).toBe(false);
    expect(isAcceptable(new Uint8Array(0), 64)).toBe(true);
  });

  test('of a feed that this chain does not have is accepted: it is ignored later', () => {
    expect(parseReport(encode([{ ...underlying, underlyingId: 0xffffffff }]))).not.toBeNull();
  });

  test.each<[string, Uint8Array]>([
    ['of another version', encode([underlying], 2)],
    ['with an id twice', encode([underlying, underlying])],
    ['with falling ids', encode([{ ...underlying, underlyingId: 2 }, underlying])],
    ['with id 0', encode([{ ...underlying, underlyingId: 0 }])],
    ['with an index of 2^63', encode([{ ...underlying, indexUusd: 1n << 63n }])],
    ['with an expiry twice', encode([{ ...underlying, slices: [slice, slice] }])],
    [
      'with a negative expiry',
      encode([{ ...underlying, slices: [{ ...slice, expirySeconds: -1n }] }]),
    ],
    ['with a forward of 0', encode([{ ...underlying, slices: [{ ...slice, forwardUusd: 0n }] }])],
    [
      'with a volatility of 0',
      encode([{ ...underlying, slices: [{ ...slice, volsBp: vols(0) }] }]),
    ],
    [
      'with a volatility of 501%',
      encode([{ ...underlying, slices: [{ ...slice, volsBp: vols(50_001) }] }]),
    ],
    [
      'with a node too few',
      encode([{ ...underlying, slices: [{ ...slice, volsBp: vols(1).slice(1) }] }]),
    ],
    ['with 17 slices', encode([{ ...underlying, slices: many(17) }])],
    ['with an unknown field', Buffer.concat([encode([underlying]), Uint8Array.of(0x18, 1)])],
    ['cut short', encode([underlying]).subarray(0, -1)],
  ])('%s is malformed', (_, bytes) => expect(parseReport(bytes)).toBeNull());

  test('of random or mutated bytes is read or malformed, and never throws', () => {
    const honest = [...reportOf({ btc: 64_000, eth: 3_200, vol: 0.6 }, 1_700_000_000_000)];
    const mutated = fc
      .array(fc.tuple(fc.nat(honest.length - 1), fc.nat(255)), { maxLength: 4 })
      .map((changes) => {
        const bytes = Uint8Array.from(honest);
        for (const [at, to] of changes) bytes[at] = to;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated), (bytes) => {
        const report = parseReport(bytes);
        if (report !== null) expect(parseReport(VoteExtension.encode(report))).toEqual(report);
      }),
      { numRuns: Number(process.env['TENOR_FUZZ_RUNS'] ?? 300) },
    );
  });
});

function many(count: number) {
  return Array.from({ length: count }, (_, i) => ({ ...slice, expirySeconds: BigInt(i + 1) }));
}
