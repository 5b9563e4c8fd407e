import { describe, expect, test } from '@jest/globals';
import type { Expiry, QuerySettlementRequest } from '../../../proto/gen/tenor.options.v1.ts';
import { LightError } from '../../../light/index.ts';
import { sampleTimes } from './sampleTimes.ts';

type Ask = Parameters<typeof sampleTimes>[0];

const expiry = { expirySeconds: 1_800_000_000n, lastSampleMs: 30_000_000n } as Expiry;
const sample = (timeMs: bigint) => ({ timeMs }) as Awaited<ReturnType<Ask>>['samples'][number];
const times = (ask: Ask) => sampleTimes(ask, 'BTC', expiry);

/** A node with samples a second apart, a thousand a page. */
const honest: Ask = ({ afterTimeMs, limit }) => {
  const all = Array.from({ length: 2_500 }, (_, i) => sample(BigInt(i + 1) * 1_000n));
  const rest = all.filter(({ timeMs }) => timeMs > afterTimeMs);
  const samples = rest.slice(0, limit);
  const next = rest.length > limit ? { nextAfterTimeMs: samples.at(-1)!.timeMs } : {};
  return Promise.resolve({ samples, nextAfterTimeMs: undefined, ...next });
};

test('times of samples come page by page', async () => {
  const all = await times(honest);
  expect(all).toHaveLength(2_500);
  expect(all.at(-1)).toBe(2_500_000n);
});

test('what came after the last one that is proved is left out', async () => {
  const until = { ...expiry, lastSampleMs: 2_000n };
  expect(await sampleTimes(honest, 'BTC', until)).toEqual([1_000n, 2_000n]);
});

describe('a node that lies', () => {
  let asked = 0;
  const lie = async (answer: (request: QuerySettlementRequest) => Awaited<ReturnType<Ask>>) => {
    asked = 0;
    const failed = times((request) => {
      asked++;
      return Promise.resolve(answer(request));
    });
    await expect(failed).rejects.toThrow(LightError);
    return asked;
  };

  test.each<[string, (request: QuerySettlementRequest) => Awaited<ReturnType<Ask>>]>([
    [
      'an empty page and another',
      ({ afterTimeMs }) => ({
        ...{ samples: [], nextAfterTimeMs: afterTimeMs + 1n },
      }),
    ],
    ['the same page', () => ({ samples: [sample(5n)], nextAfterTimeMs: 5n })],
    [
      'a page that goes back',
      ({ afterTimeMs }) => ({
        ...{ samples: [sample(afterTimeMs + 5n)], nextAfterTimeMs: 1n },
      }),
    ],
    ['times that fall', () => ({ samples: [sample(5n), sample(4n)], nextAfterTimeMs: undefined })],
  ])('with %s is found out at once', async (_, answer) => {
    expect(await lie(answer)).toBeLessThanOrEqual(2);
  });

  test('with pages without an end is found out after as many as there can be', async () => {
    const endless = ({ afterTimeMs }: QuerySettlementRequest) => {
      const samples = Array.from({ length: 1_000 }, (_, i) => sample(afterTimeMs + BigInt(i + 1)));
      return { samples, nextAfterTimeMs: samples.at(-1)!.timeMs };
    };
    expect(await lie(endless)).toBe(21);
  });
});
